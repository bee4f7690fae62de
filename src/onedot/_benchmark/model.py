"""The words of the benchmarks: an operation has contenders and cases, a case has problems."""

from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from numpy.typing import NDArray

from onedot._benchmark.oracle import Answer

__all__ = [
    "ALL_DTYPES",
    "DOT_WORDS",
    "DTYPES",
    "HALVES",
    "INTEGERS",
    "UNIT",
    "WRAPPING",
    "Case",
    "Contender",
    "Operation",
    "Problem",
    "Words",
]

DTYPES = ("float64", "float32")
"""The types that run unless one is asked for."""

HALVES = ("float16", "bfloat16")
INTEGERS = ("int8", "uint8", "int16", "int32", "int64")
ALL_DTYPES = DTYPES + HALVES + INTEGERS

WRAPPING = ("int8", "uint8", "int16")
"""The integers of which most sums do not fit the type of the elements."""

UNIT = {"float64": 2.0**-53, "float32": 2.0**-24, "float16": 2.0**-11, "bfloat16": 2.0**-8}
"""The unit roundoff: the largest relative error of one operation rounded to the type."""
UNIT |= dict.fromkeys(INTEGERS, 0.0)


def as_it_is(v: NDArray[Any]) -> Any:
    """The array itself, which is what most contenders want."""
    return v


@dataclass(frozen=True)
class Contender:
    """Something that computes the operation."""

    name: str
    kind: Literal["naive", "level", "peer"]
    functions: Mapping[str, Callable[..., Any]]  # by the dtype of the arguments
    accumulator: Mapping[str, str]  # the type it is allowed to sum in, by the dtype of the arguments
    setting: Callable[[], AbstractContextManager[None]] = nullcontext  # in which its calls are made
    convert: Callable[[NDArray[Any]], Any] = as_it_is  # what it is given instead of an array
    longest: int | None = None  # no more elements than this, as a call would take too long
    dimensions: int | None = None  # of the first argument, where others cannot be computed
    only: str | None = None  # the first word of the labels of the cases it has a function for; of all, if None
    unfit: str | None = None  # the first word of labels whose cases are too much for it
    wraps: Collection[str] = ()  # the dtypes of whose elements its results are, too, so that most are wrong

    def competes_in(self, case: "Case") -> bool:
        """Whether it computes what the case asks for."""
        word = case.label.partition(" ")[0]
        return case.dtype in self.functions and self.only in (None, word) and self.unfit != word

    def takes(self, case: "Case") -> bool:
        """Whether the case is for this contender."""
        fits = self.dimensions in (None, case.timed.arguments[0].ndim)
        return fits and self.competes_in(case) and (self.longest is None or case.elements <= self.longest)


class Problem(NamedTuple):
    """Arguments and exact answers: of each result that is checked, by its place in the array of results."""

    arguments: tuple[NDArray[Any], ...]
    answers: Mapping[tuple[int, ...], Answer]


class Words(NamedTuple):
    """What the tables call things."""

    size: str  # what stands before a label
    unit: str  # elements per nanosecond or, if `elements` counts operations, GFLOP/s
    rival: str | None = None  # the contender with a column of its own
    head: str = ""  # of that column


DOT_WORDS = Words("n = ", "el/ns", "np.dot", "× np.dot")


class Case(NamedTuple):
    """One row of a table: a problem that is timed, and a probe that every right sum solves without rounding."""

    label: str
    real: str  # what the data is if it is real, otherwise empty
    dtype: str
    elements: int  # of x or A; of a layer and of matmul, twice the products
    timed: Problem
    probe: Problem
    words: Words = DOT_WORDS

    @property
    def title(self) -> str:
        """The type and the size."""
        return f"{self.dtype}, {self.words.size}{self.label}"


class Operation(NamedTuple):
    """A function that onedot has, those who compute it too, and what they are timed on."""

    name: str
    contenders: Callable[[], list[Contender]]
    sizes: tuple[Any, ...]  # lengths of vectors for dot, otherwise shapes
    quick_sizes: tuple[Any, ...]
    cases: Callable[[str, tuple[Any, ...], bool], dict[str, Callable[[], Case]]]  # dtype, sizes, real data or not
    dtypes: tuple[str, ...] = DTYPES  # of which it has cases
