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
from collections.abc import Sequence
from typing import Any, Literal, SupportsIndex, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from onedot import _search
from onedot._core.arrays import as_array, number
from onedot._core.attributes import Fixed
from onedot._core.environment import in_default_environment
from onedot._search import Path
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
@np.errstate(all="ignore")
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
        In place of k: all rows whose score is at least this.
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
        If X or Q holds what the tier does not take, k is no integer, or mask is not of bools.
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
    return _found("search.top_k", _rows("search.top_k", X), Q, k, metric, tier, threshold, mask, None)


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

    Examples
    --------
    >>> index = onedot.search.Index([[3.0, 4.0], [1.0, 0.0]], metric="cosine")
    >>> index.search([1.0, 0.0], 1)
    (array([1.]), array([1]))
    >>> index
    Index(2 rows of 2, metric='cosine', tier='law')
    """

    _fixed = ("X", "metric", "tier", "_squares")

    @in_default_environment
    @np.errstate(all="ignore")
    def __init__(self, X: ArrayLike, *, metric: Metric = "dot", tier: Tier = "law") -> None:
        self.metric, self.tier = _checked("search.Index", metric, tier)
        rows = _rows("search.Index", X)
        self.X = rows.astype(rows.dtype.newbyteorder("="), order="C")
        self.X.flags.writeable = False
        self._squares = _search.squares_of("search.Index", self.X) if metric == "cosine" else None

    def __len__(self) -> int:
        return len(self.X)

    def __repr__(self) -> str:
        n, d = self.X.shape
        return f"Index({n} rows of {d}, metric={self.metric!r}, tier={self.tier!r})"

    @overload
    def search(
        self, Q: ArrayLike, k: SupportsIndex, *, threshold: None = None, mask: ArrayLike | None = None
    ) -> Found: ...
    @overload
    def search(self, Q: ArrayLike, k: None = None, *, threshold: float, mask: ArrayLike | None = None) -> Any: ...
    @in_default_environment
    @np.errstate(all="ignore")
    def search(
        self,
        Q: ArrayLike,
        k: SupportsIndex | None = None,
        *,
        threshold: float | None = None,
        mask: ArrayLike | None = None,
    ) -> Any:
        """The best rows of each query, (scores, indices): what `top_k` gives for the rows of the index."""
        return _found("Index.search", self.X, Q, k, self.metric, self.tier, threshold, mask, self._squares)

    def save(self, path: Path) -> None:
        """Write the index into the file `path`, whose name is taken as it is."""
        _search.write(path, self.metric, self.tier, self.X, self._squares)

    @classmethod
    def load(cls, path: Path) -> Index:
        """The index that `save` has written; its rows are mapped from the file and read as a search needs them.

        Raises
        ------
        ValueError
            If the file holds anything else.
        OSError
            If there is no such file.
        """
        index = cls.__new__(cls)
        metric, tier, index.X, index._squares = _search.read("Index.load", path)
        index.metric, index.tier = _checked("Index.load", metric, tier)
        return index


@in_default_environment
@np.errstate(all="ignore")
def merge(
    parts: Sequence[tuple[ArrayLike, ArrayLike]], k: SupportsIndex, *, starts: Sequence[int] | None = None
) -> Found:
    """The k best of searches among parts of the rows, (scores, indices): what one search among all of them gives.

    Parameters
    ----------
    parts : sequence of (scores, indices)
        What `top_k` or `Index.search` gave for each part, of the same queries: each of some (k_p,) or (q, k_p).
    k : int
        How many are wanted: from 1 to the number that the parts hold together. A part that holds fewer must be whole.
    starts : sequence of int, optional
        Which row of all is the first of each part; left out where indices count all rows already.

    Returns
    -------
    scores, indices : ndarray, shape (k,) or (q, k)

    Raises
    ------
    ValueError
        If parts do not fit each other, or hold fewer than k.

    Examples
    --------
    >>> X, q = np.array([[1.0], [4.0], [3.0], [2.0]]), [1.0]
    >>> parts = [onedot.search.top_k(X[:2], q, 2), onedot.search.top_k(X[2:], q, 2)]
    >>> onedot.search.merge(parts, 3, starts=[0, 2])
    (array([4., 3., 2.]), array([1, 2, 3]))
    """
    op = "search.merge"
    if starts is None:
        starts = [0] * len(parts)
    if not parts or len(starts) != len(parts):
        raise ValueError(
            f"{op}: there are {len(parts)} parts and {len(starts)} starts; want one or more, as many of both"
        )
    scores = [np.asarray(part[0]) for part in parts]
    rows = [np.asarray(part[1]) + start for part, start in zip(parts, starts, strict=True)]
    for s, r in zip(scores, rows, strict=True):
        if (
            s.shape != r.shape
            or s.ndim != scores[0].ndim
            or s.shape[:-1] != scores[0].shape[:-1]
            or s.ndim not in (1, 2)
        ):
            raise ValueError(f"{op}: a part has scores {s.shape} and indices {r.shape}; want (k,) or (q, k) of both")
    count = check_k(op, k, sum(s.shape[-1] for s in scores), "the number that the parts hold")
    return _search.merged(list(zip(scores, rows, strict=True)), count)


@in_default_environment
@np.errstate(all="ignore")
def cosines(X: ArrayLike, Q: ArrayLike, /) -> NDArray[Any]:
    """The cosines of all rows of X with all queries: cos[q, i] = geometry.cosine(X[i], Q[q]).

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
@np.errstate(all="ignore")
def distances(X: ArrayLike, Q: ArrayLike, /) -> NDArray[Any]:
    """The Euclidean distances of all rows of X from all queries: |X[i] - Q[q]|.

    Parameters, result and errors are those of `cosines`.

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
    rows = _rows(op, X)
    queries = _queries(op, Q, rows)
    many = queries if queries.ndim == 2 else queries[None]
    panels = _search.panels_of(op, rows, many, metric=metric, tier="law", allowed=None, squares=None)
    pairs = np.empty((len(many), len(rows)), panels.dtype)
    for some, first, S in panels.of(many):
        pairs[some, first : first + S.shape[1]] = S
    return pairs if queries.ndim == 2 else pairs[0]


def _rows(op: str, X: ArrayLike) -> NDArray[Any]:
    if isinstance(X, str | os.PathLike):
        raise TypeError(f"{op}: X is {shown(X)}; want rows, (n, d); search.Index.load reads those that an index saved")
    rows = as_array(op, "X", X, bfloat16=True)
    if rows.ndim != 2:
        raise ValueError(f"{op}: X has shape {rows.shape}; want two dimensions, (n, d): the rows to search among")
    if rows.dtype.kind == "O":
        raise OverflowError(f"{op}: X holds integers beyond 64 bits; want integers that fit, or floats")
    return rows


def _checked(op: str, metric: Any, tier: Any) -> tuple[Metric, Tier]:
    if not isinstance(metric, str) or metric not in ("dot", "cosine"):
        raise ValueError(f"{op}: metric is {shown(metric)}; want 'dot' or 'cosine'; search.distances is Euclidean")
    if not isinstance(tier, str) or tier not in ("law", "single", "exact"):
        raise ValueError(f"{op}: tier is {shown(tier)}; want 'law', 'single' or 'exact'")
    if metric == "cosine" and tier != "law":
        raise ValueError(f"{op}: metric='cosine' has the tier {tier!r}; want 'law', of which cosines are")
    return metric, tier  # type: ignore[return-value]  # both are among their names


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
    queries = as_array(op, "Q", Q, bfloat16=True)
    if queries.ndim not in (1, 2) or queries.shape[-1] != X.shape[1]:
        raise ValueError(f"{op}: Q has shape {queries.shape}; want ({X.shape[1]},) or (q, {X.shape[1]}), as X has rows")
    return queries


def _allowed(op: str, mask: ArrayLike | None, X: NDArray[Any]) -> NDArray[np.intp] | None:
    if mask is None:
        return None
    allowed = as_array(op, "mask", mask)
    if allowed.dtype != np.bool_ or allowed.shape != (len(X),):
        raise TypeError(
            f"{op}: mask has dtype {allowed.dtype} and shape {allowed.shape}; "
            f"want bool and ({len(X)},), one a row{_mask_of(allowed, len(X))}"
        )
    return np.flatnonzero(allowed)


def _mask_of(given: NDArray[Any], n: int) -> str:
    """How to make a mask of integers, for the end of a refusal."""
    if given.dtype.kind not in "iu":
        return ""
    return (
        f"; np.isin(np.arange({n}), mask) makes one of row numbers"
        if given.shape != (n,)
        else "; mask.astype(bool) makes one of 0 and 1"
    )


def _found(
    op: str,
    X: NDArray[Any],
    Q: ArrayLike,
    k: SupportsIndex | None,
    metric: Any,
    tier: Any,
    threshold: Any,
    mask: ArrayLike | None,
    squares: NDArray[np.float64] | None,
) -> Any:
    """What a search gives for checked rows and all else as it came."""
    metric, tier = _checked(op, metric, tier)
    queries, allowed = _queries(op, Q, X), _allowed(op, mask, X)
    panels = _search.panels_of(op, X, queries, metric=metric, tier=tier, allowed=allowed, squares=squares)
    if (k is None) == (threshold is None):
        raise ValueError(f"{op}: k is {shown(k)} and threshold is {shown(threshold)}; want one of them")
    many = queries if queries.ndim == 2 else queries[None]
    if k is not None:
        found = _search.best_of(panels, many, check_k(op, k, panels.rows, "the number of rows to look at"))
        return found if queries.ndim == 2 else (found[0][0], found[1][0])
    least = number(op, "threshold", threshold, "a number")
    if least != least:
        raise ValueError(f"{op}: threshold is nan; want a number")
    lists = _search.at_least(panels, many, least)
    return ([s for s, _ in lists], [i for _, i in lists]) if queries.ndim == 2 else lists[0]
