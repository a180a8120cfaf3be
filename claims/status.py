"""What a text says of a fact: whether it happened, is under way, is agreed, wanted, denied or called off.

The words that govern the fact's own word are walked upwards, from verb to verb, until a speaker's verb or the end of
the clause; each may qualify it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from claims.demands import REQUIRING, ordered
from claims.denials import DENIED, beats, denied, disowned, rejects
from claims.model import Status
from claims.reporting import is_report
from claims.words import Word

_SCHEDULED = frozenset(
    """schedule slate agree arrange plan prepare confirm announce commit pledge promise undertake settle decide fix
    book pencil resolve intend gear oblige
    provide stipulate suppose""".split()
)
# Of these the object alone is what was agreed ("agreed a swap", "provides for the withdrawal").
_AGREED = frozenset("plan schedule agree arrange settle decide provide stipulate pencil fix book slate".split())
_SCHEDULED_ADJECTIVES = frozenset("due set scheduled slated planned upcoming forthcoming imminent poised".split())
_PROPOSED = frozenset(
    """want wish hope propose offer demand urge call suggest seek aim try attempt expect threaten ask request invite
    insist require consider mull weigh contemplate envisage envision foresee eye push press appeal float advocate favour
    favor support back desire need allow would encourage discuss explore negotiate anticipate predict fear warn
    recommend vote vow ponder moot mean bid struggle strive hint pressure""".split()
)
_PROPOSED_WORDS = frozenset(
    """possible potential likely unlikely proposal prospect possibility ready willing readiness willingness interested
    proposed plan demand call offer hope idea bid attempt effort aim goal ambition chance condition ultimatum
    request suggestion eventual hypothetical prepared able keen eager reluctant expected desired initiative
    expectation threat wish desire invitation appeal push intention list""".split()
)
_TERMS = frozenset("condition demand term precondition requirement request aim goal proposal idea option hope".split())
_CANCELLED = frozenset(
    """cancel postpone shelve suspend scrap collapse abort delay defer adjourn derail halt freeze drop ditch
    axe""".split()
)
_CANCELLED_PARTICLES = frozenset(
    [
        *(("call", "off"), ("put", "off"), ("break", "off"), ("break", "down"), ("fall", "through"), ("pull", "out")),
        *(("fall", "apart"), ("walk", "out"), ("put", "back"), ("push", "back"), ("put", "hold")),
    ]
)
# What stands behind these is a time by itself; behind those of _DURING it is when something else is agreed or wanted.
_APART = frozenset("after since following until".split())
_DURING = frozenset("at in during amid within throughout".split())
_GOES_ON = frozenset((("go", "ahead"), ("take", "place"), ("go", "forward")))
_FAILED = frozenset("fail".split())
_JOURNEYS = frozenset("travel fly go come head arrive visit return journey".split())
# What ends an attempt that was only begun ("tried to storm the town but were driven back").
_TRYING = frozenset("try attempt seek".split())
_TRIES = frozenset("attempt bid effort try push attack assault offensive".split())
_THWARTED = frozenset(
    "stop halt repel repulse rebuff thwart foil beat push drive throw turn block check defeat".split()
)
_PAPERS = frozenset("draft plan proposal outline blueprint scheme idea".split())
_HAPPENING = frozenset("materialise materialize eventuate".split())
_HAPPENING_PHRASES = frozenset((("come", "off"), ("come", "about"), ("go", "ahead"), ("come", "together")))
_STATES = frozenset("control hold have remain keep occupy".split())
_STOPPING = frozenset("stop halt blunt contain stem check stall block".split())
_PUSHES = frozenset("advance push offensive incursion thrust drive assault attack".split())
_MAY = frozenset("may might could can should must would ought".split())
_FUTURE = frozenset("will shall 'll wo".split())
_NOBODY = frozenset("no none nobody nothing neither".split())
_NOT = frozenset("not n't never no neither nor without".split())
_CONDITION = re.compile(r"^(?:if|unless|whether|should|provided|once)$")
_HEDGES = frozenset("possibly perhaps maybe potentially likely probably".split())


@dataclass(frozen=True, slots=True)
class Modality:
    """What qualifies a fact. `status` is None where nothing does; `words` are those that say so, in order."""

    status: Status | None
    future: bool
    progressive: bool
    words: str


def chain(word: Word) -> Iterator[Word]:
    """The words that govern a fact, from its own word up to (and not into) a speaker's verb or another clause."""
    at = word
    while True:
        yield at
        if at.is_root:
            return
        head = at.head
        if at.dep == "prep" and at.low in _APART:
            return
        if at.dep in ("parataxis", "appos", "nsubj:outer") or (at.dep == "relcl" and at.kid("mark") is None):
            return
        apart = at.dep == "advcl" and at.is_verb and not _for_to(at)
        if apart and not ordered(head, at) and not _errand(at):
            return
        if at.dep == "conj" and (at.kid("nsubj", "nsubjpass") or not _shares(at, head)):
            return
        if at.dep == "ccomp" and is_report(head) and head.dep == "acl" and head.tag == "VBG":
            at = head  # "posts claiming that": what is said of the posts is said of it
            continue
        if at.dep == "ccomp" and is_report(head):
            if head.lemma in DENIED or (_wished(at) and head.lemma in _PROPOSED):
                yield head
            return
        if at.dep == "ccomp" and _set_apart(at, head):
            return
        at = head


def _for_to(clause: Word) -> bool:
    """ "Provides for them to be swapped": no clause apart, whatever the parse makes of it."""
    mark = clause.kid("mark")
    return mark is not None and mark.low == "for" and any(k.low == "to" for k in clause.kids_of("aux"))


def _errand(clause: Word) -> bool:
    """Whether a clause tells what a journey is for: "will travel to Doha to meet him"."""
    to = clause.tag == "VB" and any(k.low == "to" for k in clause.kids_of("aux")) and clause.kid("mark") is None
    return to and clause.head.lemma in _JOURNEYS


def _wished(clause: Word) -> bool:
    """Whether a clause stands in the subjunctive ("suggested that they meet"), which the parse may take for a noun."""
    bare = clause.tag in ("VB", "VBP") or (not clause.is_verb and clause.kid("nsubj") is not None)
    if clause.head.lemma == "insist" and clause.lemma in _STATES:
        return False  # "insists that his troops control the city"
    return bare and clause.kid("aux") is None and clause.kid("mark") is not None


def _set_apart(clause: Word, head: Word) -> bool:
    """Whether a colon or semicolon parts a clause from what the parse takes for its governor."""
    low, high = sorted((clause.i, head.i))
    near = (head, *head.kids, clause)
    return any(k.low in (":", ";") and low < k.i < high for word in near for k in word.kids)


def _shares(word: Word, first: Word) -> bool:
    """Whether a conjoined word leans on what governs the first: same form, no auxiliary of its own."""
    if word.is_noun:
        return True
    return not word.kid("aux", "auxpass") and (word.tag == first.tag)


@lru_cache(maxsize=64)
def modality(word: Word) -> Modality:
    """How the clause around `word` qualifies it; kept, as it is asked for each date and number of a fact."""
    seen: dict[Status, list[Word]] = {}
    future = progressive = False
    negations: list[Word] = []
    for at in chain(word):
        for mark, sign in _signs(at, word):
            seen.setdefault(mark, []).append(sign)
        for kid in at.kids:
            nor = kid.low == "nor" and kid.dep == "cc" and kid.i < at.i  # "Nor was the town taken"
            if (
                kid.dep == "neg"
                or nor
                or (kid.low in _NOT and kid.dep in ("det", "advmod", "preconj") and not _bounds(kid))
            ):
                negations.append(kid)
            elif at is word and word.is_verb and kid.dep in ("dobj", "nsubj", "nsubjpass"):
                negations += [k for k in (kid, *kid.kids_of("det")) if k.low in _NOBODY and not _bounds(k)]
            future = future or (kid.dep == "aux" and kid.low in _FUTURE)
        under_way = any(k.dep == "aux" and k.lemma == "be" for k in at.kids)
        if any(k.dep == "auxpass" and k.low == "being" for k in at.kids):
            progressive = True
        if at.tag == "VBG" and (under_way or (at.dep == "conj" and at.head.lemma == "be")):
            progressive = True
        if at is not word and at.lemma in ("continue", "keep", "remain") and at.tag != "VBD":
            progressive = True
        if at.lemma in _TRYING and at is not word and (end := _thwarted(at)) is not None:
            seen.setdefault(Status.DENIED, []).append(end)
    order = (Status.CANCELLED, Status.DENIED, Status.PROPOSED, Status.SCHEDULED)
    status: Status | None = next((s for s in order if s in seen), None)
    if status is Status.CANCELLED and upheld(seen[status][0]):
        return Modality(Status.SCHEDULED, future, progressive, seen[status][0].text)
    if status in (None, Status.SCHEDULED, Status.DENIED) and _came_to_nothing(word):
        status, seen = Status.CANCELLED, {Status.CANCELLED: negations or [word]}
    # "has not denied", "did not fail": two turns make none.
    if negations and status is None:
        status, seen = Status.DENIED, {Status.DENIED: negations}
    elif len(negations) == 1 and status in (Status.DENIED, Status.CANCELLED) and _turned(seen[status][0]):
        status = None
    told = sorted(seen.get(status, []), key=lambda w: w.i) if status else []
    return Modality(status, future, progressive, " ".join(dict.fromkeys(w.text for w in told)))


def upheld(off: Word) -> bool:
    """Whether a verb that calls something off is denied: "has not been postponed", "denied having cancelled"."""
    if not off.is_verb and off.dep in ("prt", "prep", "advmod"):
        off = off.head  # "had been put off"
    if off.dep == "amod" or (off.kid("auxpass", "nsubjpass") is None and off.tag not in ("VBG", "VBN", "VB")):
        return False
    if off.kid("neg") is not None:
        return True
    return denied(off)


def _thwarted(trying: Word) -> Word | None:
    """What ended an attempt, where the sentence goes on to tell so."""
    if not any(k.low in ("but", "only") for k in trying.kids):
        return None
    ends = [k for k in trying.kids_of("conj") if k.i > trying.i]
    return next(
        (k for k in ends if k.lemma in _FAILED or (k.lemma in _THWARTED and k.kid("auxpass") is not None)), None
    )


def _came_to_nothing(word: Word) -> bool:
    """Whether what a word names was to be and was not: "did not come off", "failed to materialise"."""
    for at in chain(word):
        if not at.is_verb or at is word:
            continue
        doing = at.kid("xcomp") if at.lemma == "fail" else at
        undone = at.lemma == "fail" or at.kid("neg") is not None
        if _for_nothing(at) and _was_to_be(word):
            return True
        if doing is None or not undone:
            continue
        if doing.lemma == "take" and any(k.low == "place" and k.i > doing.i for k in doing.kids):
            return not any(k.low == "never" for k in at.kids_of("neg")) or _was_to_be(word)
        particle = next((k.low for k in doing.kids_of("prt", "advmod") if k.i > doing.i), "")
        if doing.lemma in _HAPPENING or (doing.lemma, particle) in _HAPPENING_PHRASES:
            return True
    return False


def _was_to_be(noun: Word) -> bool:
    """Whether what describes a noun tells that it was planned: "talks pencilled in for May", "that were to begin"."""
    for clause in noun.kids_of("acl", "relcl"):
        planned = clause.lemma in _SCHEDULED | _PROPOSED | {"plan"} and clause.tag in ("VBN", "VBD")
        if planned or any(k.dep == "xcomp" for k in clause.kids if clause.lemma == "be"):
            return True
    return False


def _bounds(no: Word) -> bool:
    """Whether a "no" belongs to a number: "no fewer than 70 men"."""
    return any(k.low in ("fewer", "less", "more") for number in no.head.kids_of("nummod") for k in number.kids)


def _turned(sign: Word) -> bool:
    """Whether a negation turns a sign round; a future has its own ("will not go ahead")."""
    return sign.lemma != "fail" and sign.dep != "aux"


def _signs(at: Word, fact: Word) -> Iterator[tuple[Status, Word]]:
    """The marks that one word of the chain carries: by its auxiliaries and modifiers, and by its own meaning."""
    for kid in at.kids:
        status = _of_kid(at, kid, fact)
        if status is not None:
            yield status, kid
    if at is not fact:
        status = _of_governor(at, fact)
        if status is not None:
            yield status, at


def _of_kid(at: Word, kid: Word, fact: Word) -> Status | None:
    if kid.dep == "aux" and kid.low in _FUTURE:
        if at.kid("neg") is None:
            return Status.SCHEDULED
        planned = (at.lemma, next((k.low for k in at.kids_of("dobj", "advmod", "prt") if k.i > at.i), "")) in _GOES_ON
        return Status.CANCELLED if planned or at.lemma == "happen" else Status.DENIED
    if kid.dep == "aux" and kid.low in _MAY:
        if kid.low in ("would", "could", "can") and at.kid("neg") is not None:
            return Status.DENIED
        return Status.SCHEDULED if kid.low == "would" and _reported(at) and not _drafted(at) else Status.PROPOSED
    if kid.dep == "aux" and kid.low == "to" and at.tag in ("VB", "VBN") and at.head.lemma == "be" and at.dep == "xcomp":
        # "Was to have met" never did.
        missed = at.head.tag == "VBD" and any(k.dep == "aux" and k.lemma == "have" for k in at.kids)
        return Status.CANCELLED if missed else Status.SCHEDULED
    if kid.dep == "xcomp" and at.lemma == "be" and at is not fact and not fact.under(kid):
        marks = [k for k in kid.kids if k.dep == "aux"]
        if any(k.low == "to" for k in marks):
            missed = at.tag == "VBD" and any(k.lemma == "have" for k in marks)
            return Status.CANCELLED if missed else Status.SCHEDULED
    if kid.dep == "aux" and kid.low in ("had", "were") and at.dep == "advcl" and _inverted(at, kid):
        return Status.PROPOSED
    if kid.dep == "mark" and _CONDITION.match(kid.low) and not (kid.low == "once" and _told(at)):
        return Status.PROPOSED
    if kid.dep in ("amod", "advmod", "compound") and (kid.low in _PROPOSED_WORDS or kid.low in _HEDGES):
        return Status.PROPOSED
    if kid.dep == "amod" and kid.low in _SCHEDULED_ADJECTIVES:
        return Status.SCHEDULED
    if kid.dep == "amod" and kid.lemma in _CANCELLED and kid.tag == "VBN":
        return Status.CANCELLED
    if kid.dep in ("acomp", "oprd", "attr") and kid.low in _SCHEDULED_ADJECTIVES and at is not fact:
        # Said of the fact itself ("the summit is due on Friday"), or of whom it awaits ("they are due to meet").
        return Status.SCHEDULED if fact.under(kid) or at.lemma == "be" else None
    bare = kid.low == "through" and kid.dep in ("prep", "advmod") and not kid.kids  # "fell through because"
    off = kid.dep == "prt" or bare or (kid.dep == "prep" and kid.low in ("off", *(("out",) if at is not fact else ())))
    going = at is fact and (at.lemma, kid.low) == ("pull", "out")  # forces pull out
    if off and not going and (at.lemma, kid.low) in _CANCELLED_PARTICLES:
        return Status.CANCELLED
    if kid.low == "off" and at.lemma == "be" and kid.dep in ("advmod", "acomp", "prt") and not kid.kids:
        return Status.CANCELLED
    return None


def _drafted(verb: Word) -> bool:
    """Whether it is what a paper that nobody has agreed to yet provides: "under the draft they would go"."""
    return any(o.lemma in _PAPERS for o in verb.objects("under", "in"))


def _inverted(verb: Word, auxiliary: Word) -> bool:
    """Whether a condition is told without "if": "had the town fallen, …"."""
    subject = verb.kid("nsubj", "nsubjpass")
    return subject is not None and auxiliary.i < subject.i < verb.i


def calls_off(verb: Word) -> bool:
    """Whether a verb says that something was called off."""
    if not verb.is_verb:
        return False
    return verb.lemma in _CANCELLED or any((verb.lemma, k.low) in _CANCELLED_PARTICLES for k in verb.kids_of("prt"))


def _told(verb: Word) -> bool:
    """Whether a verb stands in the past, on its own or by its auxiliary."""
    return verb.tag == "VBD" or any(k.dep in ("aux", "auxpass") and k.tag == "VBD" for k in verb.kids)


def _of_governor(at: Word, fact: Word) -> Status | None:
    unwilling = at.lemma == "intention" and any(k.low == "no" for k in at.kids_of("det"))
    if unwilling or (at.lemma in ("intend", "plan") and at.kid("neg") is not None and at.is_verb):
        return None  # "had no intention of", "did not intend to": the negation says it all
    if at.is_verb and any(k.low in _DURING and fact.under(k) for k in at.kids_of("prep")):
        return None
    infinitive = any(k.dep in ("xcomp", "ccomp", "advcl", "acl", "oprd") and fact.under(k) for k in at.kids)
    subject = at.kid("nsubj", "nsubjpass")
    infinitive = infinitive or (at.kid("xcomp") is not None and subject is not None and fact.under(subject))
    passive = at.kid("nsubjpass", "auxpass") is not None or at.dep == "acl"
    if ordered(at, fact):
        return Status.PROPOSED
    if at.lemma == "include" and subject is not None and subject.lemma in REQUIRING | _PAPERS:
        return Status.PROPOSED  # "his conditions include a withdrawal"
    if at.lemma in _STOPPING and fact.lemma in _PUSHES and fact.dep in ("dobj", "nsubjpass"):
        return Status.DENIED  # "halted the rebels' advance"
    if at.lemma in _CANCELLED:
        return Status.CANCELLED
    missed = subject is not None and subject.lemma in _TRIES and fact.under(subject)
    if at.lemma in DENIED or rejects(at) or (at.lemma in _FAILED and (infinitive or missed)):
        return Status.DENIED
    if at.lemma == "rule" and any(k.low == "out" for k in at.kids_of("prt")):
        return Status.DENIED
    if at.lemma == "set" and passive and any(k.low in ("for", "on") for k in at.kids_of("prep")):
        return Status.SCHEDULED
    agreed = infinitive or passive or at.lemma in _AGREED
    if at.lemma in _SCHEDULED and agreed and (infinitive or not is_report(at)):
        return Status.SCHEDULED
    if at.low in _SCHEDULED_ADJECTIVES and infinitive:
        return Status.SCHEDULED
    if at.lemma == "call" and not infinitive and not any(k.low in ("for", "upon") for k in at.kids):
        return None
    if disowned(at):
        return Status.DENIED
    if beats(at) or _for_nothing(at):
        beaten = [*([subject] if subject is not None else []), *at.kids_of("dobj")]
        return Status.DENIED if any(fact.under(one) for one in beaten) else None
    if at.lemma == "be" and any(k.lemma in _TERMS for k in [*at.kids_of("attr"), *at.objects("among")]):
        return Status.PROPOSED
    if (at.lemma in _PROPOSED and at.pos == "VERB") or (at.lemma in _PROPOSED_WORDS and not at.is_verb):
        return Status.PROPOSED
    return None


def _for_nothing(verb: Word) -> bool:
    """ "Came to nothing"."""
    return verb.lemma == "come" and any(o.low in ("nothing", "naught", "nought") for o in verb.objects("to"))


def _reported(verb: Word) -> bool:
    """Whether a verb stands in what somebody said: its "would" is then a future seen from the past."""
    return any(w.dep in ("ccomp", "parataxis") and is_report(w.head) for w in verb.climb()) or any(
        is_report(kid) for kid in verb.kids if kid.dep in ("parataxis", "ccomp")
    )
