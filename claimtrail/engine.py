"""The engine without the service: an article as it would be submitted in, its claims in the API's form out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from claims.links import anchor
from claims.model import EXTRACTOR_VERSION, Article, Claim, DateValue, plain
from claims.page import PageError, read_page
from claims.reader import Reader, open_reader
from claims.values.gazetteer import GazetteerError
from claimtrail.errors import EngineError
from schemas.article import ArticleIn, published_moment


class Engine:
    """Reads submissions in this process. Opening it loads the language model, which takes seconds."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    @classmethod
    def open(cls, gazetteer: Path) -> Self:
        """The engine over the built gazetteer file. Raises EngineError where there is none."""
        try:
            return cls(open_reader(gazetteer))
        except GazetteerError as fault:
            raise EngineError(
                f"{fault}: `make run` and `make test` build it, or set CLAIMTRAIL_GAZETTEER to where it is"
            ) from None

    def read(self, submission: Mapping[str, Any]) -> dict[str, Any]:
        """What the service would tell of a submission: its `article`, with the `reading`, its `claims`, and its
        `abstentions`.

        Ids, jobs and times of storing are the service's alone and left out. Raises EngineError for an article that
        cannot be read, or that the service would refuse.
        """
        faults = ArticleIn().validate(submission)
        if faults:
            raise EngineError("; ".join(f"{name}: {told[0].split(': ', 1)[-1]}" for name, told in faults.items()))
        submission = ArticleIn().load(submission)
        title, published_at = submission.get("title"), submission.get("published_at")
        language = submission.get("language")
        text, url = submission.get("text"), submission["url"]
        if text is None:
            try:
                page = read_page(submission["html"], url=url)
            except PageError as error:
                raise EngineError(str(error)) from error
            text, title = page.text, title or page.title
            published_at, language = published_at or page.published_at, language or page.language
        article = Article(
            text=text,
            url=url,
            title=title,
            publisher=submission.get("publisher"),
            published_at=published_moment(published_at) if published_at else None,
            language=language,
        )
        reading = self._reader.read(article)
        return {
            "article": {
                "url": url,
                "title": title,
                "publisher": article.publisher,
                "published_at": published_at,
                "language": reading.language,
                "reading": {"state": reading.state, "reason": reading.reason},
                "claims_count": len(reading.claims),
                "text": text,
            },
            "claims": [claim_form(claim, article, published_at) for claim in reading.claims],
            "abstentions": plain(reading.abstentions),
        }


def claim_form(claim: Claim, article: Article, published_at: str | None) -> dict[str, Any]:
    """A claim as the API shows it, but for what storing it adds (id, state, times)."""
    link = anchor(article.text, claim.start, claim.end, article.url)
    return {
        "kind": claim.kind,
        "status": str(claim.status),
        "quote": claim.quote,
        "date": _date_form(claim.date),
        "attribution": plain(claim.attribution),
        "details": plain(claim.details),
        "source": {
            "url": article.url,
            "deep_link": link.deep_link,
            "publisher": article.publisher,
            "title": article.title,
            "published_at": published_at,
            "start": claim.start,
            "end": claim.end,
            "prefix": link.prefix,
            "suffix": link.suffix,
        },
        "explanation": plain(claim.explanation),
        "confidence": claim.confidence,
        "extractor": EXTRACTOR_VERSION,
    }


def _date_form(value: DateValue | None) -> dict[str, Any] | None:
    if value is None:
        return None
    return {
        "text": value.text,
        "from": plain(value.first),
        "to": plain(value.last),
        "edtf": value.edtf,
        "precision": None if value.precision is None else str(value.precision),
    }
