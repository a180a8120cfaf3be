"""Bulk imports: batch by batch, as fast as the service takes them, and gone on with where they were interrupted."""

from __future__ import annotations

import json
import os
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from claimtrail import kept
from claimtrail.client import Client, ServiceError, line_of
from claimtrail.origins import MOST_BYTES, Origin, Record

BATCH = 100
# So often in a row nobody answers at all before the import ends: some five minutes.
_MOST_SILENT = 14
# After so many refusals in a row a batch is sent in two halves: it may never fit as a whole.
_HALVED_AFTER = 4


@dataclass(slots=True)
class Tally:
    """How many articles were accepted, known already, and refused."""

    accepted: int = 0
    duplicate: int = 0
    refused: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.accepted + self.duplicate + self.refused

    def add(self, other: Tally) -> None:
        """Counts another's as well."""
        self.accepted += other.accepted
        self.duplicate += other.duplicate
        self.refused += other.refused

    def told(self) -> str:
        """In words."""
        return f"{self.accepted:,} accepted, {self.duplicate:,} known already, {self.refused:,} refused"


@dataclass(slots=True)
class Progress:
    """How far an import has come: what is kept after each batch."""

    run: str
    at: int = 0
    seen: int = 0
    mark: str = ""
    errors_bytes: int = 0
    tally: Tally = field(default_factory=Tally)


class Importer:
    """Sends the articles of origins to a service. `folder` keeps how far each has come, for the service at `api`.

    `heard` is told why the service cannot be used just now; `pause` sleeps (seconds); pass another in tests.
    """

    def __init__(
        self,
        service: Client,
        *,
        api: str,
        folder: Path,
        heard: Callable[[str], None],
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._service = service
        self._api = api
        self._folder = folder
        self._heard = heard
        self._pause = pause
        self.jobs: list[str] = []

    def begin(self, origin: Origin, *, anew: bool = False) -> tuple[Progress, str]:
        """How far an import of this origin has come, and why it begins at the start although another did not end, ""
        where it does not. Raises OSError."""
        path = self._path(origin)
        fresh = Progress(uuid.uuid4().hex)
        if anew or not origin.resumable:
            return fresh, ""
        found = kept.read(path)
        try:
            progress = Progress(**{**found, "tally": Tally(**found["tally"])}) if found else fresh
        except (KeyError, TypeError):
            return fresh, "what was kept of the last import cannot be read"
        if progress.mark and progress.mark != origin.mark(progress.at):
            return fresh, "it has changed since the last import"
        return progress, ""

    def run(self, origin: Origin, progress: Progress) -> Iterator[Progress]:
        """Sends all from there on; tells after each batch how far it has come. Raises ServiceError and OSError: what
        was told last is kept, and can be gone on with."""
        path = self._path(origin)
        if origin.resumable:
            kept.write(path, asdict(progress))
        with _errors(origin.errors, progress.errors_bytes) as file:
            for batch in _batches(origin.records(progress.at, progress.seen)):
                results = self._results(batch, progress)
                for record, result in zip(batch, results, strict=True):
                    self._count(record, result, progress, file)
                file.flush()
                os.fsync(file.fileno())
                progress.at, progress.errors_bytes = batch[-1].end, file.tell()
                progress.seen = int(batch[-1].place.get("line", 0))
                if origin.resumable:
                    progress.mark = origin.mark(progress.at)
                    kept.write(path, asdict(progress))
                yield progress
        if not progress.errors_bytes:
            origin.errors.unlink(missing_ok=True)
        path.unlink(missing_ok=True)

    def _path(self, origin: Origin) -> Path:
        return kept.place(self._folder, self._api, origin.name)

    def _results(self, batch: Sequence[Record], progress: Progress) -> Iterator[dict[str, Any]]:
        articles = [record.submission for record in batch if record.submission is not None]
        sent = iter(self._send(articles, f"import-{progress.run}-{progress.at}") if articles else ())
        for record in batch:
            yield {"problem": {"detail": record.fault}} if record.submission is None else next(sent)

    def _count(self, record: Record, result: Mapping[str, Any], progress: Progress, file: BinaryIO) -> None:
        if "problem" in result:
            progress.tally.refused += 1
            file.write(json.dumps({**record.place, "problem": result["problem"]}).encode() + b"\n")
            return
        if result.get("duplicate"):
            progress.tally.duplicate += 1
        else:
            progress.tally.accepted += 1
            self.jobs.append(result["job"]["id"])

    def _send(self, articles: Sequence[dict[str, Any]], name: str) -> list[dict[str, Any]]:
        """What became of each article, however long the service has to be waited for. Raises ServiceError where that
        helps nothing."""
        from service.urls import canonical  # which loads much that no other command needs

        urls = {canonical(str(article["url"])) for article in articles}
        # The same batch again changes nothing, unless it has two texts of one address: then the answer is to be kept.
        key = None if len(urls) == len(articles) else name
        refusals = silent = 0
        while True:
            try:
                return self._service.submit_batch(articles, idempotency_key=key)
            except ServiceError as error:
                refusals += 1
                silent = silent + 1 if error.status is None else 0
                too_large = error.status == 413
                if too_large and len(articles) == 1:
                    return [{"problem": {"status": 413, "detail": str(error)}}]
                if len(articles) > 1 and (too_large or (error.status == 503 and refusals == _HALVED_AFTER)):
                    half = len(articles) // 2
                    return self._send(articles[:half], f"{name}a") + self._send(articles[half:], f"{name}b")
                if not error.passing or silent > _MOST_SILENT:
                    raise
                seconds = error.retry_after or min(0.5 * 2 ** min(refusals, 6), 30.0)
                self._heard(f"{error}; trying again in {seconds:.0f} s")
            self._pause(seconds)


def _batches(records: Iterator[Record]) -> Iterator[list[Record]]:
    """Records in batches that the service takes."""
    batch: list[Record] = []
    size = 0
    for record in records:
        length = 0 if record.submission is None else len(line_of(record.submission)) + 1
        if batch and (len(batch) == BATCH or size + length > MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(record)
        size += length
    if batch:
        yield batch


def _errors(path: Path, keep: int) -> BinaryIO:
    """The file of what is refused, with as much of it as an interrupted import had come to. Raises OSError."""
    with suppress(FileNotFoundError):
        if keep:
            file = path.open("r+b")
            file.truncate(keep)
            file.seek(0, os.SEEK_END)
            return file
    return path.open("wb")
