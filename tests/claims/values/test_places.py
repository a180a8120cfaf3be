"""Places in sentences: names bare of what surrounds them, with their kind and the region named around them."""

import itertools

import pytest

from claims.values.places import find_places

# sentence | every place expected, as name:kind:region (s settlement, r region, c country, a area, w water, v venue)
TABLE = """
The army captured the village of Novopil in the Donetsk region on Monday.|Novopil:s:Donetsk Donetsk:r:
Troops entered Kurakhove after weeks of shelling.|Kurakhove:s:
They took the villages of Bilka, Ryzhe and Zapsil in Sumy oblast.|Bilka:s:Sumy Ryzhe:s:Sumy Zapsil:s:Sumy Sumy:r:
The settlements of Petrivka and Hrushkove changed hands.|Petrivka:s: Hrushkove:s:
Fighting went on in the Donetsk and Luhansk regions.|Donetsk:r: Luhansk:r:
Kherson Oblast was left without power.|Kherson:r:
Toretsk's capture would open the road to Druzhkivka.|Toretsk:s: Druzhkivka:s:
Toretsk’s fall was denied.|Toretsk:s:
The Vasylkivka district lies behind the front.|Vasylkivka:r:
Ukraine's eastern Kharkiv region was hit again.|Ukraine:c: Kharkiv:r:
Kharkiv region's Vovchansk lies in ruins.|Kharkiv:r: Vovchansk:s:Kharkiv
The Sumy region village of Yunakivka held out.|Sumy:r: Yunakivka:s:Sumy
Zelene Pole, a farming village in Donetsk, was won back.|Zelene_Pole:s:Donetsk Donetsk:r:
Soldiers withdrew from Sudzha in Russia's Kursk region.|Sudzha:s:Kursk Russia:c: Kursk:r:
Crimea and Sevastopol were annexed in 2014.|Crimea:r: Sevastopol:s:
Drones reached the Black Sea port of Novorossiysk.|Black_Sea:w: Novorossiysk:s:
Moscow said nothing while Kyiv waited.|Moscow:s: Kyiv:s:
A line runs from Robotyne to Verbove.|Robotyne:s: Verbove:s:
Rebels seized Sake, North Kivu, at dawn.|Sake:s:North_Kivu North_Kivu:r:
Fighters pushed out of Masisi towards Walikale.|Masisi:s: Walikale:s:
The rebels hold Goma and Bukavu in eastern Congo.|Goma:s:Congo Bukavu:s:Congo Congo:c:
Uvira, in South Kivu province, fell in a day.|Uvira:s:South_Kivu South_Kivu:r:
The paramilitaries overran El-Fasher in North Darfur.|El-Fasher:s:North_Darfur North_Darfur:r:
The army retook Bara in North Kordofan state.|Bara:s:North_Kordofan North_Kordofan:r:
People fled Zamzam camp for Tawila.|Zamzam:s: Tawila:s:
Khartoum, Omdurman and Port Sudan were calm.|Khartoum:s: Omdurman:s: Port_Sudan:s:
Gunmen stormed the town of Chibok in Borno State.|Chibok:s:Borno Borno:r:
Northern Mali slipped away from the junta.|Mali:c:
The convoy was stopped near Kidal.|Kidal:s:
They besieged Djibo in northern Burkina Faso.|Djibo:s:Burkina_Faso Burkina_Faso:c:
Insurgents attacked Mocimboa da Praia in Cabo Delgado.|Mocimboa_da_Praia:s:Cabo_Delgado Cabo_Delgado:r:
Tigray forces gave up Alamata and Korem.|Tigray:r: Alamata:s: Korem:s:
Militias took Lalibela in the Amhara region.|Lalibela:s:Amhara Amhara:r:
The group recaptured Adan Yabal in Middle Shabelle.|Adan_Yabal:s:Middle_Shabelle Middle_Shabelle:r:
Militants left Las Anod.|Las_Anod:s:
Government troops withdrew from Suwayda in southern Syria.|Suwayda:s:Syria Syria:c:
Clashes broke out near Manbij and the Tishrin Dam.|Manbij:s: Tishrin_Dam:v:
Deir ez-Zor and al-Hasakah stayed with the Kurds.|Deir_ez-Zor:s: al-Hasakah:s:
Two villages in Idlib province were shelled.|Idlib:r:
Soldiers stay in the Golan Heights and on Mount Hermon.|Golan_Heights:a: Mount_Hermon:a:
Tanks moved into Rafah, in the southern Gaza Strip.|Rafah:s:Gaza_Strip Gaza_Strip:r:
Settlers came to Masafer Yatta in the West Bank.|Masafer_Yatta:a:West_Bank West_Bank:r:
The army stays in Khiam and Kfar Kila in southern Lebanon.|Khiam:s:Lebanon Kfar_Kila:s:Lebanon Lebanon:c:
They are to pull back north of the Litani River.|Litani:w:
Coalition troops reached Hodeidah.|Hodeidah:s:
Marib and Shabwa are rich in oil.|Marib:s: Shabwa:r:
Haftar's men took Sirte.|Sirte:s:
Azerbaijan took control of Shusha in Nagorno-Karabakh.|Azerbaijan:c: Shusha:s:Nagorno-Karabakh Nagorno-Karabakh:r:
Checkpoints on the Lachin Corridor were shut.|Lachin_Corridor:a:
Russia recognised Abkhazia and South Ossetia.|Russia:c: Abkhazia:r: South_Ossetia:r:
Shells fell on Poonch in Kashmir.|Poonch:s:Kashmir Kashmir:a:
Patrols met in the Galwan Valley.|Galwan_Valley:a:
The Taliban took Panjshir province.|Panjshir:r:
Rebels captured Lashio in northern Shan State.|Lashio:s:Shan Shan:r:
The army lost Myawaddy on the Thai border.|Myawaddy:s:
Thai and Cambodian troops clashed near Ta Muen Thom.|Ta_Muen_Thom:v:
Gunmen held the centre of Marawi.|Marawi:s:
Ships gathered at Scarborough Shoal.|Scarborough_Shoal:a:
The leaders met at Panmunjom.|Panmunjom:s:
Guerrillas from Catatumbo crossed into Venezuela.|Catatumbo:a: Venezuela:c:
Caracas claims Essequibo.|Caracas:s: Essequibo:r:
Gangs entered Kenscoff above Port-au-Prince.|Kenscoff:s: Port-au-Prince:s:
Troops left Varosha in Northern Cyprus.|Varosha:s:Northern_Cyprus Northern_Cyprus:r:
The men of Srebrenica were led away.|Srebrenica:s:
Serbs left Mitrovica in northern Kosovo.|Mitrovica:s:Kosovo Kosovo:c:
Talks were held in Istanbul, Turkey, and later in Abu Dhabi.|Istanbul:s:Turkey Turkey:c: Abu_Dhabi:s:
He flew from Washington to Alaska.|Washington:s: Alaska:r:
They met at Camp David and in New York.|Camp_David:v: New_York:s:
A Moscow-Kyiv hotline was set up.|Moscow:s: Kyiv:s:
St. Petersburg hosted the forum.|St._Petersburg:s:
Mekelle, the capital of Tigray, was quiet.|Mekelle:s:Tigray Tigray:r:
Floods hit South Korea's Gyeonggi Province.|South_Korea:c: Gyeonggi:r:
Kharkiv Oblast Governor Oleh Vasylenko resigned.|Kharkiv:r:
An assault in the Pokrovsk direction failed.|Pokrovsk:a:
The delegation came to Kananaskis.|Kananaskis:s:
They will talk in Nice on Monday.|Nice:s:
The city of Split is calm.|Split:s:
Ceasefire talks in the U.S. went on.|U.S.:c:
"""
ROWS = TABLE.strip().splitlines()
KINDS = {"s": "settlement", "r": "region", "c": "country", "a": "area", "w": "water", "v": "venue"}

NOTHING = """
The Dnipro battalion was pulled back.
Workers left the Kharkiv Tractor Plant.
Divers looked for the Kursk submarine.
The Minsk agreements were dead.
Under the Geneva Conventions this is a crime.
President Paris Hilton told a joke.
Marco Rubio and Sergei Lavrov spoke by phone.
Of the many plans, most failed.
Reading the paper, he smiled.
Nice words will not do.
Mobile phones were seized.
In May and March nothing moved.
On Monday, Best Western closed.
The Kyiv Independent wrote of it.
Santiago Martinez Lopez said so.
Both sides, he said, want peace.
The Kyiv-based outlet closed.
Three Russians and an Iranian were held.
Hezbollah and Hamas condemned it.
He wrote on Telegram about the POWs.
"""


@pytest.mark.parametrize("row", ROWS)
def test_places_of_a_sentence(gazetteer, row):
    sentence, expected = row.split("|")
    wanted = []
    for one in expected.split():
        name, kind, region = one.replace("_", " ").rsplit(":", 2)
        wanted.append((name, KINDS[kind], region or None))
    assert [(m.name, m.kind, m.region) for m in find_places(sentence, gazetteer)] == wanted


@pytest.mark.parametrize("row", ROWS)
def test_a_mention_is_where_it_says(gazetteer, row):
    sentence = row.split("|")[0]
    mentions = find_places(sentence, gazetteer)
    assert all(sentence[m.start : m.end] == m.text == m.name for m in mentions)
    assert all(a.end <= b.start for a, b in itertools.pairwise(mentions))


@pytest.mark.parametrize("sentence", NOTHING.strip().splitlines())
def test_what_is_no_place_is_left_alone(gazetteer, sentence):
    assert [m.name for m in find_places(sentence, gazetteer)] == []


def test_an_unknown_name_counts_where_it_is_cued(gazetteer):
    (mention, _) = find_places("Soldiers hold the village of Qwertivka in Sumy oblast.", gazetteer)
    assert (mention.name, mention.known, mention.region) == ("Qwertivka", False, "Sumy")
    assert find_places("Qwertivka told nobody.", gazetteer) == []


def test_an_unknown_name_beside_known_ones_counts_where_they_are_taken(gazetteer):
    found = find_places("The army captured Toretsk, Qwertivka and Bakhmut.", gazetteer)
    assert [(m.name, m.known) for m in found] == [("Toretsk", True), ("Qwertivka", False), ("Bakhmut", True)]


def test_nothing_comes_of_nothing(gazetteer):
    assert find_places("", gazetteer) == []
    assert find_places("no name here", gazetteer) == []
