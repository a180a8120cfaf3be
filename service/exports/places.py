"""The places in the details of a claim."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from claims import catalog
from claims.model import FieldType
from store.claims import ClaimView

CREDIT = "Coordinates of places: GeoNames (https://www.geonames.org/), CC BY 4.0"
_FIELDS = {
    name: tuple(field.name for field in kind.fields if field.type in (FieldType.PLACE, FieldType.PLACES))
    for name, kind in catalog.kinds().items()
}


@dataclass(frozen=True, slots=True)
class Spot:
    """A place that a claim names. `lat` and `lon` are both None where it is unsure which place is meant, or where."""

    name: str
    region: str | None
    country: str | None
    lat: float | None
    lon: float | None
    geonames_id: int | None
    unsure: bool

    @property
    def told(self) -> str:
        """Its name, with the region that tells it from others and the country."""
        return ", ".join(dict.fromkeys(filter(None, (self.name, self.region, self.country))))

    @property
    def geonames(self) -> str | None:
        """Its page there."""
        return None if self.geonames_id is None else f"https://www.geonames.org/{self.geonames_id}/"


def of(claim: ClaimView) -> Iterator[Spot]:
    """The places that the claim's kind says its details hold, in the order of its fields."""
    for name in _FIELDS.get(claim.kind, ()):
        given = claim.details.get(name)
        for one in given if isinstance(given, list) else [given]:
            if isinstance(one, Mapping) and one.get("name"):
                yield _spot(one)


def _spot(place: Mapping[str, Any]) -> Spot:
    unsure = bool(place.get("candidates"))
    lat, lon = place.get("lat"), place.get("lon")
    known = not unsure and lat is not None and lon is not None and abs(lat) <= 90 and abs(lon) <= 180
    return Spot(
        name=str(place.get("canonical") or place["name"]),
        region=place.get("region"),
        country=place.get("country"),
        lat=lat if known else None,
        lon=lon if known else None,
        geonames_id=None if unsure else place.get("geonames_id"),
        unsure=unsure,
    )
