"""Whether confidence means what it says: of the claims given 0.9, nine in ten should be right.

The measure is the expected calibration error: claims are binned by their confidence, and the distances between a bin's
mean confidence and the share of it that is right are averaged, weighted by the number of claims (Naeini, Cooper and
Hauskrecht, "Obtaining Well Calibrated Probabilities Using Bayesian Binning", 2015).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

_EDGES = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim's confidence, from 0 to 1, and whether an annotated claim was paired with it."""

    confidence: float
    right: bool


@dataclass(frozen=True, slots=True)
class Bin:
    """The claims with a confidence in [low, high), of which the last bin includes its upper edge."""

    low: float
    high: float
    claims: int
    right: int
    mean: float

    @property
    def share(self) -> float:
        """The share of the claims that are right, from 0 to 1."""
        return self.right / self.claims


def bins(judged: Iterable[Judged]) -> list[Bin]:
    """The claims by their confidence, from the least sure; bins without claims are left out."""
    judged = list(judged)
    found = []
    for low, high in pairwise(_EDGES):
        inside = [j for j in judged if low <= j.confidence < high or j.confidence == high == _EDGES[-1]]
        if inside:
            mean = sum(j.confidence for j in inside) / len(inside)
            found.append(Bin(low, high, len(inside), sum(j.right for j in inside), mean))
    return found


def expected_error(found: Iterable[Bin]) -> float | None:
    """The expected calibration error of these bins, from 0 to 1; None where they hold no claim."""
    found = list(found)
    claims = sum(b.claims for b in found)
    return sum(b.claims * abs(b.mean - b.share) for b in found) / claims if claims else None
