"""Which language a text is in, as far as script and commonest words tell: enough to know what is not English."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

_SAMPLE = 4_000
_WORD = re.compile(r"[^\W\d_]+")
# The commonest function words of each language, those that several share left out.
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
    "fi": "ja on ei että se oli hän mutta ovat joka sen kun myös",
    "id": "yang dan di ini itu dengan untuk dari tidak pada dalam akan adalah",
    "sw": "ya na wa kwa ni katika la za kuwa hiyo hii baada",
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
_UKRAINIAN = re.compile(r"[іїєґІЇЄҐ]")
_PERSIAN = re.compile(r"[پچژگی]")
_URDU = re.compile(r"[ٹڈڑےں]")


def tongue_of(text: str) -> str | None:
    """The ISO 639-1 code of the text's language; None where too little can be told (names, figures, a few words)."""
    sample = text[:_SAMPLE]
    scripts = Counter(_script(c) for c in sample if c.isalpha())
    if not scripts:
        return None
    script, letters = scripts.most_common(1)[0]
    if script != "LATIN":
        return _by_script(script, scripts, sample) if letters * 2 > scripts.total() else None
    return _by_words([word.lower() for word in _WORD.findall(sample)])


def _script(letter: str) -> str:
    return "LATIN" if letter.isascii() else unicodedata.name(letter, "UNKNOWN").split(" ")[0].split("-")[0]


def _by_script(script: str, scripts: Counter[str], sample: str) -> str | None:
    if script == "CYRILLIC" and _UKRAINIAN.search(sample):
        return "uk"
    if script == "ARABIC" and _URDU.search(sample):
        return "ur"
    if script == "ARABIC" and _PERSIAN.search(sample):
        return "fa"
    if script == "CJK" and scripts["HIRAGANA"] + scripts["KATAKANA"]:
        return "ja"
    return _SCRIPTS.get(script)


def _by_words(words: list[str]) -> str | None:
    """The language most of whose common words occur; English is believed sooner, as it is what is read."""
    counts = Counter({tongue: sum(word in common for word in words) for tongue, common in _WORDS.items()})
    (best, most), (_, second) = counts.most_common(2)
    if most == 0:
        return None
    if best == "en" or counts["en"] * 2 >= most:
        return "en"
    return best if most >= 3 and most > second and most * 12 > len(words) else None
