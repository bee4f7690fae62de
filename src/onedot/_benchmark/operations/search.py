"""Search among all rows: who finds the rows with the largest dot products."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

import onedot
from onedot._benchmark.levels import BINARY32, BINARY64, every_level
from onedot._benchmark.model import Case, Contender, Operation, Problem, Words
from onedot._benchmark.oracle import Answer, exact_dot
from onedot._benchmark.peers import OWN_TYPE, installed
from onedot._benchmark.vectors import on_a_line, ordinary

__all__ = ["SEARCH", "SINGLE_SEARCH"]

LONGEST_REFERENCE = 2**17  # products
LONGEST_USEARCH = 2**28  # of which it takes a quarter of a second
LONGEST_EMULATED = 2**24  # of the single tier's, where fused products are emulated: 0.2 s
WORDS = Words("", "GFLOP/s")
SAMPLE = 4  # queries whose answers are checked
# Rows, elements of a row, queries, and how many rows of each are wanted.
SIZES = ((1000, 64, 1, 10), (1000000, 128, 1, 10), (100000, 384, 100, 10), (100000, 384, 1000, 100))


def numpy_scores(X: NDArray[Any], Q: NDArray[Any], k: NDArray[Any]) -> NDArray[Any]:
    """What one writes with NumPy: all scores, the k best by argpartition, and these in order."""
    S = Q @ X.T
    best = np.argpartition(S, -int(k), axis=-1)[..., -int(k) :]
    scores = np.take_along_axis(S, best, -1)
    order = np.argsort(-scores, axis=-1)
    np.take_along_axis(best, order, -1)  # the rows, which are asked for, too
    return np.asarray(np.take_along_axis(scores, order, -1))


def onedot_scores(tier: Any, X: NDArray[Any], Q: NDArray[Any], k: NDArray[Any]) -> NDArray[Any]:
    """onedot's function."""
    scores: NDArray[Any] = onedot.search.top_k(X, Q, int(k), tier=tier)[0]
    return scores


def _faiss(faiss: Any, X: NDArray[Any], Q: NDArray[Any], k: NDArray[Any]) -> Any:
    return faiss.knn(Q, X, int(k), metric=faiss.METRIC_INNER_PRODUCT)[0]


def _usearch(index: Any, X: NDArray[Any], Q: NDArray[Any], k: NDArray[Any]) -> Any:
    found = index.search(X, Q, int(k), index.MetricKind.IP, exact=True, threads=onedot.get_num_threads())
    return 1.0 - np.atleast_2d(found.distances)


def _single(v: NDArray[Any]) -> NDArray[Any]:
    """FAISS takes float32 alone; k stays as it is."""
    return v.astype(np.float32) if v.ndim else v


def _peers() -> list[Contender]:
    """NumPy's product and partial sort; FAISS, which takes float32 alone, and USearch by their exhaustive searches."""
    own = {dtype: dtype for dtype in ("float64", "float32")}
    narrow = ("float32", "float16", "int8")
    widened = dict.fromkeys(narrow[1:], numpy_scores), dict.fromkeys(narrow[1:], "float32")
    peers = [Contender("NumPy", "peer", dict.fromkeys(own, numpy_scores), own)]
    peers.append(Contender("NumPy f32", "peer", *widened, convert=_single))
    if faiss := installed("faiss"):
        functions = dict.fromkeys(narrow, partial(_faiss, faiss))
        peers.append(Contender("FAISS", "peer", functions, dict.fromkeys(narrow, "float32"), convert=_single))
    if usearch := installed("usearch.index"):
        functions = dict.fromkeys(narrow[1:], partial(_usearch, usearch))
        sums = {dtype: OWN_TYPE[dtype] for dtype in narrow[1:]}
        peers.append(Contender("USearch", "peer", functions, sums, longest=LONGEST_USEARCH))
    return peers


def _contenders(tier: str, sums: dict[str, str]) -> list[Contender]:
    return [*every_level(partial(onedot_scores, tier), LONGEST_REFERENCE, sums=sums), *_peers()]


def _single_contenders() -> list[Contender]:
    found = _contenders("single", BINARY32)
    return [replace(c, longest=LONGEST_EMULATED) if c.name == "onedot baseline" else c for c in found]


def _answers(X: NDArray[Any], Q: NDArray[Any], k: int) -> dict[tuple[int, ...], Answer]:
    """The exact scores of the best rows of a few queries, which binary64 finds."""
    answers: dict[tuple[int, ...], Answer] = {}
    for q in range(0, len(Q), max(1, len(Q) // SAMPLE)):
        scores = np.concatenate([part.astype(np.float64) @ Q[q] for part in np.array_split(X, 1 + X.size // 2**24)])
        best = np.argsort(-scores, kind="stable")[:k]
        answers |= {(q, j): exact_dot(X[i], Q[q]) for j, i in enumerate(best)}
    return answers


def _problem(X: NDArray[Any], Q: NDArray[Any], k: int) -> Problem:
    return Problem((on_a_line(X), on_a_line(Q), np.array(k)), _answers(X, Q, k))


def _case(size: tuple[int, int, int, int], dtype: str) -> Case:
    n, d, q, k = size
    timed = _problem(ordinary((n, d), dtype, n), ordinary((q, d), dtype, q), k)
    steps = np.minimum(np.arange(40)[:, None], np.arange(3)).astype(dtype)  # whose sums are exact
    label = f"{q} of {n}x{d}, k = {k}"
    return Case(label, "", dtype, 2 * n * d * q, timed, _problem(steps, steps[1:4], 3), WORDS)


def _cases(dtype: str, sizes: tuple[Any, ...], real: bool) -> dict[str, Callable[[], Case]]:
    return {"x".join(map(str, size)): partial(_case, size, dtype) for size in sizes}


SEARCH = Operation(
    name="search",
    contenders=partial(_contenders, "law", {t: BINARY64[t] for t in ("float64", "float32", "float16", "int8")}),
    sizes=SIZES,
    quick_sizes=SIZES[:1],
    cases=_cases,
    dtypes=("float32", "float16", "int8", "float64"),
)
SINGLE_SEARCH = SEARCH._replace(contenders=_single_contenders, dtypes=tuple(BINARY32))
