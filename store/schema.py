"""All tables together, whichever module describes them."""

from __future__ import annotations

from store import (
    check_tables,
    event_tables,
    ninjs_tables,
    review_tables,
    sighting_tables,
    source_tables,
    tables,
    webhook_tables,
)
from store.columns import Base

_DESCRIBED = (
    tables,
    event_tables,
    review_tables,
    sighting_tables,
    check_tables,
    source_tables,
    webhook_tables,
    ninjs_tables,
)
METADATA = Base.metadata
