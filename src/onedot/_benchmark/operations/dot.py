"""The dot product: who computes it, and on what."""

from collections.abc import Callable
from functools import partial
from typing import Any

from numpy.typing import NDArray

import onedot
from onedot._benchmark.levels import BINARY32, cython_loop, every_level
from onedot._benchmark.model import ALL_DTYPES, DOT_WORDS, WRAPPING, Case, Contender, Operation, Problem, Words
from onedot._benchmark.naive import naive_dot, naive_python
from onedot._benchmark.oracle import exact_dot
from onedot._benchmark.peers import dot_peers
from onedot._benchmark.vectors import IMAGE, digits, has_digits, random_pair, small_integers

__all__ = ["DOT", "SINGLE_DOT"]

# Elements of which one call takes about 0.1 s.
LONGEST_NAIVE = 2**20
LONGEST_REFERENCE = 2**19
LONGEST_SINGLE = 2**17  # of the single tier's


def contenders() -> list[Contender]:
    """Naive Python on lists, the reference, the plain loop in Cython, the other levels that run here, and the peers."""
    reference, *compiled = every_level(onedot.dot, LONGEST_REFERENCE)
    return [naive_python(naive_dot, LONGEST_NAIVE), reference, *cython_loop(), *compiled, *dot_peers()]


def single_contenders() -> list[Contender]:
    """The same for the single tier, which has no plain loop."""
    levels = every_level(onedot.single.dot, LONGEST_SINGLE, sums=BINARY32)
    return [naive_python(naive_dot, LONGEST_NAIVE), *levels, *dot_peers()]


def cases(dtype: str, sizes: tuple[int, ...], real: bool) -> dict[str, Callable[[], Case]]:
    """What makes each case, by its label: synthetic vectors of the given sizes, then digits if `real`."""
    makers: dict[str, Callable[[], Case]] = {_label(n): partial(_synthetic, n, dtype) for n in sizes}
    if real and has_digits():
        makers |= {_digits_label(images): partial(_digits, images, dtype) for images in (1, 16, 1024)}
    return makers


def _synthetic(n: int, dtype: str) -> Case:
    return _case(_label(n), "", random_pair(n, dtype))


def _digits(images: int, dtype: str) -> Case:
    return _case(_digits_label(images), REAL, digits(images, dtype))


def _digits_label(images: int) -> str:
    return f"digits {_label(images * IMAGE)}"


def _case(label: str, real: str, timed: tuple[NDArray[Any], NDArray[Any]]) -> Case:
    n, dtype = len(timed[0]), timed[0].dtype.name
    probe = small_integers(n, dtype)
    problems = Problem(timed, {(): exact_dot(*timed)}), Problem(probe, {(): exact_dot(*probe)})
    return Case(label, real, dtype, n, *problems, CONVERTED_WORDS if dtype in WRAPPING else DOT_WORDS)


def _label(n: int) -> str:
    """A large power of two as one, any other number in full."""
    return f"2^{n.bit_length() - 1}" if n > 4096 and n & (n - 1) == 0 else str(n)


CONVERTED_WORDS = Words("n = ", "el/ns", "np.dot i64", "× i64")
REAL = f"digits n: n pixels of scikit-learn's images of handwritten digits end to end, {IMAGE} an image."

DOT = Operation(
    name="dot",
    contenders=contenders,
    sizes=(4, 16, 64, 256, 1024, 4096, 2**14, 2**15, 2**17, 2**20, 2**22, 2**23),
    quick_sizes=(4, 64, 1024, 4096, 2**14, 2**17, 2**22),
    cases=cases,
    dtypes=ALL_DTYPES,
)
SINGLE_DOT = DOT._replace(contenders=single_contenders, dtypes=tuple(BINARY32))
