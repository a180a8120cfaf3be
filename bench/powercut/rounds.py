"""Rounds of power cuts: what the door acknowledged has to be there when it starts again."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

from bench.powercut import lives, replay
from bench.powercut.lives import Acknowledged
from bench.powercut.replay import Cut, Step
from store import articles, jobs, migrate
from store.database import Database

FILE = "claimtrail.sqlite3"  # as settings.py names it
_KEPT = (0.0, 0.25, 0.5, 0.75, 0.95)
_SECTORS = (512, 4096)


@dataclass(slots=True)
class Figures:
    """What rounds have come to. `missing` are articles that were acknowledged and not found, each cut for itself."""

    acknowledged: int = 0
    cuts: int = 0
    in_checkpoint: int = 0
    looked_for: int = 0
    missing: int = 0
    pieces_kept: int = 0
    pieces_lost: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether nothing was lost or damaged, and there was something to lose."""
        return not self.missing and not self.faults and self.acknowledged > 0

    def __str__(self) -> str:
        return (
            f"{self.acknowledged} articles acknowledged, "
            f"{self.cuts} power cuts ({self.in_checkpoint} in a checkpoint), "
            f"{self.pieces_lost} of {self.pieces_lost + self.pieces_kept} un-synced pieces dropped, "
            f"{self.looked_for} looks for an acknowledged article: {self.missing} missing, "
            f"{len(self.faults)} faults in the databases"
        )


def run(folder: Path, rng: Random, figures: Figures, *, synchronous: str, most: int, times: int) -> None:
    """One round in an empty folder: `times` lives of the door, each but the first on what the cut before it left.

    A life ends after a random number of articles, about `most` at most. The power is cut then, and also, as if it had
    gone sooner, at other moments of the same life: in its start, in a checkpoint, anywhere. Adds to the figures.
    Raises CannotRecordError.
    """
    before = folder / "0"
    before.mkdir()
    owed: list[Acknowledged] = []
    for life in range(1, times + 1):
        served, log, left = folder / f"{life}-served", folder / f"{life}.log", folder / f"{life}"
        shutil.copytree(before, served)
        try:
            made = lives.live(served, log, synchronous=synchronous, count=rng.randint(1, most), rng=rng)
        except lives.ShutDoorError as fault:
            figures.faults.append(str(fault))
            figures.looked_for += len(owed)
            figures.missing += len(owed)
            return
        figures.acknowledged += len(made)
        owed = [*(replace(one, seen=0) for one in owed), *made]
        steps = replay.read(log)
        for number, moment in enumerate(_moments(steps, made, rng)):
            after = folder / f"{life}-cut-{number}" if number else left
            _cut(steps, before, after, Cut(moment, rng.choice(_KEPT), rng.choice(_SECTORS)), owed, rng, figures)
        before = left


def _moments(steps: Sequence[Step], made: Sequence[Acknowledged], rng: Random) -> list[int]:
    """When to cut: at the kill, in the start, anywhere later and, where there were checkpoints, twice in one."""
    opened = min((one.seen for one in made), default=0)
    starting = [step.end for step in steps if step.end <= opened]
    serving = [step.end for step in steps if step.end > opened]
    copying = [step.end for step in steps if step.end > opened and step.in_checkpoint]
    choices = [starting, serving, copying, copying]
    return [steps[-1].end if steps else 0, *(rng.choice(ends) for ends in choices if ends)]


def _cut(
    steps: Sequence[Step],
    before: Path,
    after: Path,
    cut: Cut,
    owed: Sequence[Acknowledged],
    rng: Random,
    figures: Figures,
) -> None:
    losses = replay.image(steps, before, after, cut, rng)
    known = [one for one in owed if one.seen <= cut.moment]
    # Looked at as a copy: the door's next life is to find what the cut left, not what a first opening made of it.
    with tempfile.TemporaryDirectory(dir=after.parent) as copy:
        found = look(shutil.copytree(after, Path(copy) / "data"), known)
    figures.cuts += 1
    figures.in_checkpoint += losses.in_checkpoint
    figures.pieces_kept += losses.kept
    figures.pieces_lost += losses.lost
    figures.looked_for += len(known)
    figures.missing += found.missing
    figures.faults += found.faults


@dataclass(slots=True)
class Found:
    """What a look into a database came to."""

    missing: int = 0
    faults: list[str] = field(default_factory=list)


def look(folder: Path, owed: Sequence[Acknowledged]) -> Found:
    """Opens the database of a folder as the next start would, and looks for what was acknowledged and for damage."""
    found = Found()
    database = Database.open(f"sqlite:///{folder / FILE}")
    try:
        migrate.upgrade(database)
        for one in owed:
            found.missing += not _is_there(database, one)
    except Exception as fault:  # whatever a damaged database leads to
        found.missing = len(owed)
        found.faults.append(f"it cannot be used: {type(fault).__name__}: {fault}")
    finally:
        database.dispose()
    found.faults += _damage(folder / FILE)
    return found


def _is_there(database: Database, one: Acknowledged) -> bool:
    with database.reading() as s:
        article, job = articles.get(s, one.article), jobs.get(s, one.job)
        revision = articles.revision(s, one.article, one.revision)
    if article is None or job is None or revision is None:
        return False
    belongs = (job.article_id, job.revision) == (one.article, one.revision)
    return belongs and article.revision >= one.revision and lives.digest(revision.text or "") == one.digest


def _damage(file: Path) -> list[str]:
    """What SQLite's own check says of a file that is not sound."""
    try:
        with closing(sqlite3.connect(file)) as connection:
            told = [str(row[0]) for row in connection.execute("pragma integrity_check")]
            loose = connection.execute("pragma foreign_key_check").fetchall()
    except sqlite3.Error as fault:
        return [f"it cannot be checked: {fault}"]
    damage = [] if told == ["ok"] else [f"integrity check: {told[0]}"]
    return [*damage, f"rows that refer to none: {len(loose)}"] if loose else damage
