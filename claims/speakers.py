"""Who says it: the speaker of a fact, the outlet that passes it on, and the word that shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from claims.context import Sentence, kept
from claims.denials import disowned, rejects
from claims.model import Attribution
from claims.names import bare
from claims.naming import behind_pronoun, in_full, name_of
from claims.reporting import is_report, reports
from claims.words import Word

_WITHOUT_VOICE = frozenset(
    """report reports image images video photo data document map footage list deal plan law constitution treaty war
    trip""".split()
)
_LAWS = frozenset("law constitution treaty".split())
_NOUN_CUES = frozenset(
    """claim claims announcement statement declaration assertion allegation report demand demands insistence
    ultimatum word news confirmation admission boast boasts contention belief view""".split()
)
_RECKONING = frozenset("count reckoning estimate tally account figures estimates".split())
_IN_THE_WORDS = re.compile(r"\b(?:in the (?:words|view|telling) of|to go by) ", re.IGNORECASE)
_OUTLETS = re.compile(
    r"\b(?:Reuters|AFP|Agence France-Presse|AP|Associated Press|Interfax|TASS|RIA(?:[- ]Novosti)?|Xinhua"
    r"|Anadolu(?: Agency)?|BBC|CNN"
    r"|Al[ -]Jazeera|Al[ -]Arabiya|Yonhap|Kyodo|DPA|dpa|EFE|ANSA|Bloomberg|Axios|Politico|SANA|IRNA|Tasnim|Fars|WAFA"
    r"|NNA|MENA|SPA|PTI|ANI"
    r"|RFE/RL|Ukrinform|Suspilne|(?:the )?(?:New York|Financial|Moscow|Washington|Irish|Japan|Straits"
    r"|Jerusalem) (?:Times|Post)"
    r"|(?:the )?Wall Street Journal|(?:the )?Guardian|Haaretz|Sky News|Fox News|NBC(?: News)?|CBS(?: News)?"
    r"|ABC(?: News)?"
    r"|[A-Z][\w-]{1,60}+ (?:news agency|TV|Television|Radio|daily|newspaper))\b"
)
_INSERTED = re.compile(
    r"(?:, |[”\"’'],? "
    r"| [–—-] )(?P<who>(?:[\w.’'-]+ ){0,8}?[\w.’'-]+)(?:, (?P<name>[A-Z][\w’'-]+(?: [\w’'-]+){0,3}),)? (?:has |have "
    r"|had )?(?P<verb>says?|said|tells?|told|warns?|warned"
    r"|confirms?|confirmed|writes?|wrote|argued?|argues|insists?|insisted|explains?|explained|acknowledged?|acknowledges"
    r"|concedes?|conceded|admits?|admitted|reveals?|revealed|reiterates?|reiterated|reckons?|reckoned|recounts?|recounted"
    r"|relates?|related|contends?|contended|recalls?|recalled|concluded?|concludes|observed?|observes|affirms?|affirmed"
    r"|testif(?:y|ies|ied)|believes?|believed|remarks?|remarked|reminds?|reminded|estimates?|estimated|adds?|added"
    r"|announces?|announced|declares?|declared|demands?|demanded|promises?|promised|alleges?|alleged)"
    r"(?: (?:early|late|later|us|me|him|them|reporters|journalists|again|today|here|this (?:news)?paper|this agency)"
    r"| on [A-Z][a-z]+day"
    r"| (?:on|via) (?:Telegram|X|Facebook|Twitter|social media|(?:state )?(?:television|TV|radio)))*"
    r"(?=[,.;]| [–—]| from [A-Z]| in an? |$)"
)
# The sentence ends with somebody who said so, and with when and to whom at most.
_CLOSING = re.compile(
    r", (?:[\w.’'-]+ ){0,8}?[\w.’'-]+(?:, [^,;]{3,60},)? (?:said|says|told|confirmed|announced|added|complained"
    r"|reported)(?: [^,;:“\"]{1,60})?[.]?$"
)
_CLOSE = '”"»'


@kept
def attribution(sentence: Sentence, word: Word) -> Attribution:
    """Who says the fact that `word` carries; all None where the article says it in its own voice. Kept."""
    found = (
        _closing(sentence, word) or _governing(sentence, word) or _according(sentence, word) or _by_noun(sentence, word)
    )
    found = found or _reckoned(sentence, word) or _inserted(sentence, word)
    if found is None:
        found = _running(sentence)
    if found is None:
        return Attribution()
    speaker, cue = found
    if speaker is None:
        return Attribution(None, None, cue)
    via = _OUTLETS.search(sentence.text)
    outlet = via.group() if via and via.group().lower() not in speaker.lower() else None
    return Attribution(speaker, outlet, cue)


def _governing(sentence: Sentence, word: Word) -> tuple[str | None, str] | None:
    """The subject of the verb of saying above the fact, or beside it in its sentence."""
    for at in word.climb():
        for verb in _report_verbs(at, word):
            if word.end < verb.start and ";" in sentence.text[word.end : verb.start]:
                continue  # what stands behind a semicolon says something else
            subject = _subject(verb)
            if subject is not None and not word.under(subject) and subject.lemma not in _WITHOUT_VOICE:
                named = name_of(sentence, _issuer(subject))
                if named is not None:
                    return named, verb.text
            agent = next(iter(verb.objects("by")), None)
            if agent is not None and verb.kid("auxpass", "nsubjpass", "agent"):
                return name_of(sentence, agent), verb.text
    return None


def _issuer(subject: Word) -> Word:
    """Who stands behind a statement that speaks: "the ministry's statement", "a statement put out by the ministry"."""
    if subject.lemma not in ("statement", "communique", "bulletin", "announcement", "post", "message"):
        return subject
    owners = [*subject.kids_of("poss"), *subject.objects("by", "from", "of")]
    owners += [o for clause in subject.kids_of("acl", "relcl") for o in clause.objects("by")]
    return owners[0] if owners else subject


def _report_verbs(at: Word, fact: Word) -> Iterator[Word]:
    if at is not fact and reports(at, fact):
        yield at
    for kid in at.kids:
        beside = kid.dep in ("parataxis", "ccomp", "advcl") and is_report(kid) and not fact.under(kid)
        beside = beside and not _of_its_own(kid)
        mark = kid.kid("mark") if kid.dep == "advcl" else None
        if beside and (mark is None or mark.low == "as"):
            yield kid
        if kid.dep == "conj" and is_report(kid) and not fact.under(kid) and kid.kid("nsubj") and _tail(kid, fact):
            yield kid


def _of_its_own(verb: Word) -> bool:
    """Whether a verb of saying tells something else, or of nobody: "whatever they gave out", "said to be many"."""
    if any(k.low in ("whatever", "whichever", "however") for k in verb.kids):
        return True
    told = next((k for k in verb.kids_of("ccomp") if k.i > verb.i), None)
    thought = (
        verb.tag == "VBN" and verb.kid("nsubj", "auxpass", "aux", "agent") is None and verb.kid("xcomp") is not None
    )
    return thought or (told is not None and told.kid("mark") is not None)


def _tail(verb: Word, fact: Word) -> bool:
    """Whether a conjoined verb of saying stands at the end and says the whole (", and X is ready, he said")."""
    return verb.start > fact.start and verb.kid("dobj", "ccomp") is None


def _subject(verb: Word) -> Word | None:
    subject = verb.kid("nsubj")
    if subject is not None and subject.low in ("who", "which", "that") and verb.dep == "relcl":
        return verb.head
    if subject is not None and subject.low in ("who", "that") and verb.dep == "ccomp" and verb.head.lemma == "be":
        return verb.head.kid("attr") or subject
    if subject is None and verb.dep == "conj" and is_report(verb.head):
        return _subject(verb.head)
    if subject is None and verb.dep == "conj" and verb.head.is_verb:
        return verb.head.kid("nsubj")  # "rejected the claim and said"
    if subject is None and verb.dep in ("xcomp", "advcl", "acl") and not verb.is_root:
        above = verb.head
        return _subject(above) if above.is_verb else (above if verb.dep == "acl" and verb.tag == "VBG" else None)
    return subject


def _inserted(sentence: Sentence, word: Word, behind: int = 0) -> tuple[str | None, str] | None:
    """A speaker thrown in between commas ("…, lawyers in Paris reckon, …"), whatever the parse makes of it."""
    for match in _INSERTED.finditer(sentence.text, behind):
        start, end = match.span("who")
        inside = [w for w in sentence.words if start <= w.start < end]
        if not inside or any(w.pos in ("VERB", "AUX", "SCONJ") for w in inside) or start <= word.start < end:
            continue
        between = sentence.text[min(word.end, match.end()) : max(word.start, match.start())]
        if ";" in between or ":" in between:
            continue
        apposed = bare(match["name"] or "")
        if len(apposed.split()) > 1:  # "its spokesman, Eric Massi, told reporters"
            named = sentence.context.people.full(apposed)
        elif behind and match["who"].lower().startswith(("its ", "their ", "his ", "her ")):
            named = None
        elif len(inside) == 1 and inside[0].pos == "PRON":
            named = behind_pronoun(sentence, inside[0])
        else:
            nouns = [w for w in inside if w.is_noun]
            names = [w for w in nouns if w.pos == "PROPN"]
            # A name, maybe behind an office: "regional governor Oleh Petrenko", not "the ministry in Goma".
            proper = bool(names) and names[-2:] == nouns[-2:] and not any(w.pos == "ADP" for w in inside)
            named = name_of(sentence, nouns[-1]) if proper else in_full(sentence, match["who"]) if nouns else None
        if named is not None:
            return named, match["verb"]
    return None


def _closing(sentence: Sentence, word: Word) -> tuple[str | None, str] | None:
    """The speaker named at the end of a sentence, whom the parse may overlook ("…, its spokesman, Ali Musa, said")."""
    if _CLOSING.search(sentence.text, word.end) is None:
        return None
    return _inserted(sentence, word, behind=word.end)


def _according(sentence: Sentence, word: Word) -> tuple[str | None, str] | None:
    words = _IN_THE_WORDS.search(sentence.text)
    behind = next((w for w in sentence.words if words and w.start >= words.end() and w.is_noun), None)
    if words is not None and behind is not None and not word.under(behind):
        head = behind
        while head.dep in ("compound", "poss", "nmod") and head.head.is_noun:
            head = head.head
        return name_of(sentence, head), words.group().strip(" ,")
    for at in sentence.words:
        if at.low == "according" and (to := next(iter(at.objects("to")), None)) is not None:
            head = at.head
            if to.lemma in _LAWS:
                continue
            if not word.under(to) and (word.under(head) or head.under(word) or head.is_root or at.i > word.i):
                return name_of(sentence, to), "according to"
    return None


def _reckoned(sentence: Sentence, word: Word) -> tuple[str | None, str] | None:
    """ "By the count of the UN", "by the ombudsman's reckoning"."""
    for at in sentence.words:
        if at.dep == "pobj" and at.head.low in ("by", "on") and at.low in _RECKONING and not word.under(at):
            owner = at.kid("poss") or next(iter(at.objects("of", "by")), None)
            if owner is not None and owner.low not in ("its", "our", "my"):
                return name_of(sentence, owner), at.text
    return None


def _by_noun(sentence: Sentence, word: Word) -> tuple[str | None, str] | None:
    """ "A claim by Russia to have …", "in the ministry's statement"."""
    for at in word.climb():
        if at is not word and at.pos == "NOUN" and at.low in _NOUN_CUES:
            owner = next(iter(at.objects("by", "from")), None) or _not_a_date(sentence, at.kid("poss"))
            if rejects(at.head) and (denier := at.head.kid("nsubj")) is not None:
                return name_of(sentence, denier), at.head.text
            if owner is not None and not word.under(owner) and not (at.dep == "nsubj" and disowned(at.head)):
                return name_of(sentence, owner), at.text
        told = next((k for k in at.kids_of("attr", "nsubj") if k.low in _NOUN_CUES), None) if at.is_verb else None
        if told is not None and at is not word and not word.under(told):
            # "That the town fell was the assertion of the ministry", "from the ministry came word that …"
            joints = ("by", "from") if told.low in ("word", "news") else ("of", "by", "from")  # "word of the trip"
            below = [o for w in told.subtree(skip=("relcl", "acl")) for o in w.objects(*joints)]
            below = [o for o in below if not sentence.within(sentence.dates, [o])]
            owners = [*told.kids_of("poss"), *below, *at.objects(*joints)]
            if owners and not word.under(owners[0]):
                return name_of(sentence, owners[0]), told.text
    return None


def _not_a_date(sentence: Sentence, noun: Word | None) -> Word | None:
    return noun if noun is not None and not sentence.within(sentence.dates, [noun]) else None


def _running(sentence: Sentence) -> tuple[str | None, str] | None:
    """The speaker of a quotation that goes on over the sentence's borders, within one block."""
    if not _quoted(sentence):
        return None
    closed = any(c in sentence.text[-2:] for c in '”"»')  # then what follows is another's
    for near in (*([] if closed else _after(sentence)), *_before(sentence)):
        for word in near.words:
            if is_report(word) and (subject := _subject(word)) is not None and (named := name_of(near, subject)):
                return named, word.text
    return None


def _quoted(sentence: Sentence) -> bool:
    """Whether the whole sentence lies in a quotation that began before it or ends behind it."""
    before = sentence.context.article.text[sentence.context.openings[sentence.block] : sentence.start]
    text = sentence.text
    curly = before.count("“") > before.count("”")
    straight = before.count('"') % 2 == 1
    opens = text[:1] in ("“", '"') and not any(c in text[1:] for c in _CLOSE)
    return curly or straight or opens


def _after(sentence: Sentence) -> list[Sentence]:
    found = []
    for other in sentence.context.sentences[sentence.index + 1 : sentence.index + 4]:
        if other.block != sentence.block:
            break
        found.append(other)
        if any(c in other.text for c in '”"'):
            break
    return found


def _before(sentence: Sentence) -> list[Sentence]:
    found = []
    for other in reversed(sentence.context.sentences[max(0, sentence.index - 4) : sentence.index]):
        if other.block != sentence.block:
            break
        found.append(other)
    return found
