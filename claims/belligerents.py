"""Belligerents: which side a noun names or stands for ("its troops", "the rebels", "they"), and who its enemy is."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from claims.conquest import at_war
from claims.context import Sentence
from claims.draft import Hit
from claims.forces import ENEMIES, FORCES, INVADERS, NEUTRAL, REBELS, STATES, base
from claims.reporting import is_report
from claims.values.parties import PartyMention, country_code, country_named, demonym_of, find_parties, rivals_of
from claims.words import ASIDE, Word, conjoined

# Capitalised before a force they name no people of its own ("National Guard", "Eighth Army").
_PLAIN = frozenset(
    """state national royal republican presidential special airborne northern southern eastern western central joint air
    general armed defence defense parachute first second third fourth fifth sixth seventh eighth ninth tenth border
    security naval allied coalition elite main""".split()
)
_ADJECTIVES = frozenset("federal rebel loyalist insurgent separatist".split())
_OUTLETS = frozenset("television tv media medium radio broadcaster agency".split())
_ONE_MAN = frozenset("soldier fighter rebel militant gunman serviceman guard general guerrilla insurgent".split())
_SOME_OF = frozenset(
    """last most some all rest bulk majority part remnant remainder number hundred thousand dozen handful pair couple
    many several first none score both each member element follower supporter""".split()
)
_BREAKAWAY = frozenset("separatist breakaway self-declared self-proclaimed unrecognised unrecognized rebel".split())
_CIVIL = frozenset("monitoring rights aid advocacy research media lobby human humanitarian relief think".split())
# Somebody's are his soldiers.
_MEN = frozenset("man boy lad hero comrade warrior".split())
# Who speaks or acts for a force.
_OFFICERS = frozenset(
    """spokesman spokeswoman spokesperson official commander chief officer leader minister captain colonel statement
    bulletin communique source headquarters general""".split()
)
_BOASTING = frozenset("announce claim declare proclaim boast celebrate hail report".split())
_PRONOUNS = frozenset("it they we he she its their our his her them us those theirs ours".split())
_SPEAKING = frozenset("we our us ours".split())
# What takes up the subject of the sentence before, and how many sentences back that may stand.
_RESUMING = frozenset("it its they their them".split())
_SINGULAR = frozenset("it its".split())
_THEIRS = frozenset("they their them".split())
_RESUMED = 3
# They are never "which".
_PERSONS = frozenset("resident inhabitant people villager civilian governor mayor leader official family".split())
# A side named behind these only tells where.
_WHERE = frozenset(
    """in at near inside across on around against outside to into toward towards along between during after
    before since over under through beyond within for as like than""".split()
)
_FARTHEST = 6
# How many times as often as a bystander the article names its sides.
_BYSTANDER = 3


def relative(verb: Word, subject: Word) -> Word:
    """The noun behind "which", "that" and "who": that which the clause describes, or "it was X that"."""
    if subject.low in ("which", "that", "who", "whom"):
        if verb.dep == "relcl":
            if subject.low == "which" and verb.head.lemma in _PERSONS:
                return next(iter(verb.head.objects("of", "in", "from")), verb.head)  # "residents of Sake, which fell"
            return verb.head
        if verb.dep == "ccomp" and verb.head.lemma == "be":
            return verb.head.kid("attr") or subject
    return subject


def can_move(hit: Hit, noun: Word | None) -> bool:
    """Whether a noun is a force or a side as a whole, and not one person or a thing."""
    if noun is None:
        return False
    sort = base(noun)
    if noun.lemma in _SOME_OF:
        return any(can_move(hit, o) for o in noun.objects("of"))  # "the last of its soldiers"
    if sort in _ONE_MAN and not _soldierly(noun):
        return False
    if sort in ("group", "alliance") and any(k.low in _CIVIL for k in noun.kids):
        return False
    modifiers = noun.kids_of("amod", "compound") if sort == "group" and noun.tag == "NN" else []
    if any(hit.sentence.parties_in([k]) for k in modifiers):
        return any(m.source == "group" for m in hit.sentence.parties_in(_own(noun)))  # "a Saudi group" is a company
    if sort in FORCES or noun.low in ("they", "it", "we", "who", "which", "them", "us"):
        return True
    if sort == "republic" and any(k.low in _BREAKAWAY for k in noun.kids):
        return True
    if sort in _MEN:
        owned = any(k.dep == "poss" or k.low == "armed" for k in noun.kids)
        return owned or any(can_move(hit, o) for o in noun.objects("of", "from"))
    if noun.pos == "PROPN" and any(base(k) in FORCES for k in noun.kids_of("appos")):
        return True  # "the Raia Mutomboki, a militia"
    mentions = hit.sentence.parties_in([noun])
    return any(m.source in ("country", "demonym", "capital", "group") for m in mentions)


def named_side(hit: Hit, noun: Word | None) -> str | None:
    """The side that a noun phrase names itself; None where it only stands for one."""
    if noun is None:
        return None
    for one in conjoined(noun):
        led = [o for k in one.kids if k.dep == "acl" and k.tag == "VBN" for o in k.objects("by") if _led(k)]
        for word in [*led, one]:
            named = hit.sentence.parties_in(_own(word))
            if named:
                return _heading(word, named)
    return None


def side_of(hit: Hit, noun: Word | None) -> str | None:
    """The side that a noun names, or stands for; None where it is no side or nobody can tell which."""
    if noun is None:
        return None
    named = named_side(hit, noun)
    if named is not None:
        return named
    seated = [m for o in noun.objects("in") for m in hit.sentence.parties_in([o]) if m.source == "capital"]
    if seated and base(noun) in STATES:
        return seated[0].party  # "the ministry in Moscow"
    own = _own(noun)
    ours = any(w.low == "own" and w.head.kid("poss") is None for w in own)  # "own troops", says a bulletin
    if ours or {w.low for w in own} & _SPEAKING:
        return _speaking(hit, noun)
    if any(w.low == "whose" for w in own):
        clause = next((w for w in noun.climb() if w.dep == "relcl"), None)
        return side_of(hit, clause.head) if clause is not None else None  # "Turkey, whose army holds the strip"
    pronoun = next((w for w in own if w.low in _PRONOUNS), None)
    if pronoun is not None:
        return _antecedent(hit, pronoun)
    if not (noun.is_noun or base(noun) in _ADJECTIVES) or _stranger(hit, own, noun) or not _soldierly(noun):
        return None
    kinds = {base(w) for w in own}
    if kinds & INVADERS and (invader := enemy_of(hit, _of_the_land(hit))):
        return invader
    if "defender" in kinds and (land := _of_the_land(hit)) in hit.context.pair:
        return land
    if kinds & ENEMIES:
        return enemy_of(hit, teller(hit, noun) or last_named(hit, noun.start, anyone))
    if kinds & REBELS or ("republic" in kinds and {w.low for w in own} & _BREAKAWAY):
        return _sort_of(hit, noun, is_rebel)
    if kinds & STATES or ("state" in kinds and noun.lemma in _OUTLETS):
        return _sort_of(hit, noun, _state)
    return last_named(hit, noun.start, anyone) if noun.lemma in NEUTRAL else None


def _soldierly(noun: Word) -> bool:
    """Whether a noun is one for a force or for who speaks for it, and not for one man of it ("a former soldier")."""
    sort = base(noun)
    one = sort in _ONE_MAN and noun.tag in ("NN", "NNP") and any(k.low in ("a", "an") for k in noun.kids_of("det"))
    return not one and (sort in FORCES or sort in _OFFICERS or noun.lemma in _OUTLETS)


def standing_for(hit: Hit, noun: Word) -> str | None:
    """The side that a bare noun ("the government", "the rebels") stands for, whatever it is joined to."""
    return _sort_of(hit, noun, is_rebel if base(noun) in REBELS else _state)


def in_conflict(hit: Hit) -> bool:
    """Whether the article speaks of armed conflict at all: by its words, or by the groups it names."""
    sides = hit.context.mentions
    return at_war(hit.context.article.text) or any(is_rebel(p) or any(r in sides for r in rivals_of(p)) for p in sides)


def enemy_of(hit: Hit, party: str | None) -> str | None:
    """The article's other side, where this is one of its two; a party that it often names beside its enemy is none."""
    pair, often = hit.context.pair, hit.context.mentions
    if party is None or party not in pair or len(pair) < 2:
        return None
    other = pair[1] if pair[0] == party else pair[0]
    foes = rivals_of(party)
    return other if other in foes else max((p for p in foes if often[p]), key=lambda p: often[p], default=other)


def teller(hit: Hit, word: Word) -> str | None:
    """The side that tells of a word: the subject of the verb of saying above it, no bystander."""
    return telling(hit, word)[0]


def telling(hit: Hit, word: Word) -> tuple[str | None, bool]:
    """The side that tells of a word, and whether it boasts of it."""
    for at in word.climb():
        if at is not word and is_report(at):
            shared = at.head.kid("nsubj") if at.dep == "conj" else None  # "put the figure at 40, and said"
            subject = at.kid("nsubj") or next(iter(at.objects("by")), None) or shared
            if subject is None or word.under(subject):
                continue
            side = side_of(hit, relative(at, subject))
            return (side if side in hit.context.mentions else None), at.lemma in _BOASTING
    for at in word.climb():
        for kid in at.kids_of("parataxis", "ccomp"):  # "With this, the ministry said, the town was freed"
            subject = kid.kid("nsubj") if is_report(kid) and not word.under(kid) else None
            side = side_of(hit, subject) if subject is not None else None
            if side in hit.context.mentions:
                return side, kid.lemma in _BOASTING
    source = next((o for w in hit.sentence.words if w.low == "according" for o in w.objects("to")), None)
    side = side_of(hit, source) if source is not None and not word.under(source) else None
    return (side if side in hit.context.mentions else None), False


def _led(participle: Word) -> bool:
    return participle.lemma in ("lead", "command", "head", "dominate")


def _own(noun: Word) -> list[Word]:
    """The words of a phrase that tell who it is, without clauses and without "in Syria", "from Goma"."""
    found, todo = [], [noun]
    while todo:
        word = todo.pop()
        found.append(word)
        todo += [k for k in word.kids if k.dep not in ASIDE and not _elsewhere(word, k)]
    return sorted(found, key=lambda w: w.i)


def _elsewhere(word: Word, kid: Word) -> bool:
    """Whether a kid tells where or what for, not who: "a spokesman for the army" is the army's all the same."""
    if kid.dep != "prep" or kid.low not in _WHERE or word.dep == "amod":
        return False
    return not (kid.low == "for" and word.lemma in _OFFICERS)


def _heading(noun: Word, named: list[PartyMention]) -> str:
    """Of several sides in one phrase a group ("the Lebanese group Hezbollah"), else the one at its head."""
    group = next((m for m in named if m.source == "group"), None)
    head = next((m for m in named if m.start <= noun.start < m.end), None)
    return (group or head or named[0]).party


def _stranger(hit: Hit, own: list[Word], noun: Word) -> bool:
    """Whether an unknown name describes the force ("Karen fighters", "Ahmed's men"): then nobody known is meant.

    A name that only tells whose friend it is ("Iran-aligned") describes none.
    """
    aside = [(m.start, m.end) for m in hit.sentence.parties if m.modifier]
    return any(
        w is not noun
        and not any(start <= w.start < end for start, end in aside)
        and w.text[0].isupper()
        and w.pos in (("PROPN", "ADJ") if w.i else ("PROPN",))
        and base(w) not in FORCES | _PLAIN
        for w in own
    )


def _speaking(hit: Hit, noun: Word) -> str | None:
    """The side behind "we": that of whoever speaks."""
    for at in noun.climb():
        if is_report(at):
            for verb in (at, *(k for k in at.kids if is_report(k))):
                subject = verb.kid("nsubj")
                if subject is not None and not noun.under(subject) and subject.low not in _SPEAKING:
                    side = side_of(hit, subject)
                    if side is not None:
                        return side
    outside = [
        m.party for m in hit.sentence.parties if not m.modifier and m.start > noun.start and m.source != "organisation"
    ]
    return outside[-1] if outside else last_named(hit, noun.start, anyone)


def _antecedent(hit: Hit, pronoun: Word) -> str | None:
    """The side a pronoun stands for: the subject of a clause around its own, else the last side named."""
    for at in pronoun.climb():
        owns = at.is_noun and at is not pronoun and at.head is not pronoun
        owner = (at.kid("poss") or next(iter(at.objects("by")), None)) if owns else None
        if owner is not None and not pronoun.under(owner) and (side := named_side(hit, owner)) is not None:
            return side  # "Moscow's hold on the land it has taken"
        subject = at.kid("nsubj", "nsubjpass") if at.is_verb else None
        if subject is not None and pronoun.low in _SINGULAR and subject.tag in ("NNS", "NNPS") and is_report(at):
            continue  # "officials say it has left"
        if subject is not None and not pronoun.under(subject) and subject.low not in _PRONOUNS:
            side = side_of(hit, subject)
            others = (
                is_report(at) and pronoun.low in _THEIRS and subject.tag == "NNS" and base(subject) not in _OFFICERS
            )
            if side is not None or others or (base(subject) in FORCES and is_report(at)):
                return side
    beside = [k for at in pronoun.climb() for k in at.kids_of("parataxis", "ccomp", "advcl")]
    for word in [*hit.sentence.words[: pronoun.i], *beside]:
        subject = word.kid("nsubj") if is_report(word) else None
        if subject is not None and subject.low not in _PRONOUNS and not pronoun.under(subject):
            side = named_side(hit, relative(word, subject)) or (side_of(hit, subject) if word in beside else None)
            if side is not None:
                return side
    return _subject_before(hit, pronoun) or last_named(hit, pronoun.start, anyone)


def _subject_before(hit: Hit, pronoun: Word) -> str | None:
    """The side that the sentence before is about ("The army was stronger. It recaptured the palace.")."""
    at = hit.sentence.previous
    if pronoun.low not in _RESUMING or any(m.end <= pronoun.start and _acts(hit, m) for m in hit.sentence.parties):
        return None
    while at is not None and hit.sentence.index - at.index <= _RESUMED:
        root = next((w for w in at.words if w.is_root), None)
        subject = root.kid("nsubj", "nsubjpass") if root is not None else None
        if subject is None:
            return None
        own = _own(subject)
        if not any(w.low in _PRONOUNS for w in own):
            if any(base(w) in ENEMIES for w in own) or (pronoun.low in _SINGULAR and subject.tag in ("NNS", "NNPS")):
                return None
            return side_of(Hit(hit.context, at, subject, subject.text), subject)
        at = at.previous
    return None


def _acts(hit: Hit, mention: PartyMention) -> bool:
    return not mention.modifier and mention.source != "organisation" and not hit.sentence.placed(mention)


def _sort_of(hit: Hit, noun: Word, fits: Callable[[str], bool]) -> str | None:
    """The side of a sort ("the rebels", "the army"): that named by the word itself, else the last, else the only one.

    An army that nobody has named is that of the land.
    """
    named = last_named(hit, noun.start, fits, called=base(noun)) or last_named(hit, noun.start, fits)
    if named is None:
        named = next((party for party, _ in hit.context.mentions.most_common() if fits(party)), None)
    if named is not None:
        often = hit.context.mentions
        main = next((party for party in hit.context.pair if fits(party)), named)
        here = any(m.party == named and m.end <= noun.start for m in hit.sentence.parties)
        if fits is _state and not here and named != main and set(rivals_of(main)) & set(hit.context.pair):
            return main  # in an article on a state and its rebels "the army" is that state's
        # A host or an onlooker, named once, has no "army" in an article about others' war.
        return main if often[named] * _BYSTANDER <= often[main] else named
    land = _of_the_land(hit)
    if fits is _state or land is None:
        return land
    # "Syrian rebels" go by a name of their own, though the article may call them rebels only.
    known = find_parties(f"{demonym_of(land)} {noun.lemma}s")
    return next((m.party for m in known if m.source == "group"), None)


def _of_the_land(hit: Hit) -> str | None:
    """The country where the places named so far lie."""
    for sentence in reversed(hit.context.sentences[max(0, hit.sentence.index - _FARTHEST) : hit.sentence.index + 1]):
        for mention in sentence.places:
            land = hit.context.gazetteer.resolve(mention.name, region=mention.region).country
            if land is not None:
                return country_named(land)
    return None


def last_named(hit: Hit, offset: int, fits: Callable[[str], bool], *, called: str | None = None) -> str | None:
    """The side named last before an offset; of a sentence before, the one it names first, as its subject.

    With `called` only one that was named together with this word ("Tuareg rebels").
    """
    for sentence, mentions in _backwards(hit, offset):
        fitting = [
            m
            for m in mentions
            if not m.modifier
            and m.source != "organisation"
            and fits(m.party)
            and not sentence.placed(m)
            and (called is None or called in sentence.text[m.start : m.end + len(called) + 2].lower())
        ]
        if fitting:
            return fitting[-1 if sentence is hit.sentence else 0].party
    return None


def _backwards(hit: Hit, offset: int) -> Iterator[tuple[Sentence, list[PartyMention]]]:
    at: Sentence | None = hit.sentence
    while at is not None and hit.sentence.index - at.index <= _FARTHEST:
        yield at, [m for m in at.parties if at is not hit.sentence or m.end <= offset]
        at = at.previous


def anyone(_party: str) -> bool:
    """Any side at all."""
    return True


def _state(party: str) -> bool:
    return country_code(party) is not None


def is_rebel(party: str) -> bool:
    """Whether a side is no state."""
    return country_code(party) is None
