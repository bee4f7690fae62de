"""What a caller gives to be merged: answers of searches among parts of the rows."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onedot._core.arrays import as_array, as_float64, is_integer
from onedot._core.in_short import in_short
from onedot.levels.refusals import shown

__all__ = ["read_parts"]

Part = tuple[NDArray[Any], NDArray[np.int64]]
LARGEST = 2**63 - 1


def read_parts(op: str, parts: Any, starts: Any) -> list[Part]:
    """Scores and the rows that they are of, counted among all rows: (k,) or (q, k) of each part.

    Raises
    ------
    ValueError
        If there is no part, shapes do not fit, there is not a start for each part, or a row is negative or there twice.
    TypeError
        If something is no number, or an index or a start no integer.
    OverflowError
        If a score or an index is beyond int64, or a float64 that is to stand beside floats would round it.
    """
    pairs = _listed(op, "parts", parts)
    firsts = [0] * len(pairs) if starts is None else _listed(op, "starts", starts)
    if not pairs or len(firsts) != len(pairs):
        raise ValueError(
            f"{op}: there are {len(pairs)} parts and {len(firsts)} starts; want one or more, as many of both"
        )
    read = [_read(op, pair, first) for pair, first in zip(pairs, firsts, strict=True)]
    if not all(is_integer(scores) for scores, _ in read):
        read = [(as_float64(op, "scores", scores), rows) for scores, rows in read]
    _check_shapes(op, read)
    if starts is not None:
        _check_starts(op, [(int(first), rows) for first, (_, rows) in zip(firsts, read, strict=True)])
    _check_distinct(op, np.concatenate([rows for _, rows in read], axis=-1))
    return read


def _check_shapes(op: str, read: list[Part]) -> None:
    for scores, rows in read:
        if scores.shape != rows.shape or scores.ndim not in (1, 2):
            raise ValueError(
                f"{op}: a part has scores {scores.shape} and indices {rows.shape}; want (k,) or (q, k) of both"
            )
    first = read[0][0]
    for scores, _ in read:
        if scores.shape[:-1] != first.shape[:-1]:
            raise ValueError(
                f"{op}: a part has scores {scores.shape}, and the first one {first.shape}; "
                "want those of the same queries"
            )


def _check_distinct(op: str, rows: NDArray[np.int64]) -> None:
    """Raise ValueError if a row is there twice, as where parts count from 0 each and starts are forgotten."""
    ordered = np.sort(rows, axis=-1)
    twice = ordered[..., 1:][ordered[..., 1:] == ordered[..., :-1]]
    if twice.size:
        raise ValueError(
            f"{op}: row {twice[0]} is in two parts; want indices that count all rows, or starts, "
            "which row of all is the first of each part"
        )


def _check_starts(op: str, parts: list[tuple[int, NDArray[np.int64]]]) -> None:
    """Raise ValueError if a part has a row at or beyond the start of the next one, as where lengths are given."""
    starts = sorted({first for first, rows in parts if rows.size})
    for first, rows in parts:
        following = next((start for start in starts if start > first), None)
        if rows.size and following is not None and rows.max() >= following:
            raise ValueError(
                f"{op}: the part that starts at {first} has row {rows.max() - first} of its own, and another starts at "
                f"{following}; want starts, which row of all is the first of each part"
            )


def _listed(op: str, name: str, given: Any) -> list[Any]:
    if not isinstance(given, Iterable):
        raise TypeError(f"{op}: {name} is {shown(given)}; want a list of one for each part")
    return list(given)


def _read(op: str, pair: Any, start: Any) -> Part:
    try:
        scores, rows = pair
    except (TypeError, ValueError):
        raise TypeError(f"{op}: a part is {shown(pair, in_short)}; want (scores, indices) of each part") from None
    try:
        first = operator.index(start)
    except TypeError:
        raise TypeError(f"{op}: a part starts at {shown(start)}; want an int") from None
    if isinstance(scores, list) and all(type(v) is np.ndarray for v in scores) and len({v.shape for v in scores}) > 1:
        raise ValueError(
            f"{op}: a part has scores of several lengths, as a threshold finds them; want each query merged by itself"
        )
    scores, rows = as_array(op, "scores", scores), as_array(op, "indices", rows)
    if is_integer(scores):
        scores = _int64(op, "scores", scores)
    if rows.size and (not is_integer(rows) or rows.dtype.kind == "b"):
        raise TypeError(f"{op}: indices has dtype {rows.dtype}; want integers")
    if first < 0 or (rows.size and rows.min() < 0):
        raise ValueError(f"{op}: a start or an index is negative; want rows counted from 0")
    if rows.size and int(rows.max()) + first > LARGEST:
        raise OverflowError(f"{op}: a row is {int(rows.max()) + first}; want rows that int64 can hold")
    return scores, rows.astype(np.int64) + first if rows.size else rows.astype(np.int64)


def _int64(op: str, name: str, v: NDArray[Any]) -> NDArray[np.int64]:
    if v.size and (v.dtype.kind == "O" or int(v.max()) > LARGEST):
        raise OverflowError(f"{op}: {name} holds integers beyond int64; want integers that fit, or floats")
    return v.astype(np.int64)
