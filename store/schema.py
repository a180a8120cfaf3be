"""All tables together, whichever module describes them."""

from __future__ import annotations

from store import event_tables, review_tables, sighting_tables, tables
from store.columns import Base

_DESCRIBED = (tables, event_tables, review_tables, sighting_tables)
METADATA = Base.metadata
