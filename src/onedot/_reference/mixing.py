"""Iterative parameter mixing in pure Python: where shards begin, and what becomes of the weights that each has found.

R. McDonald, K. Hall and G. Mann, "Distributed training strategies for the structured perceptron", NAACL 2010, 456-464.
https://aclanthology.org/N10-1069
"""

from collections.abc import Sequence
from typing import SupportsFloat

from onedot._reference.law import floats

__all__ = ["mixed", "mixed_sums", "shard_bounds"]


def shard_bounds(n: int, shards: int) -> list[int]:
    """Shard k of n samples is those from k*n // shards on, up to (k + 1)*n // shards: of n and `shards` alone."""
    return [k * n // shards for k in range(shards + 1)]


def mixed(weights: Sequence[Sequence[SupportsFloat]], counts: Sequence[int]) -> list[float]:
    """w[j] = the sum over k of (counts[k] / sum(counts)) * weights[k][j].

    A quotient is rounded, a product is rounded, then added, in the order of k, to 0.0. So a shard that alone counts
    hands on its weights to the bit.
    """
    total = float(sum(counts))
    w = [0.0] * len(weights[0])
    for of_shard, count in zip(weights, counts, strict=True):
        share = float(count) / total
        w = [sum_so_far + share * weight for sum_so_far, weight in zip(w, floats(of_shard), strict=True)]
    return w


def mixed_sums(
    before: tuple[Sequence[float], Sequence[float], float],
    w: Sequence[float],
    shards: Sequence[tuple[Sequence[float], Sequence[float], float]],
) -> list[float]:
    """What seen * w is to be less by to give the sum of the weights over all visits, those in every shard.

    `before` is (sums, weights, samples seen) when the epoch began, and w what its shards were mixed to. Each shard has
    (sums, weights, samples) of its own, counted from 0. To the sums is added seen * (w - weights), then in the order
    of the shards sums - samples * (weights - w), each operation rounded.
    """
    sums, start, seen = before
    total = [s + seen * (new - old) for s, new, old in zip(sums, w, start, strict=True)]
    for own, weights, count in shards:
        total = [t + (s - count * (v - new)) for t, s, v, new in zip(total, own, weights, w, strict=True)]
    return total
