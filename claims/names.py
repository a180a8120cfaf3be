"""Names of people: the fullest form an article gives, without titles."""

from __future__ import annotations

import re

_TITLES = frozenset(
    """president prime minister premier chancellor king queen prince princess sheikh emir sultan mr mrs ms dr prof sir
    lord lady foreign defence defense interior finance justice secretary state general gen lt lieutenant col
    colonel major maj captain capt brigadier brig admiral adm marshal field commander cmdr chief chairman
    chairwoman chair head leader spokesman spokeswoman spokesperson ambassador envoy special representative
    senator sen rep congressman governor gov mayor judge justice speaker negotiator mediator deputy vice former
    acting ex kremlin pentagon white house ayatollah imam mullah pope cardinal archbishop bishop rabbi reverend
    saint ministry army navy force forces spokespersons us u.s uk eu un nato republican democratic democrat
    opposition rebel warlord tribal analyst professor director correspondent reporter on in at the a an but and
    after before when while as for with from by this that his her their its our new old national security
    adviser advisor council unification state-run""".split()
)
_JOINERS = r"(?:al|el|bin|ibn|van|von|der|den|de|da|di|du|la|le|ben|abu|ould|dos)"
# A dot belongs to an initial or a short title; behind a longer word it ends a sentence.
_PART = r"[A-Z\u00c0-\u00de\u0410-\u042f](?:\w{0,2}\.|[\w\u00c0-\u024f'’`-]{0,60}+)"
_RUN = re.compile(rf"\b{_PART}(?: (?:{_JOINERS} |{_JOINERS}-)?{_PART}){{1,5}}")
_DAYS = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december""".split()
)


def bare(name: str) -> str:
    """A name without what stands before it: titles, offices, nationalities in "-n", "-i" are the caller's to drop."""
    parts = name.split()
    while len(parts) > 1 and _is_title(parts[0]):
        parts = parts[1:]
    # A title in the middle ("Turkey's President Recep Tayyip Erdogan") ends what is no name.
    last = max((i for i, part in enumerate(parts[:-1]) if _is_title(part) or part.endswith(("'s", "’s"))), default=-1)
    return " ".join(parts[last + 1 :])


def _is_title(part: str) -> bool:
    return part.lower().strip(".,") in _TITLES or part.lower() in _DAYS


class People:
    """The people an article names by more than a surname; asked for the full name behind a short one."""

    def __init__(self, text: str) -> None:
        self._full: dict[str, str] = {}
        for match in _RUN.finditer(text):
            name = re.sub(r"[’']s$", "", bare(re.sub(r"[’']s$", "", match.group()))).rstrip(".")
            parts = name.split()
            if len(parts) >= 2:
                known = self._full.get(parts[-1].lower())
                if known is None or (len(parts) > len(known.split()) and known.split()[0] == parts[0]):
                    self._full[parts[-1].lower()] = name

    def full(self, name: str) -> str:
        """The fullest form of a person's name, the name itself where no fuller one stands in the article."""
        name = re.sub(r"[’']s$", "", name)
        found = self._full.get(name.split()[-1].lower()) if name else None
        if found is None or len(found.split()) <= len(name.split()):
            return name
        return found if name.lower() in found.lower() or len(name.split()) == 1 else name

    def knows(self, surname: str) -> bool:
        """Whether somebody of that surname was named in full."""
        return surname.lower() in self._full
