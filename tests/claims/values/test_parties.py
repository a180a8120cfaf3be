"""Parties in sentences: countries and their people, capitals, leaders, armed groups, organisations."""

import csv
import time

import pytest

from claims.values.parties import DATA, SOURCES, country_code, demonym_of, find_parties, rivals_of

# sentence | words = party: source, and * where the words only describe something else
TABLE = """
Putin and Zelenskyy's envoys sat down.|Putin=Russia:leader Zelenskyy=Ukraine:leader
Zelensky spoke with Trump.|Zelensky=Ukraine:leader Trump=United_States:leader
The Kremlin denied it.|Kremlin=Russia:capital
The White House and the Pentagon were silent.|White_House=United_States:capital Pentagon=United_States:capital
U.S. officials saw Araghchi.|U.S.=United_States:country Araghchi=Iran:leader
Steve Witkoff called.|Steve_Witkoff=United_States:leader
The UK and the US agreed.|UK=United_Kingdom:country US=United_States:country
Tell us more.|
The Russians left; a Ukrainian stayed.|Russians=Russia:demonym Ukrainian=Ukraine:demonym
Russian-backed rebels fired.|Russian=Russia:demonym*
US-brokered talks collapsed.|US=United_States:country*
Anti-French feeling grew.|French=France:demonym*
Pro-Iranian militias left.|Iranian=Iran:demonym*
They spoke the Russian language.|Russian=Russia:demonym*
They met in the Turkish city of Bursa.|Turkish=Turkey:demonym*
Russian-occupied Crimea was hit.|Russian=Russia:demonym*
Russian forces moved on.|Russian=Russia:demonym
Russian-Ukrainian talks go on.|Russian=Russia:demonym Ukrainian=Ukraine:demonym
Israel-Hamas talks go on.|Israel=Israel:country Hamas=Hamas:group
Hezbollah and Israel traded fire.|Hezbollah=Hezbollah:group Israel=Israel:country
The IDF said it hit Hamas.|IDF=Israel:group Hamas=Hamas:group
Netanyahu met Gallant.|Netanyahu=Israel:leader Gallant=Israel:leader
Islamic Jihad freed two.|Islamic_Jihad=Palestinian_Islamic_Jihad:group
Mahmoud Abbas agreed.|Mahmoud_Abbas=Palestine:leader
The Palestinian Authority agreed.|Palestinian_Authority=Palestine:country
The Houthis fired at Saudi Arabia.|Houthis=Houthis:group Saudi_Arabia=Saudi_Arabia:country
The RSF and the Sudanese army clashed.|RSF=Rapid_Support_Forces:group Sudanese=Sudan:demonym
Hemedti and Burhan may meet.|Hemedti=Rapid_Support_Forces:group Burhan=Sudan:leader
South Sudan's Kiir left.|South_Sudan=South_Sudan:country Kiir=South_Sudan:leader
Machar stayed.|Machar=Sudan_People's_Liberation_Movement-in-Opposition:group
M23 rebels and the FARDC fought.|M23_rebels=M23:group FARDC=Democratic_Republic_of_the_Congo:group
The AFC/M23 delegation came to Doha.|AFC/M23=M23:group Doha=Qatar:capital
DR Congo and Rwanda signed.|DR_Congo=Democratic_Republic_of_the_Congo:country Rwanda=Rwanda:country
Congolese and Rwandan troops|Congolese=Democratic_Republic_of_the_Congo:demonym Rwandan=Rwanda:demonym
Tshisekedi and Kagame shook hands.|Tshisekedi=Democratic_Republic_of_the_Congo:leader Kagame=Rwanda:leader
The Republic of the Congo stayed away.|Republic_of_the_Congo=Republic_of_the_Congo:country
Nigeria and Niger|Nigeria=Nigeria:country Niger=Niger:country
Boko Haram and ISWAP|Boko_Haram=Boko_Haram:group ISWAP=Islamic_State_West_Africa_Province:group
JNIM blocked roads in Mali.|JNIM=Jama'at_Nusrat_al-Islam_wal-Muslimin:group Mali=Mali:country
Al Shabaab and al-Shabab are one.|Al_Shabaab=Al-Shabaab:group al-Shabab=Al-Shabaab:group
The TPLF met Abiy Ahmed.|TPLF=Tigray_People's_Liberation_Front:group Abiy_Ahmed=Ethiopia:leader
Eritrean soldiers stayed.|Eritrean=Eritrea:demonym
Haftar came to Cairo.|Haftar=Libyan_National_Army:group Cairo=Egypt:capital
Sharaa met the SDF.|Sharaa=Syria:leader SDF=Syrian_Democratic_Forces:group
Mazloum Abdi came.|Mazloum_Abdi=Syrian_Democratic_Forces:group
The PKK laid down arms; Ocalan agreed.|PKK=Kurdistan_Workers'_Party:group Ocalan=Kurdistan_Workers'_Party:group
The Kurdistan Workers’ Party dissolved.|Kurdistan_Workers’_Party=Kurdistan_Workers'_Party:group
Erdoğan and Erdogan are one man.|Erdoğan=Turkey:leader Erdogan=Turkey:leader
Türkiye hosted it.|Türkiye=Turkey:country
The Taliban met Pakistan's Dar and Asif.|Taliban=Taliban:group Pakistan=Pakistan:country
The Pakistani Taliban denied it.|Pakistani_Taliban=Pakistani_Taliban:group
Modi and Shehbaz Sharif|Modi=India:leader Shehbaz_Sharif=Pakistan:leader
Xi met Lukashenko in Beijing.|Xi=China:leader Lukashenko=Belarus:leader Beijing=China:capital
North Korean and South Korean officials|North_Korean=North_Korea:demonym South_Korean=South_Korea:demonym
Kim Jong Un and Moon Jae-in|Kim_Jong_Un=North_Korea:leader Moon_Jae-in=South_Korea:leader
The Arakan Army and the Tatmadaw|Arakan_Army=Arakan_Army:group Tatmadaw=Myanmar:group
The MNDAA left Lashio.|MNDAA=Myanmar_National_Democratic_Alliance_Army:group
Hun Manet called Phumtham.|Hun_Manet=Cambodia:leader Phumtham=Thailand:leader
Thai and Cambodian troops|Thai=Thailand:demonym Cambodian=Cambodia:demonym
The MILF and Manila|MILF=Moro_Islamic_Liberation_Front:group Manila=Philippines:capital
The ELN and Bogotá|ELN=National_Liberation_Army:group Bogotá=Colombia:capital
The FARC signed with Santos's men.|FARC=Revolutionary_Armed_Forces_of_Colombia:group
Maduro claims a part of Guyana.|Maduro=Venezuela:leader Guyana=Guyana:country
Peru and Ecuador|Peru=Peru:country Ecuador=Ecuador:country
Pashinyan and Aliyev initialled it.|Pashinyan=Armenia:leader Aliyev=Azerbaijan:leader
Abkhaz and Georgian officials|Abkhaz=Abkhazia:demonym Georgian=Georgia:demonym
The LTTE and Colombo|LTTE=Liberation_Tigers_of_Tamil_Eelam:group Colombo=Sri_Lanka:capital
The IRA and Sinn Fein|IRA=Irish_Republican_Army:group Sinn_Fein=Sinn_Fein:group
Milosevic and Izetbegovic|Milosevic=Serbia:leader Izetbegovic=Bosnia:leader
Bosnian Serbs and Bosnian Muslims|Bosnian_Serbs=Bosnian_Serbs:group Bosnian_Muslims=Bosniaks:group
Kosovo and Serbia|Kosovo=Kosovo:country Serbia=Serbia:country
Turkish Cypriot and Greek Cypriot leaders|Turkish_Cypriot=Turkish_Cypriots:group Greek_Cypriot=Cyprus:demonym
Arafat and Rabin|Arafat=Palestine:leader Rabin=Israel:leader
Gorbachev met Ronald Reagan.|Gorbachev=Russia:leader Ronald_Reagan=United_States:leader
The Soviet Union pulled out.|Soviet_Union=Russia:country
The EU and NATO|EU=European_Union:organisation NATO=NATO:organisation
The U.N. and the UN|U.N.=United_Nations:organisation UN=United_Nations:organisation
Guterres and the African Union|Guterres=United_Nations:organisation African_Union=African_Union:organisation
The Red Cross came.|Red_Cross=International_Committee_of_the_Red_Cross:organisation
Côte d'Ivoire and Cote d’Ivoire|Côte_d'Ivoire=Ivory_Coast:country Cote_d’Ivoire=Ivory_Coast:country
RUSSIA AND UKRAINE TO MEET|RUSSIA=Russia:country UKRAINE=Ukraine:country
Chad and Jordan signed.|Chad=Chad:country Jordan=Jordan:country
Chad Miller and Michael Jordan played.|
Jordan Pickett said no.|
Paul Rubio and Kim Philby met Robert Wagner.|
Kim and President Trump met.|Kim=North_Korea:leader Trump=United_States:leader
Russian President Putin spoke.|Russian=Russia:demonym Putin=Russia:leader
With Jordan and Wagner out, Assad fell.|Jordan=Jordan:country Wagner=Wagner_Group:group Assad=Syria:leader
In Georgia, Tbilisi was calm.|Georgia=Georgia:country Tbilisi=Georgia:capital
In Atlanta, Georgia, it rained.|
Georgia Republicans voted.|
The Washington Post and the Jerusalem Post reported.|
Latin American and Native American art|
They ate turkey from fine china.|
Papua New Guinea and Guinea|Papua_New_Guinea=Papua_New_Guinea:country Guinea=Guinea:country
Equatorial Guinea|Equatorial_Guinea=Equatorial_Guinea:country
Brown, Rice and Baker stayed at home.|
Condoleezza Rice saw Gordon Brown.|Condoleezza_Rice=United_States:leader Gordon_Brown=United_Kingdom:leader
Velayati and Tariq Aziz were in Geneva.|Velayati=Iran:leader Tariq_Aziz=Iraq:leader
Gromyko saw Cyrus Vance, and not Begin.|Gromyko=Russia:leader Cyrus_Vance=United_States:leader
Lake, Okello and Urrutia sold wine to Wine.|
Samaraweera met Balasingham.|Samaraweera=Sri_Lanka:leader Balasingham=Liberation_Tigers_of_Tamil_Eelam:group
Surasant and Maly Socheata disagreed.|Surasant=Thailand:leader Maly_Socheata=Cambodia:leader
Gran Grif and 400 Mawozo burned it.|Gran_Grif=Gran_Grif:group 400_Mawozo=400_Mawozo:group
The EPLF and the Derg fought on.|EPLF=Eritrean_People's_Liberation_Front:group Derg=Derg:group
SWAPO, the FNLA and Unita|SWAPO=SWAPO:group FNLA=FNLA:group Unita=UNITA:group
The 3R rebels left.|3R_rebels=Return,_Reclamation_and_Rehabilitation:group
SSC-Khaatumo freed them.|SSC-Khaatumo=SSC-Khatumo:group
Chechen rebels shot at Kadyrov.|Chechen_rebels=Chechnya:group Kadyrov=Russia:leader
A lasting model, and people of the eastern front|
Brussels and The Hague|Brussels=European_Union:organisation The_Hague=Netherlands:capital
"""


def rows(table):
    return list(csv.DictReader((DATA / table).read_text(encoding="utf-8").splitlines()))


ROWS = TABLE.strip().splitlines()


@pytest.mark.parametrize("row", ROWS)
def test_parties_of_a_sentence(row):
    sentence, expected = row.split("|")
    wanted = []
    for one in expected.split():
        words, _, rest = one.replace("_", " ").partition("=")
        party, _, source = rest.rpartition(":")
        wanted.append((words, party, source.rstrip("*"), source.endswith("*")))
    found = find_parties(sentence)
    assert [(m.text, m.party, m.source, m.modifier) for m in found] == wanted
    assert all(sentence[m.start : m.end] == m.text for m in found)


def test_countries_have_codes_and_demonyms():
    assert country_code("Ukraine") == "UA"
    assert country_code("Democratic Republic of the Congo") == "CD"
    assert country_code("Hezbollah") is None
    assert demonym_of("Ukraine") == "Ukrainian"
    assert demonym_of("France") == "French"
    assert demonym_of("M23") is None


def test_every_country_is_found_by_each_of_its_names_and_demonyms():
    for row in rows("countries.csv"):
        for form in filter(None, (row["names"] + "|" + row["demonyms"]).split("|")):
            found = find_parties(f"Yesterday {form} officials met.")
            assert [m.party for m in found] == [row["party"]], form


def test_every_form_of_a_group_leads_to_it():
    firsts: dict[str, str] = {}
    for row in rows("parties.csv"):
        assert row["kind"] in (*SOURCES, "none"), row
        if row["kind"] == "none":
            continue
        for form in row["forms"].split("|"):
            party = firsts.setdefault(form, row["party"])
            assert [m.party for m in find_parties(f"Yesterday {form} agreed.")] == [party], form


def test_the_lists_are_as_wide_as_promised():
    countries = rows("countries.csv")
    others = rows("parties.csv")
    assert sum(bool(row["code"]) for row in countries) >= 195
    assert sum(len(row["leaders"].split("|")) for row in countries if row["leaders"]) >= 4000
    assert sum(row["kind"] == "group" for row in others) >= 450


def test_those_who_fight_each_other_are_known_by_their_usual_names():
    assert "Central African Republic" in rivals_of("Return, Reclamation and Rehabilitation")
    assert "Haiti" in rivals_of("Gran Grif")
    known = {row["party"] for row in rows("parties.csv") + rows("countries.csv")}
    assert {name for row in rows("rivals.csv") for name in row.values()} <= known


def test_time_does_not_grow_with_the_lists():
    text = "The delegations of Qatar and Egypt met Hamas in Cairo on Sunday, officials said. " * 200
    find_parties(text)
    begun = time.process_time()
    assert len(find_parties(text)) == 800
    assert time.process_time() - begun < 1.0


def test_what_is_named_after_a_leader_is_no_leader() -> None:
    assert [m.party for m in find_parties("They met at Blair House and at Ben Gurion Airport.")] == []
    assert [m.party for m in find_parties("They met Tony Blair.")] == ["United Kingdom"]
