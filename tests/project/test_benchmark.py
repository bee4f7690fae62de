"""The bench times right answers only: its oracle is exact, and what is off by more than rounding is refused."""

import importlib
import importlib.util
import math
from fractions import Fraction

import numpy as np
import pytest

import onedot
from onedot import levels, search, single
from onedot._benchmark.levels import BINARY32
from onedot._benchmark.measure import Effort, WrongResultError, check, measure
from onedot._benchmark.model import ALL_DTYPES, DTYPES, WRAPPING, Contender
from onedot._benchmark.one_thread import one_thread
from onedot._benchmark.operations import TIERS
from onedot._benchmark.operations.activation import ACTIVATION
from onedot._benchmark.operations.batched import LAYER, MATMUL, MATVEC, VECDOT, VECMAT
from onedot._benchmark.operations.dot import DOT
from onedot._benchmark.operations.geometry import GEOMETRY
from onedot._benchmark.operations.units import UNITS
from onedot._benchmark.oracle import exact_dot
from onedot._benchmark.report import formatting
from onedot._benchmark.vectors import as_list, digits, random_pair, small_integers

MEASURED = ALL_DTYPES
if importlib.util.find_spec("ml_dtypes"):
    importlib.import_module("ml_dtypes")  # by which NumPy knows bfloat16
else:
    MEASURED = tuple(dtype for dtype in ALL_DTYPES if dtype != "bfloat16")
BRIEFLY = Effort(repeats=2, seconds=1e-5)


def contender(function, name="a contender", accumulator="float64", kind="peer", **options):
    return Contender(name, kind, dict.fromkeys(DTYPES, function), dict.fromkeys(DTYPES, accumulator), **options)


def case(n=100, dtype="float64"):
    (make_case,) = DOT.cases(dtype, (n,), False).values()
    return make_case()


def in_fractions(x, y):
    return sum(Fraction(a) * Fraction(b) for a, b in zip(as_list(x), as_list(y), strict=True))


@pytest.mark.parametrize("dtype", MEASURED)
@pytest.mark.parametrize("n", [1, 2, 511, 512, 513, 2**14 + 1])
def test_the_oracle_is_exact(n, dtype):
    for x, y in (random_pair(n, dtype), small_integers(n, dtype)):
        answer = exact_dot(x, y)
        assert answer.value == in_fractions(x, y)
        assert answer.magnitude == sum(
            abs(Fraction(a) * Fraction(b)) for a, b in zip(as_list(x), as_list(y), strict=True)
        )
        assert answer.elements == n


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_oracle_is_exact_on_zeros_extremes_and_real_data(dtype):
    largest = np.full(3, np.finfo(dtype).max)
    for x, y in ((np.zeros(3, dtype), np.ones(3, dtype)), (largest, -largest), digits(2, dtype)):
        assert exact_dot(x, y).value == in_fractions(x, y)


def test_the_oracle_refuses_what_it_could_not_do_exactly():
    with pytest.raises(ValueError, match="the elements spread too far"):
        exact_dot(np.array([1.0, 2.0**-60]), np.ones(2))


@pytest.mark.parametrize("dtype", MEASURED)
def test_small_integers_allow_no_error(dtype):
    assert exact_dot(*small_integers(1000, dtype)).allowance(2.0**-24) == 0


@pytest.mark.parametrize("dtype", MEASURED)
def test_the_timed_vectors_start_on_a_cache_line_and_are_the_same_every_time(dtype):
    for make in (random_pair, small_integers, digits):
        first, again = make(5, dtype), make(5, dtype)
        for v, w in zip(first, again, strict=True):
            assert v.dtype == dtype
            assert v.ctypes.data % 64 == 0
            assert v.tolist() == w.tolist()


def test_real_data_is_handwritten_digits():
    labels = DOT.cases("float64", (4,), True)
    assert list(labels) == ["4", "digits 64", "digits 1024", "digits 2^16"]
    x, y = labels["digits 1024"]().timed.arguments
    assert len(x) == len(y) == 1024
    assert set(np.unique(x)) <= set(range(17))
    assert x[64:].tolist() == y[:-64].tolist()


@pytest.mark.parametrize("dtype", MEASURED)
def test_every_contender_is_right_unless_its_sum_wraps(dtype):
    for n in (4, 1000):
        for row in measure(case(n, dtype), DOT.contenders(), BRIEFLY):
            assert (row.wrong is not None) == row.wraps == (dtype in row.contender.wraps), row.contender.name
            assert len(row.seconds) == (0 if row.wraps else BRIEFLY.repeats)


@pytest.mark.parametrize("dtype", MEASURED)
@pytest.mark.parametrize(
    ("operation", "size"),
    [
        (MATVEC, (3, 20)),
        (MATVEC, (4, 3, 20)),
        (VECMAT, (20, 3)),
        (MATMUL, (3, 20, 5)),
        (VECDOT, (5, 7)),
        (LAYER, (3, 5, 20)),
    ],
    ids=["matvec", "stack", "vecmat", "matmul", "vecdot", "layer"],
)
def test_every_contender_of_a_batched_product_is_right(operation, size, dtype):
    (make_case,) = operation.cases(dtype, (size,), False).values()
    small = make_case()
    for row in measure(small, operation.contenders(), BRIEFLY):
        assert row.wrong is None or row.wraps, row.contender.name
        assert bool(row.seconds) == (row.contender.takes(small) and not row.wraps)


@pytest.mark.parametrize("dtype", [dtype for dtype in MEASURED if dtype in BINARY32])
@pytest.mark.parametrize("operation", TIERS["single"].values(), ids=lambda operation: operation.name)
def test_the_single_tier_competes_with_the_same_peers(operation, dtype):
    """Its sums are in float32, and right if they are as near as that explains."""
    sizes = {"dot": 1000, "vecmat": (20, 3), "matmul": (3, 20, 5), "layer": (3, 5, 20), "search": (40, 8, 2, 3)}
    size = sizes.get(operation.name, (5, 20))
    (make_case,) = operation.cases(dtype, (size,), False).values()
    small, plain = make_case(), TIERS["law"][operation.name]
    rows = measure(small, operation.contenders(), BRIEFLY)
    assert [row.wrong for row in rows] == [None] * len(rows)
    peers = [row.contender.name for row in measure(small, plain.contenders(), BRIEFLY) if row.contender.kind == "peer"]
    assert [row.contender.name for row in rows if row.contender.kind == "peer"] == peers
    found = next(row.result for row in rows if row.contender.name == "onedot reference")
    if operation.name == "search":
        X, Q, k = small.timed.arguments
        assert np.array_equal(found, search.top_k(X, Q, int(k), tier="single")[0])
    else:
        function = single.matvec if operation.name == "layer" else getattr(single, operation.name)
        assert np.array_equal(found, function(*small.timed.arguments))
    assert not set(operation.dtypes) - BINARY32.keys()


@pytest.mark.parametrize("dtype", ["int32", "int64"])
def test_a_whole_number_that_is_off_by_one_is_refused(dtype):
    def off(x, y):
        return onedot.dot(x, y) + 1

    with pytest.raises(WrongResultError):
        check(Contender("off", "peer", {dtype: off}, {dtype: dtype}), case(100, dtype))


def test_a_sum_that_wraps_is_expected_only_of_whom_says_so():
    honest = Contender("wraps", "peer", {"int8": np.dot}, {"int8": "int8"}, wraps=WRAPPING)
    other = Contender("should not", "peer", {"int8": np.dot}, {"int8": "int8"})
    rows = measure(case(1000, "int8"), [honest, other], BRIEFLY)
    assert [(bool(row.wrong), row.wraps, row.seconds) for row in rows] == [(True, True, []), (True, False, [])]


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_a_result_of_halves_is_right_if_it_is_rounded_once_and_wrong_if_it_is_off_by_more(dtype):
    if dtype not in MEASURED:
        pytest.skip("ml_dtypes is not installed")

    def rounded(x, y):
        return np.array(onedot.dot(x, y)).astype(dtype)

    def off(x, y):
        return np.nextafter(rounded(x, y), np.array(np.inf, dtype))

    assert check(Contender("rounded", "peer", {dtype: rounded}, {dtype: "float64"}), case(1000, dtype))[1] <= 0.5
    with pytest.raises(WrongResultError):
        check(Contender("off", "peer", {dtype: off}, {dtype: "float64"}), case(1000, dtype))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("operation", "sizes"),
    [
        (ACTIVATION, tuple((name, 40) for name in ("exp", "sigmoid", "tanh", "softplus", "silu", "log_softmax"))),
        (ACTIVATION, (("gelu", 40),)),
        (GEOMETRY, tuple((name, 5, 7) for name in ("norm", "cosine", "angle"))),
        (UNITS, tuple((name, 3, 5, 20) for name in ("none", "relu", "tanh"))),
    ],
    ids=["activation", "gelu", "geometry", "units"],
)
def test_every_contender_of_a_function_is_right(operation, sizes, dtype):
    for size, make_case in zip(sizes, operation.cases(dtype, sizes, True).values(), strict=True):
        rows = measure(make_case(), operation.contenders(), BRIEFLY)
        peers = {"NumPy"} - ({"NumPy"} if size[0] == "gelu" else set())  # which has no erf
        assert {row.contender.name for row in rows} >= {"naive Python", *peers, f"onedot {levels.current()}"}
        for row in rows:
            assert row.wrong is None, (row.contender.name, row.wrong)
            assert row.contender.only == size[0]
            assert len(row.seconds) == BRIEFLY.repeats


def test_a_batched_result_that_is_off_in_one_place_is_refused():
    def off(A, x):
        y = onedot.matvec(A, x)
        y[-1] += 1e-6
        return y

    (make_case,) = MATVEC.cases("float32", ((30, 20),), False).values()
    with pytest.raises(WrongResultError, match=r"at \(29,\)"):
        check(contender(off), make_case())


def test_the_cython_loop_of_the_level_in_use_competes_with_the_bits_of_dot(level):
    loops = [contender for contender in DOT.contenders() if contender.name == "Cython loop"]
    assert len(loops) == (level != "reference")
    for loop in loops:
        for dtype, function in loop.functions.items():
            for n in (0, 1, 31, 33, 4096, 4129, 100_001, 2**20 + 1):
                x, y = random_pair(n, dtype)
                assert function(x, y) == onedot.dot(x, y)


def test_naive_python_every_level_and_numpy_compete():
    names = {contender.name for contender in DOT.contenders()}
    assert names >= {"naive Python", "np.dot", *(f"onedot {name}" for name in levels.runnable())}


@pytest.mark.parametrize(
    "wrong",
    [
        lambda x, y: onedot.dot(x, y) + 1e-6,
        lambda x, y: onedot.dot(x, y) * (1 + 1e-9),
        lambda x, y: -onedot.dot(x, y),
        lambda x, y: onedot.dot(x[:-1], y[:-1]),
        lambda x, y: onedot.dot(x, x),
        lambda x, y: math.nan,
        lambda x, y: math.inf,
        lambda x, y: 0.0,
    ],
)
def test_a_wrong_answer_is_refused_and_not_timed(wrong):
    with pytest.raises(WrongResultError):
        check(contender(wrong), case())
    (row,) = measure(case(), [contender(wrong)], BRIEFLY)
    assert row.wrong
    assert row.seconds == []
    assert row.least is row.median is None


def test_a_float32_sum_is_right_only_if_it_says_that_it_is_one():
    def float32_dot(x, y):
        return np.dot(x.astype("float32"), y.astype("float32"))

    result, ulps = check(contender(float32_dot, accumulator="float32"), case(1000, "float32"))
    assert math.isfinite(result)
    assert ulps >= 0
    with pytest.raises(WrongResultError):
        check(contender(float32_dot), case(1000, "float32"))


def test_a_level_with_other_bits_than_the_first_is_wrong():
    def one_bit_off(x, y):
        """Right on integers, and elsewhere within what rounding explains."""
        result = onedot.dot(x, y)
        return result if result.is_integer() else math.nextafter(result, math.inf)

    first = contender(onedot.dot, "onedot first", kind="level")
    other = contender(one_bit_off, "onedot other", kind="level")
    rows = measure(case(1000), [first, other], BRIEFLY)
    assert rows[0].wrong is None
    assert "at onedot first" in rows[1].wrong
    assert rows[1].seconds == []


def test_what_takes_too_long_is_not_called():
    def never(x, y):
        raise AssertionError

    (row,) = measure(case(100), [contender(never, longest=99)], BRIEFLY)
    assert (row.result, row.wrong, row.seconds) == (None, None, [])


def test_the_bench_runs_on_one_thread_and_puts_the_number_back():
    before = onedot.get_num_threads()
    onedot.set_num_threads(3)
    try:
        with one_thread():
            assert onedot.get_num_threads() == 1
        assert onedot.get_num_threads() == 3
    finally:
        onedot.set_num_threads(before)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (2.0, "2.00 s"),
        (0.0123, "12.3 ms"),
        (1.5e-6, "1.50 µs"),
        (9.996e-7, "1.00 µs"),
        (4.5678e-8, "45.7 ns"),
        (1e-10, "0.10 ns"),
        (None, "–"),
    ],
)
def test_times_are_shown_in_a_unit_that_suits_them(seconds, text):
    assert formatting.time(seconds) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (3.2e-10, "3e-10"),
        (0.54, "0.54"),
        (12.34, "12.3"),
        (1234.5, "1,234"),
        (8749012.0, "9e+06"),
        (None, "–"),
    ],
)
def test_errors_are_shown_in_ulps(value, text):
    assert formatting.ulps(value) == text
