"""Norm, cosine, angle, projection and alignment: exact where it is promised, and near the truth at every scale."""

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import onedot
from onedot import _reference as reference
from onedot import geometry, levels
from onedot._core import exact_signs
from support.bits import array_bits
from support.rows import stack

TWO_VECTORS = (geometry.cosine, geometry.angle, geometry.project, geometry.alignment)
few = settings(max_examples=25)
ORDINARY = st.floats(-1e6, 1e6).map(lambda value: 0.0 if abs(value) < 1e-6 else value)


def pairs(element=ORDINARY, most=12):
    return st.lists(st.tuples(element, element), min_size=1, max_size=most).map(lambda v: tuple(zip(*v, strict=True)))


def nonzero(pair):
    return any(pair[0]) and any(pair[1])


def exact(x, y):
    return sum((Fraction(a) * Fraction(b) for a, b in zip(x, y, strict=True)), Fraction(0))


def root(value):
    return mpmath.sqrt(mpmath.mpf(value.numerator) / value.denominator)


@few
@given(pairs())
def test_the_norm_is_the_root_of_the_square_to_rounding(level, pair):
    true = root(exact(pair[0], pair[0]))
    assert abs(float(geometry.norm(pair[0])) - true) <= 4 * 2.0**-53 * true


@few
@given(pairs(), st.integers(-1000, 990))
def test_the_norm_of_a_power_of_two_times_x_is_that_times_the_norm(level, pair, power):
    x = np.array([math.ldexp(math.frexp(value)[0], 1) if value else 0.0 for value in pair[0]])
    scale = math.ldexp(1.0, power)
    assert float(geometry.norm(x * scale)) == float(geometry.norm(x)) * scale


def test_the_norm_neither_overflows_nor_underflows_in_between(level):
    assert float(geometry.norm([3 * 2.0**1000, 4 * 2.0**1000])) == 5 * 2.0**1000
    assert float(geometry.norm([3 * 2.0**-1070, 4 * 2.0**-1070])) == 5 * 2.0**-1070
    assert float(geometry.norm([5e-324, 0.0])) == 5e-324
    assert float(geometry.norm([1.7e308, -1.7e308])) == math.inf
    assert geometry.norm(np.full(4, 1e30, "float32")) == np.float32(2e30)
    assert float(geometry.norm([-math.inf, 1.0])) == math.inf
    assert math.isnan(geometry.norm([math.nan, 1e300]))
    assert geometry.norm(np.empty((2, 0))).tolist() == [0.0, 0.0]


@few
@given(pairs().filter(nonzero))
def test_the_cosine_is_symmetric_bounded_and_near_the_truth(level, pair):
    x, y = pair
    cosine = float(geometry.cosine(x, y))
    assert cosine == float(geometry.cosine(y, x))
    assert -1.0 <= cosine <= 1.0
    true = exact(x, y).numerator / mpmath.mpf(exact(x, y).denominator) / root(exact(x, x)) / root(exact(y, y))
    assert abs(cosine - true) <= 8 * 2.0**-53


@few
@given(pairs().filter(nonzero))
def test_cauchy_and_schwarz_hold_to_rounding(level, pair):
    x, y = pair
    assert abs(onedot.dot(x, y)) <= float(geometry.norm(x)) * float(geometry.norm(y)) * (1 + 16 * 2.0**-53)


@few
@given(pairs().filter(nonzero), st.integers(-900, 900), st.integers(-900, 900))
def test_the_cosine_and_the_angle_do_not_see_powers_of_two(level, pair, p, q):
    x, y = (np.array([0.0 if v == 0 else math.copysign(abs(math.frexp(v)[0]), v) for v in side]) for side in pair)
    scaled_x, scaled_y = x * math.ldexp(1.0, p), y * math.ldexp(1.0, q)
    assert array_bits(geometry.cosine(scaled_x, scaled_y)) == array_bits(geometry.cosine(x, y))
    assert array_bits(geometry.angle(scaled_x, scaled_y)) == array_bits(geometry.angle(x, y))


@few
@given(pairs(st.floats(allow_nan=False, allow_infinity=False)).filter(nonzero))
def test_a_vector_and_itself_have_cosine_one_and_angle_zero(level, pair):
    x = np.array(pair[0])
    assert float(geometry.cosine(x, x)) == 1.0
    assert float(geometry.cosine(x, -x)) == -1.0
    assert float(geometry.angle(x, x)) == 0.0
    assert float(geometry.angle(x, -x)) == math.pi


@pytest.mark.parametrize("true", [1e-300, 1e-20, 1e-9, 1e-3, 0.5, 1.0, 1.5, 2.0, 3.0, 3.14159265])
def test_the_angle_is_good_near_zero_and_near_pi_too(level, true):
    y = [float(mpmath.cos(true)), float(mpmath.sin(true))]
    assert abs(float(geometry.angle([1.0, 0.0], y)) - true) <= 4 * 2.0**-53 * max(true, 2.0**-1020)
    opposite = float(geometry.angle([-1.0, 0.0], y))
    assert abs(opposite - (mpmath.pi - true)) <= 4 * 2.0**-52


def test_the_arccosine_of_the_cosine_would_not_be():
    y = [1.0, 1e-9]
    assert math.acos(float(geometry.cosine([1.0, 0.0], y))) == 0.0
    assert float(geometry.angle([1.0, 0.0], y)) == 1e-9


@few
@given(pairs().filter(nonzero))
def test_the_angle_is_that_of_exact_arithmetic_to_a_few_roundings(level, pair):
    x, y = pair
    squares = exact(x, x) * exact(y, y)
    rest = squares - exact(x, y) ** 2
    product = exact(x, y)
    true = mpmath.atan2(root(rest), mpmath.mpf(product.numerator) / product.denominator)
    assert abs(float(geometry.angle(x, y)) - true) <= 24 * 2.0**-53


@few
@given(pairs().filter(nonzero))
def test_what_a_projection_leaves_is_orthogonal_to_the_line(level, pair):
    x, u = pair
    p = geometry.project(x, u)
    left = np.array(x) - p
    slack = 16 * len(x) * 2.0**-53 * float(geometry.norm(x)) * float(geometry.norm(u))
    assert abs(onedot.dot(left, u)) <= slack
    assert float(geometry.norm(p)) <= float(geometry.norm(x)) * (1 + 16 * 2.0**-53)


def test_a_projection_onto_a_vector_of_any_size_is_the_same(level):
    x = stack(5, seed=1)
    expected = geometry.project(x, [1.0, 2.0, 0.0, -1.0, 3.0])
    for power in (-1060, -700, 700, 1020):
        assert array_bits(geometry.project(x, np.ldexp([1.0, 2.0, 0.0, -1.0, 3.0], power))) == array_bits(expected)
    assert geometry.project([2.0**1000, 2.0**1000], [2.0**-1000, 0.0]).tolist() == [2.0**1000, 0.0]


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
def test_a_projection_is_computed_in_binary64_and_rounded_once(level, dtype):
    x, u = ((stack(3, 5, 9, seed=seed) % 8 - 4).astype(dtype) for seed in (2, 3))
    for a, b in ((x, u), (x[0, 0], u), (x, u[1, 2]), (x[:, :1], u[0]), (x[0, 0], u[0, 0])):
        with np.errstate(all="ignore"):
            expected = geometry.project(a.astype(np.float64), b.astype(np.float64)).astype(dtype)
        assert geometry.project(a, b).dtype == dtype
        assert array_bits(geometry.project(a, b)) == array_bits(expected)


def test_every_form_of_a_projection_is_its_formula(level):
    """What is read as it lies, converted, copied or left to the face, of one vector, a stack or several."""
    x, u = stack(2, 9, 13, seed=4), stack(9, 13, seed=5)
    pairs_of_arrays = [(x, u), (u, x), (x[0], u[0]), (u[0], x[0]), (x[0, 0], u[0]), (x[:, :1], u), (x[:, ::-1], u)]
    pairs_of_arrays += [(a.astype("f4"), b) for a, b in pairs_of_arrays] + [(x.tolist(), u.astype("f4"))]
    pairs_of_arrays += [(np.asfortranarray(x), u[:, ::-1]), (np.clip(x, -9, 9).astype(int), u), (x[:0], u[0])]
    for a, b in pairs_of_arrays:
        p, q = (np.asarray(v, np.float64) for v in (a, b))
        expected = (onedot.vecdot(p, q) / onedot.vecdot(q, q))[..., None] * q
        expected = expected.astype(np.result_type(*(v.dtype for v in map(np.asarray, (a, b)) if v.dtype.kind == "f")))
        assert array_bits(geometry.project(a, b)) == array_bits(expected)
        assert array_bits(geometry.project(a, b, zero="nan")) == array_bits(expected)


def test_a_product_of_zeros_and_one_that_underflows_are_told_apart_in_a_projection(level):
    x = np.array([[0.0, 1.0], [2.0**-600, 1.0], [0.0, -1.0]])
    u = np.array([[1.0, 0.0], [2.0**-600, 0.0], [-2.0, 0.0]])
    assert array_bits(geometry.project(x, u)) == array_bits(np.array([[0.0, 0.0], [2.0**-600, 0.0], [-0.0, 0.0]]))


@pytest.mark.parametrize("n", [21, 64])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_an_angle_of_elements_of_any_size_is_that_of_the_reference(compiled_level, dtype, n):
    """Quotients by a length are made in fewer steps, which some of those that underflow are too small for."""
    draw = np.random.default_rng(11)
    least = np.finfo(dtype).smallest_subnormal
    X, Y = (draw.normal(size=(40, n)) * 2.0 ** draw.integers(-20, 20, (40, 1)) for _ in range(2))
    X[::2, 3] = X[20:, 7] = Y[::3, 5] = 0.0
    for scale in (2.0**-100, 2.0**-740, 2.0**-780, 2.0**-1000, float(least)):
        rows = slice(None, None, draw.integers(1, 4))
        X[rows, draw.integers(21)], Y[rows, draw.integers(21)] = draw.integers(-9, 9) * scale, scale
    X, Y = X.astype(dtype), Y.astype(dtype)
    found = geometry.angle(X, Y)
    with levels.using("reference"):
        assert array_bits(found) == array_bits(geometry.angle(X, Y))


SOME = st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.integers(-3, 3).map(float))


@few
@given(pairs(SOME), SOME)
def test_the_alignment_is_the_sign_of_the_real_number(level, pair, b):
    x, y = pair
    true = exact(x, y)
    assert geometry.alignment(x, y) == (true > 0) - (true < 0)
    true += Fraction(b)
    assert exact_signs.signs("test", np.array(x), np.array(y), b) == (true > 0) - (true < 0)


def test_the_alignment_of_what_cancels_overflows_or_underflows_is_right(level):
    for x, y, sign in (
        ([1e16, -1e16, 1.0], [1.0, 1.0, 1.0], 1),
        ([1e300, 1e300, -1e-300], [1e300, -1e300, 1e-300], -1),
        ([5e-324, 0.0], [-5e-324, 0.0], -1),
        ([0.1, 0.2, -0.3], [1.0, 1.0, 1.0], 1),
        ([3.0, -3.0], [1.0, 1.0], 0),
        ([math.inf, -1e308], [1.0, 1e308], 1),
        ([2**63 - 1, -(2**63 - 1), 1], [2**63 - 1, 2**63 - 1, 1], 1),
        (np.array([0.1, -0.1], "float32"), np.array([3.0, 3.0], "float32"), 0),
    ):
        assert geometry.alignment(x, y) == sign
        assert geometry.alignment([y, y], x).tolist() == [sign, sign]


@pytest.mark.parametrize("x", [[math.nan, 1.0], [math.inf, -math.inf], [math.inf, 0.0]])
def test_a_sum_without_a_sign_is_refused(level, x):
    with pytest.raises(ValueError, match=r"geometry\.alignment: a sum holds .*, so it has n"):
        geometry.alignment(x, [0.0 if x[1] == 0.0 else 1.0, 1.0])


def left_to_the_exact_tier(A, x, b=0.0):
    out = np.full((1, len(A)), 7, np.int8)
    return levels.kernels().row_signs(A[None], np.broadcast_to(x, (1, *A.shape)), b, out)


def test_the_plain_dot_decides_nearly_always(level):
    X, y = stack(300, 40, seed=3), stack(40, seed=4)
    assert left_to_the_exact_tier(X, y) == 0
    assert left_to_the_exact_tier(np.concatenate([X, -X[:, ::-1]], axis=1), np.concatenate([y, y[::-1]])) == 300


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_sums_on_a_grid_need_no_exact_tier(compiled_level, dtype):
    grid = np.array([[i, j, -i - j] for i in range(-9, 9) for j in range(-9, 9)]) * 2.0**-40
    for scale in (1.0, 2.0**-30, 2.0**60):
        assert left_to_the_exact_tier((grid * scale).astype(dtype), np.ones(3, dtype)) == 0
    assert left_to_the_exact_tier(grid[:, :2].astype(dtype), np.ones(2, dtype), 2.0**-40) == 0
    assert exact_signs.signs("test", grid[:, :2], np.ones(2), 2.0**-40).tolist() == [
        int(np.sign(i + j + 1)) for i in range(-9, 9) for j in range(-9, 9)
    ]


SIZES = st.sampled_from([2.0**-1000, 2.0**-530, 2.0**-500, 2.0**-30, 1.0, 2.0**30, 2.0**500, 2.0**900])


@few
@given(st.lists(st.tuples(st.integers(-3, 3), SIZES, st.integers(-3, 3), SIZES), min_size=12, max_size=12), st.data())
def test_every_row_of_a_strip_has_its_own_sign(level, numbers, data):
    """Rows of sizes far apart, whose common bound decides some, whose own decides others, and of which some are 0."""
    x = np.array([i * size for i, size, _, _ in numbers]).reshape(4, 3)
    y = np.array([j * size for _, _, j, size in numbers]).reshape(4, 3)
    b = data.draw(st.sampled_from([0.0, 1.0, -(2.0**-1074), 2.0**1000]))
    for left, right in ((x, y), (x, y[0]), (x[0], y), (x[:, None], y)):
        rows, others = np.broadcast_arrays(left, right)
        true = [exact(p, q) + Fraction(b) for p, q in zip(rows.reshape(-1, 3), others.reshape(-1, 3), strict=True)]
        signs = [(value > 0) - (value < 0) for value in true]
        assert exact_signs.signs("test", left, right, b).ravel().tolist() == signs


def test_one_number_that_is_none_in_a_strip_is_found_and_hides_no_other(level):
    X = np.tile([1.0, 2.0, -3.0], (40, 1))
    for value in (math.nan, math.inf, -math.inf):
        X[17] = [value, -value, 1.0]
        with pytest.raises(ValueError, match=r"a sum holds NaN or infinities of both signs"):
            geometry.alignment(X, np.ones(3))
        X[17] = [value, 1.0, 1.0]
        if math.isinf(value):
            expected = [0] * 17 + [int(math.copysign(1, value))] + [0] * 22
            assert geometry.alignment(X, np.ones(3)).tolist() == expected


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("n", [5, 64, 300])
def test_signs_of_a_batch_are_right_where_plain_sums_are_not(level, dtype, n):
    """What cancels to the last digit, products that overflow or underflow in the type, and ordinary rows among them."""
    draw = np.random.default_rng(n)
    X, y = draw.normal(size=(43, 2 * n)).astype(dtype), draw.normal(size=n).astype(dtype)
    y = np.concatenate([y, y[::-1], [np.finfo(dtype).tiny, 1.0]]).astype(dtype)
    X[::3, n:] = -X[::3, n - 1 :: -1]
    ends = draw.choice([0.0, 1.0, -1.0], (43, 2)) * np.array([1.0, np.finfo(dtype).smallest_subnormal])
    X = np.concatenate([X, ends], axis=1).astype(dtype)
    X[5::9] *= np.finfo(dtype).max / 8
    X[7::9] *= np.finfo(dtype).tiny
    for b in (0.0, float(np.finfo(dtype).tiny), -1.0):
        true = [exact(x, y.tolist()) + Fraction(b) for x in X.tolist()]
        signs = [(value > 0) - (value < 0) for value in true]
        assert onedot.Hyperplane(y, b).side(X).tolist() == signs
        if not b:
            assert geometry.alignment(X, y).tolist() == signs
            assert geometry.alignment(X, np.tile(y, (43, 1))).tolist() == signs


def test_integers_are_aligned_exactly_whether_or_not_sums_fit_64_bits(level):
    draw = np.random.default_rng(5)
    X, Y = (draw.integers(-4, 4, (200, 3)) * (2**31 if i else 1) for i in range(2))
    X[7], Y[7] = [2**62, -(2**62), 1], [2**62, 2**62, -1]
    X[150], Y[150] = [2**63 - 1, 2**63 - 1, -(2**63)], [2**63 - 1, 1, 1]
    expected = [exact(x, y) for x, y in zip(X.tolist(), Y.tolist(), strict=True)]
    assert geometry.alignment(X, Y).tolist() == [(value > 0) - (value < 0) for value in expected]
    small = X[10:100].astype("int8")
    assert geometry.alignment(small, small).tolist() == [int(row.any()) for row in small]


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
def test_every_row_has_the_bits_it_has_alone(level, dtype):
    X, Y = (np.clip(stack(9, 13, seed=seed), -200, 200).astype(dtype) for seed in (1, 2))
    X[3] *= 1e-300 if dtype == "float64" else 1
    norms = geometry.norm(X)
    assert norms.dtype == dtype
    assert array_bits(norms) == array_bits(np.array([geometry.norm(x) for x in X]))
    for function in TWO_VECTORS:
        expected = [[function(x, y) for y in Y] for x in X]
        assert array_bits(function(X[:, None], Y)) == array_bits(np.array(expected))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_pieces_change_no_bit(level, monkeypatch, dtype):
    X, Y = stack(40, 1, 6, dtype=dtype, seed=1), stack(7, 6, dtype=dtype, seed=2)

    def found():
        values = geometry.cosine(X, Y), geometry.angle(X, Y), geometry.angle(Y, X), geometry.norm(X)
        return [array_bits(value) for value in values]

    expected = found()
    for name, value in (("WORKSPACE", 100), ("SMALL", 0)):
        monkeypatch.setattr(geometry, name, value)
        assert found() == expected


def test_the_pure_formula_of_the_norm_is_what_it_says(level):
    x = stack(50, seed=9)
    assert float(geometry.norm(x)) == math.sqrt(reference.dot(x.tolist(), x.tolist()))


FUNCTIONS = (geometry.norm, geometry.cosine, geometry.angle, geometry.alignment)


def applied(function, X, Y, **keywords):
    return function(X, **keywords) if function is geometry.norm else function(X, Y, **keywords)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("function", FUNCTIONS)
def test_rows_that_are_ready_have_the_bits_of_those_that_are_not(compiled_level, function, dtype):
    for m, n in ((1, 1), (3, 2), (200, 3), (131, 16), (5, 700), (2, 4096), (2, 9000)):
        X, Y = (stack(m, n, dtype=dtype, seed=seed) + np.ones((), dtype) for seed in (1, 2))
        Y[-1] = X[-1]
        for left, right in ((X, Y), (X, Y[0]), (X[0], Y), (X[0], Y[0])):
            expected = applied(function, np.repeat(left, 2, axis=-1)[..., ::2], np.repeat(right, 2, axis=-1)[..., ::2])
            assert array_bits(applied(function, left, right)) == array_bits(expected)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_one_row_out_of_range_leaves_the_bits_of_the_others(compiled_level, function):
    X, Y = (stack(150, 5, seed=seed) + 1.0 for seed in (3, 4))
    expected = applied(function, X, Y)
    for row in ([2.0**-600] * 5, [2.0**600] * 5, [1.0, 2.0**-300, 0.0, 0.0, 0.0], [-1.0, -(2.0**-300), 0.0, 0.0, 0.0]):
        X[77], Y[77] = row, [1.0, 0.0, 0.0, 0.0, 0.0]
        found = applied(function, X, Y)
        assert array_bits(np.delete(found, 77)) == array_bits(np.delete(expected, 77))
        with levels.using("reference"):
            assert array_bits(found[77]) == array_bits(applied(function, X[77], Y[77]))


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("make", [np.asarray, np.asfortranarray, np.ndarray.tolist])
def test_keepdims_leaves_the_last_axis_with_one_element(level, function, make):
    X, Y = make(stack(4, 3, seed=1)), make(stack(4, 3, seed=2))
    found = applied(function, X, Y, keepdims=True)
    assert found.shape == (4, 1)
    assert array_bits(found[:, 0]) == array_bits(applied(function, X, Y))
    assert array_bits(applied(function, X, Y, keepdims=False)) == array_bits(applied(function, X, Y))
    assert applied(function, X[0], Y[0], keepdims=True).shape == (1,)


@pytest.mark.usefixtures("num_threads_restored")
@pytest.mark.parametrize("function", FUNCTIONS)
def test_threads_change_no_bit(compiled_level, function):
    X, Y = stack(70_000, 31, seed=1), stack(70_000, 31, seed=2)
    onedot.set_num_threads(1)
    expected = array_bits(applied(function, X, Y))
    onedot.set_num_threads(3)
    assert array_bits(applied(function, X, Y)) == expected
    X[60_000] = 0.0
    if function in (geometry.cosine, geometry.angle):
        with pytest.raises(ValueError, match=r"x\[60000\] is a zero vector"):
            function(X, Y)


def test_every_level_gives_the_same_bits(compiled_level):
    X, Y = stack(30, 21, seed=1), stack(30, 21, seed=2)
    X[::3] *= 2.0**-1000
    Y[::4] *= 2.0**990
    for function in (geometry.norm, *TWO_VECTORS):
        arguments = (X,) if function is geometry.norm else (X, Y)
        found = function(*arguments)
        with levels.using("reference"):
            assert array_bits(found) == array_bits(function(*arguments))


@pytest.mark.parametrize("function", [geometry.cosine, geometry.angle, geometry.project])
def test_zero_vectors_are_refused_or_give_nan(level, function):
    X, y = np.array([[1.0, 2.0], [0.0, -0.0], [3.0, 1.0]]), np.array([1.0, 1.0])
    name = "onto" if function is geometry.project else "y"
    with pytest.raises(ValueError, match=rf"{name}\[1\] is a zero vector, which has no direction; want zero='nan'"):
        function(y, X)
    found = function(y, X, zero="nan")
    assert np.isnan(found[1]).all()
    assert array_bits(found[[0, 2]]) == array_bits(function(y, X[[0, 2]]))
    with pytest.raises(ValueError, match="zero is 'ignore'; want 'raise' or 'nan'"):
        function(y, y, zero="ignore")


def test_measures_of_bfloat16_are_float32(level):
    bfloat16 = pytest.importorskip("ml_dtypes").bfloat16
    x = np.array([1.0, 2.0, 2.0], bfloat16)
    for measure in (geometry.norm(x), geometry.cosine(x, x), geometry.angle(x, x), geometry.project(x, x)):
        assert measure.dtype == np.float32
    assert geometry.cosine(x, x.astype("f2")).dtype == np.float32


@pytest.mark.parametrize("function", [geometry.project, geometry.cosine, geometry.angle])
@pytest.mark.parametrize("rows", [(0, 3), (2, 0, 3), (0, 2, 3), (0, 0), (4, 0)])
def test_a_zero_vector_has_no_direction_even_for_no_rows(level, function, rows):
    with levels.using("reference"):
        wanted = refusal(lambda: function(np.ones(rows), np.zeros(rows[-1])))
    assert refusal(lambda: function(np.ones(rows), np.zeros(rows[-1]))) == wanted


def refusal(call):
    """What an error says; nothing if there is none."""
    try:
        call()
    except ValueError as error:
        return str(error)
    return ""
