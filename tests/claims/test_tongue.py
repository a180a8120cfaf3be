from __future__ import annotations

import pytest

from claims.tongue import tongue_of

TEXTS = {
    "en": "The army said on Monday that it had taken the village of Debaltseve-Nord from the rebels.",
    "fr": "Selon le ministre, les deux délégations se sont rencontrées à Doha pour la première fois dans cette ville.",
    "de": "Die Delegationen haben sich nach Angaben des Amtes am Montag in Genf nicht auf eine Waffenruhe geeinigt.",
    "es": "El ejército informó que los rebeldes se retiraron del pueblo y las conversaciones seguirán con una pausa.",
    "it": "Il ministro ha detto che gli ostaggi sono stati liberati nella notte e che non ci sono feriti della base.",
    "pt": "O ministério disse que os dois lados não chegaram a um acordo para a troca de prisioneiros em Doha.",
    "tr": "Bakanlık, yeni bir görüşme için tarih belirlenmediğini ve daha çok zaman gerektiğini açıkladı.",
    "pl": "Ministerstwo podało, że w sobotę nie doszło do wymiany jeńców i że rozmowy przez pośredników są trudne.",
    "ru": "Министерство сообщило, что переговоры состоятся в понедельник.",
    "uk": "Міністерство повідомило, що переговори відбудуться у понеділок.",
    "ar": "قالت الوزارة إن المحادثات ستعقد يوم الاثنين في الدوحة.",
    "fa": "وزارت خارجه گفت گفتگوها روز دوشنبه برگزار می‌شود.",
    "be": "Міністэрства паведаміла, што перамовы адбудуцца ў панядзелак у сталіцы.",
    "bg": "Министерството съобщи, че преговорите ще се състоят в понеделник в столицата.",
    "sr": "Министарство је саопштило да ће преговори бити одржани у понедељак у Београду.",
    "kk": "Министрлік келіссөздер дүйсенбі күні астанада өтетінін хабарлады, бірақ қашан бітетіні белгісіз.",
    "ur": "وزارت خارجہ نے کہا کہ مذاکرات پیر کے روز دوحہ میں ہوں گے۔",
    "nl": "Het ministerie zegt dat de gesprekken op maandag in Genève worden gehouden en dat er nog geen akkoord is.",
    "ro": "Ministerul a anunțat că discuțiile vor avea loc luni la Chișinău și că nu este o dată pentru schimb.",
    "cs": "Ministerstvo uvedlo, že se jednání podle plánu uskuteční v pondělí a že není jasné, kdo na ně přijede.",
    "hu": "A minisztérium szerint a tárgyalások hétfőn lesznek, és az nem biztos, hogy a felek meg is állapodnak.",
    "sv": "Departementet säger att samtalen hålls på måndag och att det inte är klart om en vapenvila har nåtts.",
    "da": "Ministeriet siger, at samtalerne holdes af parterne på mandag, og at der ikke blev sat en dato efter mødet.",
    "fi": "Ministeriön mukaan neuvottelut alkavat maanantaina, mutta se ei ole varmaa, että sopu on lähellä ja kestää.",
    "id": "Kementerian mengatakan bahwa perundingan itu akan digelar pada hari Senin di Doha dan tidak untuk pers.",
    "sw": "Wizara ilisema kuwa mazungumzo ya amani yatafanyika Jumatatu na hakuna tarehe ya kubadilishana.",
    "so": "Wasaaraddu waxay sheegtay in wadahadalku uu ka dhici doono Nayroobi iyo in ay soo noqdaan dad la daayay.",
    "vi": "Bộ ngoại giao cho biết các cuộc đàm phán của hai bên là vào thứ Hai và không có thời hạn được đưa ra.",
    "el": "Το υπουργείο ανακοίνωσε ότι οι συνομιλίες θα γίνουν τη Δευτέρα.",
    "ka": "სამინისტრომ განაცხადა, რომ მოლაპარაკებები ორშაბათს გაიმართება.",
    "hy": "Նախարարությունը հայտնեց, որ բանակցությունները տեղի կունենան երկուշաբթի։",
    "am": "ሚኒስቴሩ ድርድሩ ሰኞ እንደሚካሄድ አስታወቀ።",
    "my": "ဝန်ကြီးဌာနက တနင်္လာနေ့တွင် ဆွေးနွေးမည်ဟု ပြောသည်။",
    "zh": "外交部表示，双方将于星期一举行会谈。",
    "ja": "外務省は月曜日に会談を行うと発表した。",
    "ko": "외교부는 월요일에 회담이 열린다고 밝혔다.",
    "he": "משרד החוץ הודיע כי השיחות יתקיימו ביום שני.",
    "hi": "विदेश मंत्रालय ने कहा कि वार्ता सोमवार को होगी।",
}


@pytest.mark.parametrize("tongue", TEXTS)
def test_languages(tongue: str) -> None:
    assert tongue_of(TEXTS[tongue]) == tongue


HEADLINES = [
    "Pashinyan, Aliyev to meet in Chișinău",
    "Al-Burhan, Hemedti forces trade fire near El Geneina",
    "Maduro y Guaidó: the two rivals of Caracas agree to talk in Oslo",
    "FARC, ELN free 12 in Valle del Cauca, San José del Guaviare",
    "Junts per Catalunya, Sumar and Esquerra Republicana de Catalunya sit down in Genève",
    "Front de libération du Congo takes Fizi, Baraka",
    "Abu Sayyaf frees three; Moro Islamic Liberation Front denies role",
    "Jama'at Nusrat al-Islam wal-Muslimin claims Djibo, Diapaga",
    "Kim, Moon due in Panmunjom",
    "Ukraine war: Zelenskyy, Erdoğan meet in Lviv",
    "Tedros: no truce in Mekelle",
    "La Libertad del Sur villages seized",
    "Die Linke, Die Grünen urge Genf talks on Berg-Karabach",
    "Sri Lanka: LTTE hands over 8 bodies at Omanthai",
]


@pytest.mark.parametrize("text", HEADLINES)
def test_an_english_headline_full_of_names_is_never_another_language(text: str) -> None:
    assert tongue_of(text) in {"en", None}


@pytest.mark.parametrize("text", ["", "12:30 – 14:00", "Kyiv", "???"])
def test_too_little_tells_nothing(text: str) -> None:
    assert tongue_of(text) is None


def test_a_quotation_in_another_language_leaves_an_article_english() -> None:
    spoken = "“No hay una fecha para el canje, y las familias no han sido informadas por el gobierno”"
    assert tongue_of(f"{TEXTS['en']} {spoken}, the minister told the crowd that had come to hear him.") == "en"


def test_foreign_names_in_their_own_script_leave_an_article_english() -> None:
    assert tongue_of("The town of Ізюм (Izium) was retaken, the ministry in Київ said on Sunday.") == "en"


def test_a_text_that_is_another_languages_is_so_for_all_its_english_names() -> None:
    text = "Die Sprecherin des „United Nations Office for the Coordination of Humanitarian Affairs“ sagte, dass die"
    assert (
        tongue_of(text + " Lage im Süden nicht besser geworden ist und das Lager von der Welt abgeschnitten wurde.")
        == "de"
    )


def test_a_long_text_is_told_from_its_beginning() -> None:
    assert tongue_of(TEXTS["fr"] * 2_000) == "fr"
