"""The rows whose dot product or cosine with a query is largest: all of them are looked at, and the order is a promise.

A query gets the same answer by itself as among a thousand, on any number of threads and from any split of the rows into
parts whose answers are merged.

>>> from onedot import search
>>> scores, indices = search.top_k([[1.0, 0.0], [0.0, 1.0], [2.0, 1.0]], [3.0, 1.0], 2)
>>> scores, indices
(array([7., 3.]), array([2, 0]))
"""

from __future__ import annotations

import operator
import os
from collections.abc import Iterable
from typing import Any, Literal, NamedTuple, SupportsIndex, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from onedot import _search
from onedot._core.arrays import as_array, check_single, number
from onedot._core.attributes import Fixed
from onedot._core.environment import in_default_environment
from onedot._core.lazy import refuse_lazy
from onedot._entry import all_pairs, array_of_lists, best_rows
from onedot._search import Path
from onedot._search.parts import read_parts
from onedot.levels.refusals import shown

__all__ = ["Index", "cosines", "distances", "merge", "top_k"]

Metric = Literal["dot", "cosine"]
Tier = Literal["law", "single", "exact"]
Found = tuple[NDArray[Any], NDArray[np.intp]]


def __dir__() -> list[str]:
    return __all__


@overload
def top_k(
    X: ArrayLike,
    Q: ArrayLike,
    k: SupportsIndex,
    *,
    metric: Metric = "dot",
    tier: Tier = "law",
    threshold: None = None,
    mask: ArrayLike | None = None,
) -> Found: ...
@overload
def top_k(
    X: ArrayLike,
    Q: ArrayLike,
    k: None = None,
    *,
    metric: Metric = "dot",
    tier: Tier = "law",
    threshold: float,
    mask: ArrayLike | None = None,
) -> Any: ...
@in_default_environment
def top_k(
    X: ArrayLike,
    Q: ArrayLike,
    k: SupportsIndex | None = None,
    *,
    metric: Metric = "dot",
    tier: Tier = "law",
    threshold: float | None = None,
    mask: ArrayLike | None = None,
) -> Any:
    """The k largest of X[i]·Q[q] over all rows i, or of their cosines, and where they are: (scores, indices).

    Parameters
    ----------
    X : array_like, shape (n, d)
        The rows to search among: floats, integers or bools.
    Q : array_like, shape (d,) or (q, d)
        One query or many. Lists of floats are float64, and so are scores then; np.float32(Q) keeps those of float32.
    k : int, from 1 to n
        How many rows of each query are wanted.
    metric : 'dot' or 'cosine'
        Cosines are those of `geometry.cosine`; a row or query of zeros has none, which is NaN here.
    tier : 'law', 'single' or 'exact'
        How dot products are rounded: as by `onedot.dot`, `onedot.single.dot` or `onedot.exact.dot`. Cosines are of the
        law.
    threshold : float, optional
        In place of k: all rows whose score is at least this, compared exactly: a float32 score that prints as 0.9 is
        below 0.9, and not below np.float32(0.9).
    mask : array_like of bool, shape (n,), optional
        Which rows may be found.

    Returns
    -------
    scores : ndarray, shape (k,) or (q, k)
        Best first. int64 of integers, whose scores are exact, otherwise float32, or float64 if X or Q needs it.
        With a threshold, of one query the scores that reach it, of many a list of such arrays.
    indices : ndarray of int, of the shape of the scores
        Of equal scores the lower index is first; NaN is last.

    Raises
    ------
    ValueError
        If shapes do not fit, k is beyond the number of rows to look at, or there is no such metric or tier.
    TypeError
        If X or Q holds what the tier does not take, k is no integer, threshold no number, or mask is not of bools.
    OverflowError
        If an integer score does not fit int64, or an integer beside floats does not fit binary64.

    Notes
    -----
    A score is the dot of the two rows, rounded once to the type of the scores. Memory is that of the result and of a
    panel of some 2**18 scores, never q n.

    Examples
    --------
    >>> X = np.array([[3.0, 4.0], [1.0, 0.0], [6.0, 8.0]])
    >>> onedot.search.top_k(X, [[1.0, 0.0], [0.0, 1.0]], 2)
    (array([[6., 3.],
           [8., 4.]]), array([[2, 0],
           [2, 0]]))
    >>> onedot.search.top_k(X, [3.0, 4.0], metric="cosine", threshold=0.9)
    (array([1., 1.]), array([0, 2]))
    """
    found = best_rows(X, Q, k, metric, tier, threshold, mask)
    if found is not None:
        return found
    with np.errstate(all="ignore"):
        return _found("search.top_k", _searched("search.top_k", X, metric, tier), Q, k, threshold, mask)


class Index(Fixed):
    """Rows to search among, kept with what every search needs of them.

    Parameters
    ----------
    X : array_like, shape (n, d)
        As for `top_k`. It is copied: new rows want a new index, or one of their own and `merge`.
    metric, tier : str
        As for `top_k`.

    Attributes
    ----------
    X : ndarray, shape (n, d), read-only
    metric, tier : str

    Raises
    ------
    ValueError, TypeError
        As `top_k` for X, metric and tier.

    Examples
    --------
    >>> index = onedot.search.Index([[3.0, 4.0], [1.0, 0.0]], metric="cosine")
    >>> index.search([1.0, 0.0], 1)
    (array([1.]), array([1]))
    >>> index
    Index(2 rows of 2 float64, metric='cosine', tier='law')
    """

    _fixed = ("X", "metric", "tier", "_squares")

    @in_default_environment
    @np.errstate(all="ignore")
    def __init__(self, X: ArrayLike, *, metric: Metric = "dot", tier: Tier = "law") -> None:
        given, self.metric, self.tier, _ = _searched("search.Index", X, metric, tier)
        rows = given.astype(given.dtype.newbyteorder("="), order="C")
        rows.flags.writeable = False
        self.X = rows[...]  # a view, which nobody can make writable again
        self._squares = _search.squares_of("search.Index", self.X) if metric == "cosine" else None

    def __len__(self) -> int:
        return len(self.X)

    def __repr__(self) -> str:
        n, d = self.X.shape
        return f"Index({n} rows of {d} {self.X.dtype}, metric={self.metric!r}, tier={self.tier!r})"

    @overload
    def search(
        self, Q: ArrayLike, k: SupportsIndex, *, threshold: None = None, mask: ArrayLike | None = None
    ) -> Found: ...
    @overload
    def search(self, Q: ArrayLike, k: None = None, *, threshold: float, mask: ArrayLike | None = None) -> Any: ...
    @in_default_environment
    def search(
        self,
        Q: ArrayLike,
        k: SupportsIndex | None = None,
        *,
        threshold: float | None = None,
        mask: ArrayLike | None = None,
    ) -> Any:
        """The best rows of each query, (scores, indices): what `top_k` gives, and raises, for the rows of the index."""
        rows, squares = self.X, self._squares
        if rows.ndim != 2 or not (squares is None or _are_squares(squares, len(rows))):
            raise ValueError(
                f"Index.search: X has shape {rows.shape}, not that which it was made with, or its squares have "
                "changed; want a new Index"
            )
        found = best_rows(rows, Q, k, self.metric, self.tier, threshold, mask, squares)
        if found is not None:
            return found
        with np.errstate(all="ignore"):
            return _found("Index.search", _Searched(rows, self.metric, self.tier, squares), Q, k, threshold, mask)

    def save(self, path: Path) -> None:
        """Write the index into the file `path`, whose name is taken as it is: whole, or what was there stays."""
        _search.write(path, self.metric, self.tier, self.X, self._squares)

    @classmethod
    def load(cls, path: Path) -> Index:
        """The index that `save` has written; its rows are mapped from the file and read as a search needs them.

        Rows that a machine of the other byte order has written are read at once. A file of another size than it says is
        refused; that bits of its rows have changed would only show if all were read.

        Raises
        ------
        ValueError
            If the file holds anything else.
        OSError
            If there is no such file.
        """
        index = cls.__new__(cls)
        metric, tier, index.X, index._squares = _search.read("Index.load", path)
        try:
            _, index.metric, index.tier, _ = _searched("Index.load", index.X, metric, tier)
        except TypeError as error:  # of a tier that has no such rows
            raise ValueError(str(error)) from None
        return index


@in_default_environment
@np.errstate(all="ignore")
def merge(
    parts: Iterable[tuple[ArrayLike, ArrayLike]], k: SupportsIndex, *, starts: Iterable[int] | None = None
) -> Found:
    """The k best of searches among parts of the rows, (scores, indices): what one search among all of them gives.

    Parameters
    ----------
    parts : iterable of (scores, indices)
        What `top_k` or `Index.search` gave for each part, of the same queries: each of some (k_p,) or (q, k_p).
    k : int
        How many are wanted: from 1 to the number that the parts hold together. A part that holds fewer must be whole.
    starts : iterable of int, optional
        Which row of all is the first of each part; left out where indices count all rows already.

    Returns
    -------
    scores, indices : ndarray, shape (k,) or (q, k)

    Raises
    ------
    ValueError
        If parts do not fit each other, hold fewer than k, or an index or a start is negative; if a row is in two parts,
        or a part has rows where another starts.
    TypeError
        If scores are no numbers, or indices, starts or k no integers.
    OverflowError
        If a score is an integer beyond int64 or, beside floats of other parts, one that binary64 does not hold, or an
        index is beyond int64.

    Examples
    --------
    >>> X, q = np.array([[1.0], [4.0], [3.0], [2.0]]), [1.0]
    >>> parts = [onedot.search.top_k(X[:2], q, 2), onedot.search.top_k(X[2:], q, 2)]
    >>> onedot.search.merge(parts, 3, starts=[0, 2])
    (array([4., 3., 2.]), array([1, 2, 3]))
    """
    pieces = read_parts("search.merge", parts, starts)
    most = sum(scores.shape[-1] for scores, _ in pieces)
    return _search.merged(pieces, check_k("search.merge", k, most, "the number that the parts hold"))


@in_default_environment
def cosines(X: ArrayLike, Q: ArrayLike) -> NDArray[Any]:
    """The cosines of all rows of X with all queries: cos[q, i] = geometry.cosine(X[i], Q[q]), of halves in float32.

    Parameters
    ----------
    X : array_like, shape (n, d)
    Q : array_like, shape (d,) or (q, d)

    Returns
    -------
    ndarray, shape (n,) or (q, n)
        float32, or float64 if X or Q needs it; NaN where a row or a query is zero. Errors are those of `top_k`.

    Notes
    -----
    One matrix product and a root for each pair; `geometry.cosine` by broadcasting would read each row for each query.

    Examples
    --------
    >>> onedot.search.cosines([[3.0, 4.0], [0.0, 2.0]], [[1.0, 0.0], [0.0, 1.0]])
    array([[0.6, 0. ],
           [0.8, 1. ]])
    """
    return _all_pairs("search.cosines", X, Q, "cosine")


@in_default_environment
def distances(X: ArrayLike, Q: ArrayLike) -> NDArray[Any]:
    """The Euclidean distances of all rows of X from all queries: |X[i] - Q[q]|.

    Parameters, result and errors are those of `cosines`, but that a row of zeros has a distance like any other.

    Notes
    -----
    The square is x·x + q·q - 2 x·q, three dots of the law, where it is at least 1/64 of x·x + q·q, so that at most six
    bits cancel. Elsewhere the distance is `geometry.norm` of the difference, rounded to binary64 element by element.

    Examples
    --------
    >>> onedot.search.distances([[3.0, 4.0], [8.0, 15.0]], [[0.0, 0.0], [8.0, 16.0]])
    array([[ 5., 17.],
           [13.,  1.]])
    """
    return _all_pairs("search.distances", X, Q, "distance")


def _all_pairs(op: str, X: ArrayLike, Q: ArrayLike, metric: str) -> NDArray[Any]:
    found: NDArray[Any] | None = all_pairs(X, Q, metric == "cosine")
    if found is not None:
        return found
    with np.errstate(all="ignore"):
        return _pairs_of_any(op, X, Q, metric)


def _pairs_of_any(op: str, X: ArrayLike, Q: ArrayLike, metric: str) -> NDArray[Any]:
    rows = _matrix(op, X)
    queries = _queries(op, Q, rows)
    found: NDArray[Any] | None = all_pairs(rows, queries, metric == "cosine")
    if found is not None:
        return found
    many = queries if queries.ndim == 2 else queries[None]
    panels = _search.panels_of(op, rows, many, metric=metric, tier="law", allowed=None, squares=None)
    pairs = np.empty((len(many), len(rows)), panels.dtype)
    for some, first, S in panels.of(many):
        pairs[some, first : first + S.shape[1]] = S
    return pairs if queries.ndim == 2 else pairs[0]


def _are_squares(squares: Any, rows: int) -> bool:
    """Whether these can be the squares of so many rows, whatever has become of them."""
    return type(squares) is np.ndarray and squares.dtype == np.float64 and squares.shape == (rows,)


class _Searched(NamedTuple):
    """Rows to search among, and how; x·x of each if that is known."""

    X: NDArray[Any]
    metric: Metric
    tier: Tier
    squares: NDArray[np.float64] | None


def _searched(op: str, X: ArrayLike, metric: Any, tier: Any) -> _Searched:
    if not isinstance(metric, str) or metric not in ("dot", "cosine"):
        raise ValueError(f"{op}: metric is {shown(metric)}; want 'dot' or 'cosine'; search.distances is Euclidean")
    if not isinstance(tier, str) or tier not in ("law", "single", "exact"):
        raise ValueError(f"{op}: tier is {shown(tier)}; want 'law', 'single' or 'exact'")
    if metric == "cosine" and tier != "law":
        raise ValueError(f"{op}: metric is 'cosine' and tier {tier!r}; want tier='law', the only one of cosines")
    rows = _matrix(op, X)
    if tier == "single":
        check_single(op, "X", rows, "the tier 'law'")
    return _Searched(rows, metric, tier, None)  # type: ignore[arg-type]  # both are among their names


def _matrix(op: str, X: ArrayLike) -> NDArray[Any]:
    if isinstance(X, str | os.PathLike):
        raise TypeError(f"{op}: X is {shown(X)}; want rows, (n, d); search.Index.load reads those that an index saved")
    if isinstance(X, Index):
        raise TypeError(f"{op}: X is an Index; want its rows, which are its X, or its own search")
    if op == "search.top_k":
        refuse_lazy(op, "X", X, ", or onedot.dask.top_k")
    rows = numbers(op, "X", X)
    if rows.ndim != 2:
        raise ValueError(f"{op}: X has shape {rows.shape}; want two dimensions, (n, d): the rows to search among")
    return rows


def numbers(op: str, name: str, v: ArrayLike) -> NDArray[Any]:
    numbers: NDArray[Any] | None = array_of_lists(v)
    if numbers is not None:
        return numbers
    numbers = as_array(op, name, v, bfloat16=True)
    if numbers.dtype.kind == "O" and numbers.ndim:  # one number has a shape that is refused
        raise OverflowError(f"{op}: {name} holds integers beyond 64 bits; want integers that fit, or floats")
    return numbers


def check_k(op: str, k: Any, most: int, of: str) -> int:
    if most == 0:
        raise ValueError(f"{op}: k is {shown(k)}, and {of} is 0; want one or more")
    try:
        count = operator.index(k)
    except TypeError:
        raise TypeError(f"{op}: k is {shown(k)}; want an int from 1 to {of}, {most}") from None
    if isinstance(k, bool) or not 1 <= count <= most:
        raise ValueError(f"{op}: k is {shown(k)}; want 1 to {of}, {most}")
    return count


def _queries(op: str, Q: ArrayLike, X: NDArray[Any]) -> NDArray[Any]:
    queries = numbers(op, "Q", Q)
    if queries.ndim not in (1, 2) or queries.shape[-1] != X.shape[1]:
        raise ValueError(f"{op}: Q has shape {queries.shape}; want ({X.shape[1]},) or (q, {X.shape[1]}), as X has rows")
    return queries


def _allowed(op: str, mask: ArrayLike | None, X: NDArray[Any]) -> NDArray[np.intp] | None:
    if mask is None:
        return None
    allowed = as_array(op, "mask", mask)
    if allowed.dtype != np.bool_:
        raise TypeError(f"{op}: mask has dtype {allowed.dtype}; want bool{_mask_of(allowed, len(X))}")
    if allowed.shape != (len(X),):
        raise ValueError(f"{op}: mask has shape {allowed.shape}; want ({len(X)},), one a row")
    return np.flatnonzero(allowed)


def _mask_of(given: NDArray[Any], n: int) -> str:
    """How to make a mask of integers, for the end of a refusal."""
    if given.dtype.kind not in "iu":
        return ""
    return (
        "; mask.astype(bool) makes one of 0 and 1"
        if given.shape == (n,) and np.isin(given, (0, 1)).all()
        else f"; np.isin(np.arange({n}), mask) makes one of row numbers"
    )


def _found(op: str, rows: _Searched, Q: ArrayLike, k: Any, threshold: Any, mask: ArrayLike | None) -> Any:
    """What a search gives for checked rows and all else as it came."""
    X, metric, tier, squares = rows
    queries, allowed = _queries(op, Q, X), _allowed(op, mask, X)
    found = best_rows(X, queries, k, metric, tier, threshold, mask, squares)
    if found is not None:
        return found
    if tier == "single":
        check_single(op, "Q", queries, "the tier 'law'")
    panels = _search.panels_of(op, X, queries, metric=metric, tier=tier, allowed=allowed, squares=squares)
    if (k is None) == (threshold is None):
        raise ValueError(f"{op}: k is {shown(k)} and threshold is {shown(threshold)}; want one of them")
    many = queries if queries.ndim == 2 else queries[None]
    if k is not None:
        found = _search.best_of(panels, many, check_k(op, k, panels.rows, "the number of rows to look at"))
        return found if queries.ndim == 2 else (found[0][0], found[1][0])
    lists = _search.at_least(panels, many, _least(op, threshold, panels.dtype))
    return ([s for s, _ in lists], [i for _, i in lists]) if queries.ndim == 2 else lists[0]


def _least(op: str, threshold: Any, dtype: np.dtype[Any]) -> float | int:
    """The threshold as a number; beside integer scores an integer is one of any size."""
    if getattr(threshold, "dtype", type(threshold)) in (bool, np.bool_):
        raise TypeError(f"{op}: threshold is {shown(threshold)}; want a number")
    if dtype.kind == "i" and isinstance(threshold, int | np.integer):
        return int(threshold)
    least = number(op, "threshold", threshold, "a number")
    if least != least:
        raise ValueError(f"{op}: threshold is nan; want a number")
    return least
