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


@dataclass(frozen=True)
class Estimate:
    """A figure that is no plain share, with its 95 % interval, and how many cases it is from."""

    n: int
    value: float | None
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


def gap_of(one: Share, other: Share) -> Estimate:
    """Return `one` less `other` in percentage points (Newcombe 1998, method 10)."""
    if not one.n or not other.n:
        return Estimate(0, None, None, None)
    p, p_low, p_high = _bounds(one)
    q, q_low, q_high = _bounds(other)
    below, above = math.hypot(p - p_low, q_high - q), math.hypot(p_high - p, q - q_low)
    value, low, high = (round(100 * points, 2) for points in (p - q, p - q - below, p - q + above))
    return Estimate(one.n + other.n, value, low, high)


def mean_of(values: Sequence[float]) -> Estimate:
    """Return the mean of many values; no interval of fewer than two."""
    if not values:
        return Estimate(0, None, None, None)
    mean = statistics.fmean(values)
    if len(values) < 2:
        return Estimate(1, round(mean, 4), None, None)
    spread = Z_95 * statistics.stdev(values) / math.sqrt(len(values))
    return Estimate(len(values), round(mean, 4), round(mean - spread, 4), round(mean + spread, 4))


def mean_of_shares(kinds: Mapping[str, Share]) -> Estimate:
    """Return the mean of the shares, every kind counting the same.

    The interval joins those of the kinds (the method of variance estimates recovery, Zou and
    Donner 2008).
    """
    known = [_bounds(one) for one in kinds.values() if one.n]
    n = sum(one.n for one in kinds.values())
    if not known:
        return Estimate(0, None, None, None)
    mean = statistics.fmean(share for share, _, _ in known)
    below = math.hypot(*(share - low for share, low, _ in known)) / len(known)
    above = math.hypot(*(high - share for share, _, high in known)) / len(known)
    return Estimate(n, round(mean, 4), round(mean - below, 4), round(mean + above, 4))


def _bounds(one: Share) -> tuple[float, float, float]:
    assert one.share is not None and one.low is not None and one.high is not None
    return one.share, one.low, one.high


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
        "mean_of_kinds": mean_of_shares(kinds),
        "worst_kind": worst_kind(kinds),
        "by_kind": kinds,
    }


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
