"""A worker whose reader does to itself what its texts say. Run as a process of its own by the tests."""

from __future__ import annotations

import collections
import ctypes
import itertools
import logging
import os
import re
import sys
import time
import uuid
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
        """Crashes, hangs in one way or another, eats memory, raises, or sleeps so many seconds, then finds a claim."""
        word, *rest = article.text.split()
        note("read", article.text)
        if word == "segfault":
            ctypes.string_at(0)
        elif word == "loop":
            collections.deque(itertools.count(), maxlen=0)
        elif word == "regex":
            re.match(r"(a|a)*$", "a" * 60 + "b")
        elif word == "power":
            note("power", str(3 ** (3**30) % 10))
        elif word == "swallow":
            swallow(int(rest[0]))
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


def swallow(seconds: int) -> None:
    """Lets no exception through, however it is interrupted, and goes on for ever; works, or sleeps as long."""
    while True:
        try:
            if seconds:
                time.sleep(seconds)
        except BaseException:
            continue


def open_reader() -> FaultyReader:
    """Notes that it is loaded, and where."""
    note("load", "model")
    return FaultyReader()


if __name__ == "__main__":
    logging.basicConfig(level="INFO", stream=sys.stderr)
    sys.exit(work(settings.read(), open_reader(), uuid.uuid4().hex, ready=lambda: note("ready", "worker")))
