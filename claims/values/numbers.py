"""Numbers of people and things: figures and number words with their qualifiers.

Everything is found by compiled, linear patterns. Money, percentages, ordinals, times of day, model names ("T-72") and
spans ("two-day") are not numbers of anything and are passed over; dates are the caller's to subtract.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from claims.values.folding import folding, lowered

EXACT, AT_LEAST, ABOUT, AT_MOST = "exact", "at_least", "about", "at_most"

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_LARGEST = 1e12
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_NTHS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth"
)
ONES = {word: n for n, word in enumerate(_ONES.split())}
TENS = {word: 10 * n for n, word in enumerate(_TENS.split(), start=2)} | {"fourty": 40}
SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_SHORT_SCALES = SCALES | {"mn": 1_000_000, "bn": 1_000_000_000, "m": 1_000_000, "k": 1_000}

ORDINALS = {word: n for n, word in enumerate(_NTHS.split(), start=1)} | {"thirtieth": 30}
_UNIT_ORDINALS = {word: n for word, n in ORDINALS.items() if n < 10}


@dataclass(frozen=True, slots=True)
class NumberMention:
    """A number in the text. `text` is the verbatim number words without their qualifier; `text == source[start:end]`.

    `value` is None for vague words ("dozens"), for ranges and for broken numbers ("2.5"). `low` and `high` bound what
    is meant, both inclusive, None where open. `qualifier` is exact, at_least, about or at_most; `qualifier_text` the
    words that say so, empty for exact.
    """

    start: int
    end: int
    text: str
    value: int | None
    low: int | None
    high: int | None
    qualifier: str = EXACT
    qualifier_text: str = ""


@dataclass(frozen=True, slots=True)
class OrdinalMention:
    """An ordinal ("second", "3rd", "twenty-first") and its value."""

    start: int
    end: int
    text: str
    value: int


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as written, before qualifiers: `value` may be broken, and is None for vague words."""

    start: int
    end: int
    value: float | None


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(sorted((re.escape(w) for w in words), key=len, reverse=True))


_BELOW_HUNDRED = (
    rf"(?:(?:{_alternatives(TENS)})(?:[ -](?:{_alternatives([w for w, n in ONES.items() if 0 < n < 10])}))?"
    rf"|{_alternatives(ONES)})"
)
_SCALE = _alternatives(SCALES)
_WORDS = (
    rf"(?:(?:{_BELOW_HUNDRED}|an?)(?: and a half)?[ -](?:{_SCALE})|{_BELOW_HUNDRED})"
    rf"(?:(?:[ -]|, )(?:and )?(?:{_BELOW_HUNDRED}[ -](?:{_SCALE})|{_SCALE}|{_BELOW_HUNDRED}))*"
)
_DOZEN = rf"(?:half a dozen|(?:{_BELOW_HUNDRED}|an?) dozen|a couple|half a (?:million|billion))"
_VAGUE = (
    r"(?:(?:tens|hundreds) of (?:thousands|millions)|many (?:dozens|hundreds|thousands)"
    r"|several (?:dozen|hundred|thousand)|a few (?:dozen|hundred|thousand)"
    r"|dozens|scores|hundreds|thousands|several|a few|a handful|numerous"
    r"|(?:(?:highly|very) )?(?:significant|large|considerable|substantial|small|unknown|undisclosed|unspecified|great"
    r"|limited) numbers?(?= of|[”\"])|a number(?= of))"
)
_FIGURE = (
    r"(?:\d{1,3}(?:,\d{3}){1,4}(?![\d,]*\d)|\d{1,3}(?:[\u00a0\u202f ]\d{3}){1,4}(?!\d)"
    r"|\d{1,12}(?!\d)(?!(?:,\d{3}){5}))"  # of more than five groups of digits none is the number
    r"(?:\.\d{1,4}(?!\d))?"
    rf"(?:[ \u00a0-]?(?:{_alternatives(w for w in _SHORT_SCALES if len(w) > 1)})\b|[km](?![\w²]))?"
)
# These look at a lowered text, which is far faster than to ignore case.
_AMOUNT = re.compile(
    rf"(?:(?<![\w.,:/#$€£¥₹@+-])|(?<=-for-))(?P<figure>{_FIGURE})"
    rf"|(?:(?<![\w-])|(?<=-for-))(?:(?P<vague>{_VAGUE})|(?P<dozen>{_DOZEN})|(?P<words>{_WORDS}))(?!\w)"
)
_WORD = re.compile(r"[a-z]+")

# What follows a figure that makes it something else than a number of things.
_NOT_AFTER = re.compile(
    r"%|(?:st|nd|rd|th|s)\b|[’']s\b|:\d|/\d|[ -]?(?:percent|per cent|pct|percentage)\b|°|[ \u00a0]?[ap]\.?m\b"
    r"|[ -]?(?:dollars|euros?|pounds sterling|rubles?|roubles?|hryvnias?|shekels|usd|eur|rupees|yuan|yen|lira)\b"
    r"|-(?!(?:for|plus|odd|strong|person|member|man|to|\d))\w|[a-z]"
)
_MONEY_BEFORE = re.compile(r"(?:[$€£¥₹]|\b(?:USD|EUR|GBP|Rs\.?)) ?$")
_MONTH_BEFORE = re.compile(
    r"\b(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)\.? $"
)

_BEFORE = re.compile(
    r"""(?:
      (?P<at_least> at\ (?:the\ very\ )?least
        | (?:well\ |far\ |slightly\ |just\ |a\ little\ |many\ )?(?:more\ than|over|above)
        | upwards?\ of | no\ (?:fewer|less)\ than | not\ (?:fewer|less)\ than | in\ excess\ of | exceed(?:ing|s|ed)?
        | a\ minimum\ of | minimum\ of | north\ of | surpass(?:ing|es|ed) )
    | (?P<at_most> up\ to | as\ many\ as | at\ (?:the\ )?most | (?:fewer|less)\ than | no\ more\ than
        | not\ more\ than | a\ maximum\ of | maximum\ of | under | below )
    | (?P<about> about | some | around | nearly | almost | roughly | approximately | approx\.? | close\ to
        | an\ estimated | estimated | circa | ca\. | just\ under | just\ short\ of | in\ the\ region\ of
        | [io]n\ the\ order\ of | perhaps | virtually | ~ )
    )
    (?:[ ,]+(?:the|another|an\ additional|additional|a\ further|further|a\ total\ of|a\ combined|all|its|their))?
    \s+$ | ~$""",
    re.VERBOSE,
)
_AFTER = re.compile(
    r"""(?P<at_least> \+ | -?plus\b | \ or\ more\b | \ or\ over\b | \ and\ more\b | ,?\ at\ (?:the\ very\ )?least\b )
    | (?P<about> -odd\b | \ or\ so\b | \ or\ thereabouts\b | ,?\ approximately\b )
    | (?P<at_most> \ or\ (?:fewer|less)\b | ,?\ at\ (?:the\ )?most\b )""",
    re.VERBOSE,
)
_RANGE = re.compile(r"(?: to | or |[-–—]| - | – )$")
_RANGE_AND = re.compile(r" and $")
_BETWEEN_BEFORE = re.compile(r"\bbetween $")
_WINDOW = 48


def words_value(text: str) -> float | None:
    """The value of number words ("two hundred and five", "one and a half million"), None if they are no number."""
    total, current, half, seen = 0.0, 0.0, False, False
    words = _WORD.findall(text.lower())
    for i, word in enumerate(words):
        if word in ONES:
            current += ONES[word]
        elif word in TENS:
            current += TENS[word]
        elif word == "hundred":
            current = (current or 1) * 100
        elif word in SCALES:
            amount = (current or 1) + (0.5 if half else 0)
            total, current, half = total + amount * SCALES[word], 0.0, False
        elif word == "half" and i:
            half = True
        elif word not in ("a", "an", "and"):
            return None
        seen = seen or word not in ("a", "an", "and")
    return total + current + (0.5 if half else 0) if seen else None


def _dozen_value(text: str) -> float:
    words = text.lower()
    if words.startswith("half a"):
        return 6 if words.endswith("dozen") else SCALES[words.split()[-1]] / 2
    if words == "a couple":
        return 2
    return 12 * (words_value(words[: -len("dozen")]) or 1)


def _figure_value(text: str) -> float:
    found = re.match(r"[\d,.\u00a0\u202f ]*\d", text)
    digits = found.group() if found else text
    scale = _SHORT_SCALES.get(text[len(digits) :].strip(" \u00a0-").lower(), 1)
    return round(float(re.sub(r"[,\s]", "", digits)) * scale, 6)


@folding
def find_amounts(text: str) -> list[Amount]:
    """Every number as written, qualifiers and ranges not yet read; what stands after it is not judged."""
    found = []
    position, low = 0, lowered(text)
    while match := _AMOUNT.search(low, position):
        start, end = match.span()
        position = end
        kind = match.lastgroup
        value: float | None = None
        if kind == "figure":
            gap = re.search(r"[ \u00a0\u202f](?=\d)", match.group())
            if gap and _MONTH_BEFORE.search(text, max(0, start - 12), start):  # "May 16 200 soldiers" is no 16,200
                end = position = start + gap.start()
            value = _figure_value(text[start:end])
        elif kind == "dozen":
            value = _dozen_value(match.group())
        elif kind == "words":
            value = words_value(match.group())
        found.append(Amount(start, end, value))
    return found


def _is_count(text: str, low: str, amount: Amount) -> bool:
    before = text[max(0, amount.start - 5) : amount.start]
    return not (_NOT_AFTER.match(low, amount.end) or _MONEY_BEFORE.search(before))


def _whole(value: float | None) -> int | None:
    return int(value) if value is not None and value == int(value) else None


def qualifier_of(text: str, start: int, end: int) -> tuple[str, str]:
    """The qualifier of the number at [start, end) and the words that say so ("at_least", "more than")."""
    begin = max(0, start - _WINDOW)
    window = lowered(text[begin:start])
    stripped = window.rstrip()
    before = _BEFORE.search(window) if stripped and not stripped[-1].isdigit() else None
    if before and (before.start() == 0 or not window[before.start() - 1].isalnum()):
        first, last = before.span(before.lastgroup or 0)
        return before.lastgroup or ABOUT, text[begin + first : begin + last]
    after = _AFTER.match(lowered(text[end : end + _WINDOW]))
    if after:
        return str(after.lastgroup), text[end : end + after.end()].strip(" ,-")
    return EXACT, ""


def _bounds(value: int | None, qualifier: str) -> tuple[int | None, int | None]:
    if qualifier == ABOUT:
        return None, None
    return (None if qualifier == AT_MOST else value), (None if qualifier == AT_LEAST else value)


def _range(text: str, low: str, first: Amount, second: Amount) -> bool:
    """Whether two neighbouring amounts are the ends of one range ("10 to 15", "between 10 and 15", "two or three")."""
    least, most = first.value, second.value
    if least is None or most is None or not least < most:
        return False
    joint = text[first.end : second.start]
    return bool(
        _RANGE.fullmatch(joint)
        or (_RANGE_AND.fullmatch(joint) and _BETWEEN_BEFORE.search(low, max(0, first.start - 9), first.start))
    )


@folding
def find_numbers(text: str) -> list[NumberMention]:
    """All numbers of things in `text`, in order, not overlapping; none that is beyond any count on earth."""
    amounts = [a for a in find_amounts(_figures_with_range(text)) if a.value is None or a.value <= _LARGEST]
    mentions, plain = [], lowered(text)
    i = 0
    while i < len(amounts):
        amount = amounts[i]
        i += 1
        if i < len(amounts) and _range(text, plain, amount, amounts[i]) and _is_count(text, plain, amounts[i]):
            other = amounts[i]
            i += 1
            words = text[amount.start : other.end]
            mentions.append(
                NumberMention(
                    amount.start, other.end, words, None, _whole(amount.value), _whole(other.value), ABOUT, words
                )
            )
            continue
        if not _is_count(text, plain, amount):
            continue
        value = _whole(amount.value)
        qualifier, words = qualifier_of(text, amount.start, amount.end)
        low, high = _bounds(value, qualifier)
        said = text[amount.start : amount.end]
        if amount.value is None or (said.lower() == "a couple" and qualifier == EXACT):
            qualifier, words, low, high = ABOUT, words or said, None, None
        mentions.append(NumberMention(amount.start, amount.end, said, value, low, high, qualifier, words))
    return mentions


def _figures_with_range(text: str) -> str:
    """`text` with the dash of "10-15" as a space, so that both figures are seen; the length stays."""
    return _DASH.sub(" ", text)


_DASH = re.compile(r"(?<=\d)[-–—](?=\d{1,3}(?:,\d{3})*(?![\d-]))(?<![A-Za-z]-\d[-–—])")

_ORDINAL = re.compile(
    rf"(?<![\w-])(?:(?P<tens>{_alternatives(TENS)})[ -](?P<unit>{_alternatives(_UNIT_ORDINALS)})"
    rf"|(?P<word>{_alternatives(ORDINALS)})|(?P<figure>\d{{1,3}})(?:st|nd|rd|th))(?!\w)",
    re.IGNORECASE,
)


@folding
def find_ordinals(text: str) -> list[OrdinalMention]:
    """All ordinals of `text` in order. "second" the unit of time and "May 3rd" are the caller's to rule out."""
    found = []
    for match in _ORDINAL.finditer(text):
        if match["figure"]:
            value = int(match["figure"])
        elif match["word"]:
            value = ORDINALS[match["word"].lower()]
        else:
            value = TENS[match["tens"].lower()] + _UNIT_ORDINALS[match["unit"].lower()]
        found.append(OrdinalMention(match.start(), match.end(), match.group(), value))
    return found
