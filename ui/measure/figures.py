"""Figures with their uncertainty: shares with Wilson intervals, medians, breakdowns by kind."""

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Z_95 = 1.959964  # two-sided 95 % quantile of the normal distribution
Figures = dict[str, Any]


@dataclass(frozen=True)
class Share:
    """How many of n were right, and the 95 % interval of the share; None where n is 0."""

    n: int
    right: int
    share: float | None
    low: float | None
    high: float | None


def share_of(flags: Iterable[bool]) -> Share:
    """Return the share of true flags."""
    flags = list(flags)
    return count_share(sum(flags), len(flags))


def count_share(right: int, n: int) -> Share:
    """Return `right` of `n` as a share."""
    if not n:
        return Share(0, 0, None, None, None)
    low, high = wilson_interval(right, n)
    return Share(n, right, round(right / n, 4), round(low, 4), round(high, 4))


def wilson_interval(right: int, n: int) -> tuple[float, float]:
    """Return the 95 % score interval of a share (Wilson 1927)."""
    share, square = right / n, Z_95**2 / n
    center = (share + square / 2) / (1 + square)
    spread = math.sqrt(share * (1 - share) * square + square**2 / 4) / (1 + square)
    return max(0.0, center - spread), min(1.0, center + spread)


def shares_by_kind(flags: Iterable[tuple[str, bool]]) -> dict[str, Share]:
    """Return the share of every kind, in the order in which the kinds first appear."""
    kinds: dict[str, list[bool]] = {}
    for kind, flag in flags:
        kinds.setdefault(kind, []).append(flag)
    return {kind: share_of(kinds[kind]) for kind in kinds}


def breakdown(flags: Sequence[tuple[str, bool]]) -> Figures:
    """Return the share of all, the plain mean over the kinds, the worst kind, and every kind."""
    kinds = shares_by_kind(flags)
    return {
        "all": share_of(flag for _, flag in flags),
        "mean_of_kinds": mean_share(kinds),
        "worst_kind": worst_kind(kinds),
        "by_kind": kinds,
    }


def mean_share(kinds: Mapping[str, Share]) -> float | None:
    """Return the mean of the shares, every kind counting the same."""
    known = [one.share for one in kinds.values() if one.share is not None]
    return round(statistics.fmean(known), 4) if known else None


def worst_kind(kinds: Mapping[str, Share]) -> Figures | None:
    """Return the kind with the lowest share."""
    known = [(one.share, kind) for kind, one in kinds.items() if one.share is not None]
    if not known:
        return None
    share, kind = min(known)
    return {"kind": kind, "share": share}


def spread_of(values: Sequence[float]) -> Figures:
    """Return n, median and 90th percentile."""
    return {"n": len(values), "median": median(values), "p90": percentile(values, 0.9)}


def median(values: Sequence[float]) -> float | None:
    """Return the median, or None of nothing."""
    return round(statistics.median(values), 2) if values else None


def percentile(values: Sequence[float], share: float) -> float | None:
    """Return the value below which `share` of the values lie, between the two nearest."""
    if not values:
        return None
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return round(ordered[below] + (place - below) * (ordered[above] - ordered[below]), 2)
