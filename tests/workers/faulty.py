"""A worker whose reader does to itself what its texts say. Run as a process of its own by the tests."""

from __future__ import annotations

import collections
import itertools
import logging
import os
import signal
import sys
import time
from pathlib import Path

import settings
from claims.model import Article, Claim, Explanation, Reading, Status
from workers.work import work

EVENTS = Path(os.environ["FAULTY_LOG"])


def note(what: str, about: str) -> None:
    """One line, which no other process can tear."""
    with EVENTS.open("a", encoding="utf-8") as file:
        file.write(f"{what} {os.getpid()} {about}\n")


class FaultyReader:
    """Finds the first word of each text, after doing what it says."""

    def read(self, article: Article) -> Reading:
        """Crashes, loops in C code, eats memory, raises, or sleeps so many seconds, and then finds a claim."""
        word, *rest = article.text.split()
        note("read", article.text)
        if word == "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        elif word == "loop":
            collections.deque(itertools.count(), maxlen=0)
        elif word == "hog":
            hoard = [bytes(2**20) * 16 for _ in range(10_000)]
            note("hoarded", str(len(hoard)))
        elif word == "raise":
            raise ArithmeticError("nothing adds up")
        elif word == "sleep":
            time.sleep(float(rest[0]))
        note("done", article.text)
        claim = Claim("talks", Status.OCCURRED, 0, len(word), word, {}, Explanation("t", word), word)
        return Reading("read", "en", (claim,))


def open_reader(_gazetteer: Path) -> FaultyReader:
    """Notes that it is loaded, and where."""
    note("load", "model")
    return FaultyReader()


if __name__ == "__main__":
    logging.basicConfig(level="INFO", stream=sys.stderr)
    sys.exit(work(settings.read(), open_reader, ready=lambda: note("ready", "worker")))
