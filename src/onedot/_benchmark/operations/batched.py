"""matvec, vecmat, matmul, vecdot and a dense layer: who computes them, and on what."""

import importlib
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

import onedot
from onedot._benchmark.levels import BINARY32, BINARY64, every_level
from onedot._benchmark.model import (
    ALL_DTYPES,
    DTYPES,
    INTEGERS,
    WRAPPING,
    Case,
    Contender,
    Operation,
    Problem,
    Words,
)
from onedot._benchmark.naive import naive_dot, naive_python
from onedot._benchmark.oracle import exact_dot
from onedot._benchmark.peers import OWN_TYPE, converting, installed
from onedot._benchmark.vectors import has_digits, on_a_line, ones_and_zeros, ordinary

__all__ = ["LAYER", "MATMUL", "MATVEC", "SINGLE", "VECDOT", "VECMAT"]

Function = Callable[..., Any]
Pair = tuple[NDArray[Any], NDArray[Any]]

WITHOUT_BLAS = ("float16", *INTEGERS)
LONGEST_WITHOUT_BLAS = 2**27  # operations of which NumPy takes some 0.2 s

SUMMED = tuple(dtype for dtype in ALL_DTYPES if dtype != "bfloat16")  # by einsum, which has no bfloat16

LONGEST_PYTHON = 2**16  # elements of which naive Python and the reference take about 10 ms
SAMPLE = 12  # results that are checked against their exact answers, spread over the whole


def naive_matvec(A: list[list[float]], x: list[float]) -> list[float]:
    return [naive_dot(row, x) for row in A]


def naive_vecmat(x: list[float], A: list[list[float]]) -> list[float]:
    return [naive_dot(x, list(column)) for column in zip(*A)]  # noqa: B905 (strict=True would not be naive)


def naive_vecdot(X: list[list[float]], Y: list[list[float]]) -> list[float]:
    return [naive_dot(x, y) for x, y in zip(X, Y)]  # noqa: B905 (strict=True would not be naive)


def naive_matmul(A: list[list[float]], B: list[list[float]]) -> list[list[float]]:
    return [naive_vecmat(row, B) for row in A]


def naive_layer(A: list[list[float]], X: list[list[float]]) -> list[list[float]]:
    return [naive_matvec(A, x) for x in X]


def _everyone(
    naive: Function,
    function: Function,
    peers: Callable[[], list[Contender]],
    dimensions: int = 2,
    sums: Mapping[str, str] = BINARY64,
) -> list[Contender]:
    """Naive Python on lists, onedot at every level that runs here, and the peers that are installed."""
    first = naive_python(naive, LONGEST_PYTHON, dimensions=dimensions)
    return [first, *every_level(function, LONGEST_PYTHON, sums=sums), *peers()]


def _peer(
    name: str,
    function: Function,
    dtypes: tuple[str, ...] = ALL_DTYPES,
    dimensions: int | None = None,
    longest: int | None = None,
) -> Contender:
    functions = dict.fromkeys(dtypes, function)
    return Contender(name, "peer", functions, OWN_TYPE, dimensions=dimensions, longest=longest, wraps=WRAPPING)


def _numpy_own(name: str) -> list[Contender]:
    """NumPy's function of this name, where its version has one: matvec came with 2.2."""
    return [_peer(f"np.{name}", getattr(np, name))] if hasattr(np, name) else []


def _matvec_peers() -> list[Contender]:
    peers = [
        _peer("A @ x", lambda A, x: A @ x, dimensions=2),
        *converting("A @ x", lambda A, x: (A @ x[..., None])[..., 0]),
        *_numpy_own("matvec"),
        _peer("np.einsum", lambda A, x: np.einsum("...ij,...j->...i", A, x), dtypes=SUMMED),
    ]
    if installed("scipy"):
        blas = importlib.import_module("scipy.linalg.blas")
        # A in C order is its transpose in BLAS's order, so nothing is copied.
        gemv = {
            "float64": lambda A, x: blas.dgemv(1.0, A.T, x, trans=1),
            "float32": lambda A, x: blas.sgemv(1.0, A.T, x, trans=1),
        }
        peers.append(Contender("SciPy gemv", "peer", gemv, OWN_TYPE, dimensions=2))
    return peers


def _vecmat_peers() -> list[Contender]:
    def product(x: NDArray[Any], A: NDArray[Any]) -> Any:
        return x @ A

    def einsum(x: NDArray[Any], A: NDArray[Any]) -> Any:
        return np.einsum("i,ij->j", x, A)

    return [
        _peer("x @ A", product),
        *converting("x @ A", product),
        *_numpy_own("vecmat"),
        # Row upon row, in the type of the elements.
        Contender(
            "np.einsum", "peer", dict.fromkeys(SUMMED, einsum), dict(zip(SUMMED, SUMMED, strict=True)), wraps=WRAPPING
        ),
    ]


def _layer_peers() -> list[Contender]:
    def product(A: NDArray[Any], X: NDArray[Any]) -> Any:
        return X @ A.T

    peers = [
        _peer("X @ A.T", product, dtypes=(*DTYPES, "bfloat16")),
        _peer("X @ A.T", product, dtypes=WITHOUT_BLAS, longest=LONGEST_WITHOUT_BLAS),
        *converting("X @ A.T", product),
    ]
    if installed("scipy"):
        blas = importlib.import_module("scipy.linalg.blas")
        gemm = {
            "float64": lambda A, X: blas.dgemm(1.0, A.T, X.T, trans_a=1).T,
            "float32": lambda A, X: blas.sgemm(1.0, A.T, X.T, trans_a=1).T,
        }
        peers.append(Contender("SciPy gemm", "peer", gemm, OWN_TYPE))
    return peers


def _matmul_peers() -> list[Contender]:
    def product(A: NDArray[Any], B: NDArray[Any]) -> Any:
        return A @ B

    peers = [
        _peer("A @ B", product, dtypes=(*DTYPES, "bfloat16")),
        _peer("A @ B", product, dtypes=WITHOUT_BLAS, longest=LONGEST_WITHOUT_BLAS),
        *converting("A @ B", product),
    ]
    if installed("scipy"):
        blas = importlib.import_module("scipy.linalg.blas")
        # A product in C order is that of the transposes in BLAS's order, exchanged.
        gemm = {
            "float64": lambda A, B: blas.dgemm(1.0, B.T, A.T).T,
            "float32": lambda A, B: blas.sgemm(1.0, B.T, A.T).T,
        }
        peers.append(Contender("SciPy gemm", "peer", gemm, OWN_TYPE))
    return peers


def _vecdot_peers() -> list[Contender]:
    einsum = partial(np.einsum, "ij,ij->i")
    return [*_numpy_own("vecdot"), _peer("np.einsum", einsum, dtypes=SUMMED), *converting("einsum", einsum)]


def _digits(operation: str, dtype: str) -> Pair:
    """The mean image of each digit, and all images or, for matvec, the first one."""
    data = importlib.import_module("sklearn.datasets").load_digits()
    # In 24 bits, so that both types hold the same numbers.
    templates = np.array([data.data[data.target == digit].mean(axis=0) for digit in range(10)]).astype("float32")
    images = data.data if operation == "layer" else data.data[0]
    return on_a_line(templates.astype(dtype)), on_a_line(images.astype(dtype))


def _problem(operation: str, a: NDArray[Any], b: NDArray[Any]) -> Problem:
    """The arguments with the exact answers of a sample of the results."""
    if operation == "layer":
        rows, others = a[None], b[:, None]
    elif operation == "vecmat":
        rows, others = b.T, a[None]
    elif operation == "matmul":
        rows, others = a[:, None], b.T
    else:
        rows, others = a, b if operation == "vecdot" else b[..., None, :]
    shape = np.broadcast_shapes(rows.shape[:-1], others.shape[:-1])
    rows, others = (np.broadcast_to(v, (*shape, v.shape[-1])) for v in (rows, others))
    size = int(np.prod(shape))
    places = [np.unravel_index(i, shape) for i in np.linspace(0, size - 1, min(SAMPLE, size)).astype(int)]
    return Problem((a, b), {tuple(map(int, place)): exact_dot(rows[place], others[place]) for place in places})


def _shapes(operation: str, size: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Of both arguments: a layer's size is units, samples, elements; all others have the shape of A, and matmul B's."""
    if operation == "layer":
        return (size[0], size[2]), (size[1], size[2])
    if operation == "matmul":
        return size[:2], size[1:]
    if operation == "vecmat":
        return size[:1], size
    return size, size if operation == "vecdot" else (*size[:-2], size[-1])


def _case(operation: str, label: str, dtype: str, pair: Pair | None, size: tuple[int, ...]) -> Case:
    shapes = _shapes(operation, size)
    timed = pair or (on_a_line(ordinary(shapes[0], dtype, 1)), on_a_line(ordinary(shapes[1], dtype, 2)))
    probe = (on_a_line(ones_and_zeros(shapes[0], dtype, 1)), on_a_line(ones_and_zeros(shapes[1], dtype, 2)))
    work = int(np.prod(size)) * (2 if operation in ("layer", "matmul") else 1)
    problems = _problem(operation, *timed), _problem(operation, *probe)
    words = (CONVERTED_WORDS if dtype in WRAPPING else WORDS)[operation]
    return Case(label, REAL[operation] if pair else "", dtype, work, *problems, words)


def _synthetic(operation: str, dtype: str, size: tuple[int, ...]) -> Case:
    return _case(operation, _label(size), dtype, None, size)


def _real(operation: str, dtype: str) -> Case:
    a, b = _digits(operation, dtype)
    return _case(operation, "digits", dtype, (a, b), (10, len(b), 64) if operation == "layer" else a.shape)


def _label(size: tuple[int, ...]) -> str:
    return "x".join(map(str, size))


def _cases(operation: str, dtype: str, sizes: tuple[Any, ...], real: bool) -> dict[str, Callable[[], Case]]:
    """What makes each case, by its label: synthetic arrays of the given sizes, then digits if `real`."""
    makers = {_label(size): partial(_synthetic, operation, dtype, size) for size in sizes}
    return makers | ({"digits": partial(_real, operation, dtype)} if real and dtype in DTYPES and has_digits() else {})


WORDS = {
    "matvec": Words("", "el/ns", "A @ x", "× A @ x"),
    "vecmat": Words("", "el/ns", "x @ A", "× x @ A"),
    "layer": Words("", "GFLOP/s", "X @ A.T", "× X @ A.T"),
    "matmul": Words("", "GFLOP/s", "A @ B", "× A @ B"),
    "vecdot": Words("", "el/ns", "np.vecdot", "× np.vecdot"),
}

CONVERTED_WORDS = {
    "matvec": Words("", "el/ns", "A @ x i64", "× i64"),
    "vecmat": Words("", "el/ns", "x @ A i64", "× i64"),
    "layer": Words("", "GFLOP/s", "X @ A.T i64", "× i64"),
    "matmul": Words("", "GFLOP/s", "A @ B i64", "× i64"),
    "vecdot": Words("", "el/ns", "einsum i64", "× i64"),
}

DIGITS = "digits: the mean images of the ten digits in scikit-learn's images of handwritten ones, 10x64"
REAL = {"matvec": f"{DIGITS}, times one image.", "layer": f"{DIGITS}, times all 1797 images."}

SHAPES = ((8, 8), (64, 64), (10, 784), (256, 784), (1000, 1000), (10000, 128))
STACKS = ((1000, 4, 4), (1000, 16, 16), (256, 64, 64))
LAYERS = ((512, 1024, 768), (256, 256, 256), (10, 4096, 768), (12, 4096, 768))
PRODUCTS = ((4, 4, 4), (16, 16, 16), (64, 64, 64), (256, 256, 256), (64, 4096, 64))
PAIRS = ((100000, 16), (1000, 16))

MATVEC = Operation(
    name="matvec",
    contenders=partial(_everyone, naive_matvec, onedot.matvec, _matvec_peers),
    sizes=(*SHAPES, (4000, 4000), *STACKS),
    quick_sizes=(*SHAPES, *STACKS),
    cases=partial(_cases, "matvec"),
    dtypes=ALL_DTYPES,
)
VECMAT = Operation(
    name="vecmat",
    contenders=partial(_everyone, naive_vecmat, onedot.vecmat, _vecmat_peers, 1),
    sizes=(*SHAPES[1:], (4000, 4000)),
    quick_sizes=SHAPES[1:5],
    cases=lambda dtype, sizes, real: _cases("vecmat", dtype, sizes, False),
    dtypes=ALL_DTYPES,
)
LAYER = Operation(
    name="layer",
    contenders=partial(_everyone, naive_layer, onedot.matvec, _layer_peers),
    sizes=LAYERS,
    quick_sizes=LAYERS[1:3],
    cases=partial(_cases, "layer"),
    dtypes=ALL_DTYPES,
)
MATMUL = Operation(
    name="matmul",
    contenders=partial(_everyone, naive_matmul, onedot.matmul, _matmul_peers),
    sizes=(*PRODUCTS, (1000, 1000, 1000)),
    quick_sizes=PRODUCTS,
    cases=lambda dtype, sizes, real: _cases("matmul", dtype, sizes, False),
    dtypes=ALL_DTYPES,
)
VECDOT = Operation(
    name="vecdot",
    contenders=partial(_everyone, naive_vecdot, onedot.vecdot, _vecdot_peers),
    sizes=PAIRS,
    quick_sizes=PAIRS,
    cases=lambda dtype, sizes, real: _cases("vecdot", dtype, sizes, False),
    dtypes=ALL_DTYPES,
)


def _single(
    operation: Operation, naive: Function, function: Function, peers: Callable[[], list[Contender]]
) -> Operation:
    """The same operation of the single tier."""
    dimensions = 1 if operation is VECMAT else 2
    everyone = partial(_everyone, naive, function, peers, dimensions, BINARY32)
    return operation._replace(contenders=everyone, dtypes=tuple(BINARY32))


SINGLE = (
    _single(MATVEC, naive_matvec, onedot.single.matvec, _matvec_peers),
    _single(VECMAT, naive_vecmat, onedot.single.vecmat, _vecmat_peers),
    _single(MATMUL, naive_matmul, onedot.single.matmul, _matmul_peers),
    _single(LAYER, naive_layer, onedot.single.matvec, _layer_peers),
    _single(VECDOT, naive_vecdot, onedot.single.vecdot, _vecdot_peers),
)
