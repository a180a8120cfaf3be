"""What the commands that look after the database have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, NoReturn

from tqdm import tqdm

from settings import Settings, SettingsError

if TYPE_CHECKING:
    from store.database import Database
    from store.holdings import Holdings

# Below this a copy is done before a bar could be read.
_LARGE_BYTES = 64_000_000


@contextmanager
def opened(read: Settings) -> Iterator[Database]:
    """The database of the settings, closed after the block. Raises SettingsError for a URL that makes no sense."""
    from store.database import Database

    try:
        database = Database.open(read.database_url)
    except ValueError as fault:
        raise SettingsError(f"DATABASE_URL: {fault}") from None
    try:
        yield database
    finally:
        database.dispose()


@contextmanager
def bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, for what turns out to be large: to be called with the bytes done and the bytes there are."""
    with ExitStack() as stack:
        shown: list[tqdm[NoReturn]] = []

        def progress(done: int, total: int) -> None:
            if total < _LARGE_BYTES:
                return
            if not shown:
                new = tqdm(total=total, desc=label, unit="B", unit_scale=True, disable=None, leave=False)
                shown.append(stack.enter_context(new))
            shown[0].update(done - shown[0].n)

        yield progress


def told(found: Holdings) -> str:
    """What a backup holds, in words."""
    rows = ", ".join(f"{number:,} {table if number != 1 else table[:-1]}" for table, number in found.rows.items())
    return f"{rows}; schema {found.revision}"
