"""Which language a text is in, as far as script and commonest words tell: enough to know what is not English."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

_SAMPLE = 4_000
_WORD = re.compile(r"[^\W\d_]+")
# Function words of each language. Some are in two lists; the sum tells.
_COMMON = {
    "en": "the of and to in that is was for with on as at by his from they we he this has had were have which will its"
    " are not said",
    "fr": "le les et des une du dans est que qui pour sur au par pas avec sont ont cette il aux ces selon leur plus",
    "de": "der die und das ist nicht den von zu mit dem ein eine für auf im sich auch wurde werden bei nach sind hat",
    "es": "el los y las del que por una con para se su al como más fue según este sobre pero han",
    "it": "il di che è della per con una del sono non gli nel dei alla si le anche delle dal nella",
    "pt": "os um uma não com do da em para que por dos das ao se mais foi são pelo pela",
    "nl": "het een van en dat is niet op te zijn met voor aan door maar ook bij naar wordt heeft",
    "pl": "w i na nie z do się że jest o przez jak po dla oraz od są który",
    "tr": "ve bir bu için ile da de olarak çok daha olan sonra kadar gibi olduğu",
    "ro": "și de la în cu pe nu este care din pentru mai au fost că",
    "cs": "a se na je že v s z do o pro jsou byl podle jako nebo ale",
    "hu": "a az és hogy nem is egy volt van meg ez csak mint",
    "sv": "och att det som en är av för på den med har inte till om ett",
    "da": "og at det er en af på for ikke der til som med har de et blev efter også om",
    "nb": "og at det er en av på for ikke som til med har de et ble etter også om",
    "hr": "je i u na se su da za od koji nije kako će što bi ili iz kao",
    "sk": "a sa na je že v s z do o pre sú bol podľa ako ale alebo ktorý",
    "fi": "ja on ei että se oli hän mutta ovat joka sen kun myös",
    "id": "yang dan di ini itu dengan untuk dari tidak pada dalam akan adalah",
    "sw": "ya na wa kwa ni katika la za kuwa hiyo hii baada",
    "so": "oo ka ku iyo waa in uu ay la ee soo wuxuu lagu ayaa",
    "ha": "da na ya a ta sun wa cewa ne ba daga kuma cikin yi",
    "tl": "ng sa ang mga na at ay si ni ito para hindi kay may",
    "ku": "û li ji bi ku ye di de ev ew jî re wê",
    "vi": "và của là có không được cho các một trong với người",
    "az": "və bu ilə üçün bir olan da də edib olub",
}
_WORDS = {tongue: frozenset(words.split()) for tongue, words in _COMMON.items()}
_SCRIPTS = {
    "ARABIC": "ar",
    "HEBREW": "he",
    "GREEK": "el",
    "GEORGIAN": "ka",
    "ARMENIAN": "hy",
    "DEVANAGARI": "hi",
    "BENGALI": "bn",
    "THAI": "th",
    "HANGUL": "ko",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "CJK": "zh",
    "ETHIOPIC": "am",
    "MYANMAR": "my",
    "KHMER": "km",
    "TAMIL": "ta",
    "SINHALA": "si",
    "CYRILLIC": "ru",
}
# Letters that tell languages of one script apart; the first that occurs decides.
_TELLTALES = {
    "CYRILLIC": (
        ("kk", "әқғұһ"),
        ("ky", "ң"),
        ("mn", "өү"),
        ("be", "ў"),
        ("uk", "іїєґ"),
        ("mk", "ѓќѕ"),
        ("sr", "јљњђћџ"),
        ("ru", "ыэё"),
        ("bg", "ъ"),
    ),
    "ARABIC": (("ur", "ٹڈڑےں"), ("ku", "ێۆڵڕ"), ("fa", "پچژگی")),
    "CJK": (("ja", "のをはがにたで"),),
}


def tongue_of(text: str) -> str | None:
    """The ISO 639-1 code of the text's language; None where too little can be told (names, figures, a few words)."""
    sample = text[:_SAMPLE]
    scripts = Counter[str]()
    for letter, times in Counter(sample).items():
        if letter.isalpha():
            scripts[_script(letter)] += times
    if not scripts:
        return None
    script, letters = scripts.most_common(1)[0]
    if script != "LATIN":
        return _by_script(script, sample) if letters * 2 > scripts.total() else None
    return _by_words([word.lower() for word in _WORD.findall(sample)])


def _script(letter: str) -> str:
    return "LATIN" if letter.isascii() else unicodedata.name(letter, "UNKNOWN").split(" ")[0].split("-")[0]


def _by_script(script: str, sample: str) -> str | None:
    lower = sample.lower()
    for tongue, letters in _TELLTALES.get(script, ()):
        if any(letter in lower for letter in letters):
            return tongue
    return _SCRIPTS.get(script)


def _by_words(words: list[str]) -> str | None:
    """The language most of whose common words occur; English is believed sooner, as it is what is read."""
    told = Counter(words)
    counts = Counter({tongue: sum(told[word] for word in common) for tongue, common in _WORDS.items()})
    (best, most), (_, second) = counts.most_common(2)
    if most == 0:
        return None
    if best == "en" or counts["en"] * 2 >= most:
        return "en"
    return best if most >= 3 and most > second and most * 12 > len(words) else None
