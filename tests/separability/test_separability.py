"""Whether a plane separates: the answer is the true one, and it comes with a proof."""

import itertools
import math
import pickle
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import datasets

import onedot
from onedot import Inseparable, Separable, separability
from support.proofs import proves, separable
from support.samples import byte_swapped, lying_at, memory_mapped, read_only

CORNERS = [[0, 0], [0, 1], [1, 0], [1, 1]]
LABELS = st.sampled_from([-1, 1])


def answer_of(X, y):
    """The answer, once it is known to be a proof."""
    answer = separability(X, y)
    assert answer.verify(X, y) is True
    assert proves(answer, X, y)
    assert bool(answer) is isinstance(answer, Separable)
    return answer


def labelled_points(d, coordinates, most):
    return st.lists(st.tuples(st.tuples(*[coordinates] * d), LABELS), min_size=1, max_size=most)


def split(samples):
    return [list(x) for x, _ in samples], [label for _, label in samples]


def test_xnor_and_xor_are_inseparable_by_their_four_points(level):
    for y in ([1, -1, -1, 1], [-1, 1, 1, -1]):
        answer = answer_of(CORNERS, y)
        assert answer.indices.tolist() == [0, 1, 2, 3]
        assert answer.coefficients == (Fraction(1, 2),) * 4


@pytest.mark.parametrize("y", list(itertools.product([-1, 1], repeat=4)))
def test_of_the_sixteen_gates_only_xor_and_xnor_are_inseparable(y):
    assert bool(answer_of(CORNERS, y)) is (y not in {(1, -1, -1, 1), (-1, 1, 1, -1)})


@settings(max_examples=150)
@given(st.one_of(*(labelled_points(d, st.integers(-2, 2), 8) for d in (1, 2, 3))))
def test_the_answer_on_a_grid_is_that_of_elimination(samples):
    X, y = split(samples)
    assert bool(answer_of(X, y)) is separable(X, y)


@given(labelled_points(1, st.floats(allow_nan=False, allow_infinity=False), 8))
def test_any_floats_on_a_line_are_separable_if_the_classes_do_not_overlap(samples):
    X, y = split(samples)
    below, above = ([x for (x,), label in samples if label == side] for side in (-1, 1))
    apart = not below or not above or max(below) < min(above) or max(above) < min(below)
    assert bool(answer_of(X, y)) is apart


@given(labelled_points(2, st.floats(allow_nan=False, allow_infinity=False), 6))
def test_the_answer_for_any_floats_in_a_plane_is_that_of_elimination(samples):
    X, y = split(samples)
    assert bool(answer_of(X, y)) is separable(X, y)


@given(st.lists(st.integers(-3, 3), min_size=6, max_size=6), st.integers(0, 3), st.floats(-4, 4), LABELS)
def test_an_ulp_beside_a_line_is_seen(steps, kind, slope, label):
    """Points of one line, moved off it by an ulp or not at all."""
    x = [float(i) for i in range(6)]
    line = [slope * a + 1.0 for a in x]
    moved = [np.nextafter(b, math.inf * step) if step else b for b, step in zip(line, steps, strict=True)]
    X = list(zip(x, moved, strict=True))
    y = [label * (1 if step > 0 else -1) if kind else label * (-1) ** i for i, step in enumerate(steps)]
    assert bool(answer_of(X, y)) is separable(X, y)


@pytest.mark.parametrize("gap", [1e-9, 1e-13, 1e-15, 0.0, -1e-15, -1e-13, -1e-9])
@pytest.mark.parametrize("d", [2, 5, 20])
def test_classes_nearly_or_just_touching_get_a_proof(d, gap):
    """Most samples lie within a gap of one plane; the proof says what the tolerance of no solver could."""
    draw = np.random.default_rng(d)
    X, w = draw.uniform(-1, 1, (150, d)), draw.standard_normal(d)
    y = np.where(X @ w > 0, 1, -1)
    X[: 6 * d] -= np.outer(X[: 6 * d] @ w - gap * y[: 6 * d], w / (w @ w))
    answer = answer_of(X, y)
    if abs(gap) > 1e-14:
        assert bool(answer) is (gap > 0)


@pytest.mark.parametrize("x", [1.0, 0.0, 5e-324, 2.0**-1022, 1e300, 1.2e308])
def test_adjacent_floats_are_separated_by_floats(x):
    assert answer_of([[x], [np.nextafter(x, np.inf)]], [-1, 1]).weights.dtype == np.float64


def test_where_no_float_weights_separate_they_are_integers():
    """w[0] / w[1] would lie between 1 and the float before it, where the ratio of no two floats does."""
    answer = answer_of([[-1.0], [np.nextafter(-1.0, 0.0)]], [-1, 1])
    assert answer.weights.dtype == object
    assert all(type(weight) is int for weight in answer.weights)


@pytest.mark.parametrize("scale", [1e300, 1.0, 1e-300, 5e-324])
def test_scale_changes_nothing(scale):
    X = np.array(CORNERS) * scale
    assert isinstance(answer_of(X, [-1, -1, -1, 1]), Separable)
    assert isinstance(answer_of(X, [1, -1, -1, 1]), Inseparable)


def test_columns_of_far_apart_scales_are_all_seen():
    X = np.array([[1e300, 0.0], [1e300, 5e-324], [-1e300, 0.0], [-1e300, 5e-324]])
    assert isinstance(answer_of(X, [-1, 1, -1, 1]), Separable)
    assert isinstance(answer_of(X, [-1, 1, 1, -1]), Inseparable)
    assert isinstance(answer_of(np.array([[1e300], [-1e300], [0.0], [5e-324]]), [-1, 1, -1, 1]), Inseparable)
    assert isinstance(answer_of(np.array([[-1e300], [0.0], [5e-324], [1e300]]), [-1, -1, 1, 1]), Separable)


def test_gaps_of_a_2000th_power_of_two_are_seen():
    """The tiny column alone tells the classes apart, and is lost beside the others in every float sum."""
    X = np.array([[1e300, 1e300, 0.0], [1e300, 1e300, 5e-324], [-1e300, 1e300, 0.0], [-1e300, 1e300, 5e-324]])
    X = np.concatenate([X, X[:, [1, 0, 2]] * -1.0])
    for y in ([-1, 1] * 4, [-1, 1, 1, -1] * 2, [1, 1, -1, 1] * 2):
        assert bool(answer_of(X, y)) is separable(X, y)


def test_a_sample_with_both_labels_is_inseparable_by_itself():
    answer = answer_of([[0.1, 0.2], [5.0, 1.0], [0.1, 0.2]], [1, 1, -1])
    assert answer.indices.tolist() == [0, 2]
    assert answer.coefficients == (1, 1)


def test_hulls_that_touch_are_not_separable():
    assert isinstance(answer_of([[0.0], [1.0], [1.0], [2.0]], [-1, -1, 1, 1]), Inseparable)
    assert isinstance(answer_of([[0, 0], [2, 2], [1, 1], [3, 0]], [-1, -1, 1, 1]), Inseparable)


def test_samples_of_a_line_in_space_are_told_apart():
    X = np.outer(np.arange(6.0), [0.1, 0.2, 0.3]) + np.array([1.0, 2.0, 3.0])
    assert isinstance(answer_of(X, [-1, -1, -1, 1, 1, 1]), Separable)
    assert isinstance(answer_of(X[:, :1], [-1, -1, 1, -1, 1, 1]), Inseparable)


def test_one_label_needs_no_plane():
    for label in (1, -1):
        answer = answer_of([[3.0, 1.0], [2.0, 5.0]], [label, label])
        assert answer.weights.tolist() == [label, 0.0, 0.0]
        assert answer.margin == math.inf
    assert isinstance(answer_of([[7.0]], [1]), Separable)


def test_features_that_never_vary_get_no_weight():
    X = np.array([[0.0, 3.0, 1.0], [0.0, 3.0, 2.0]])
    assert answer_of(X, [-1, 1]).weights[1:3].tolist() == [0.0, 0.0]
    assert isinstance(answer_of(X[:, :2], [-1, 1]), Inseparable)


@pytest.mark.parametrize(
    ("X", "y"),
    [
        (CORNERS, [-1, -1, -1, 1]),
        ([[0.1], [0.7]], [-1, 1]),
        (np.random.default_rng(0).standard_normal((12, 11)), [-1, 1] * 6),
        ([[1e308, 1e308], [-1e308, -1e308]], [1, -1]),
        ([[0.0], [5e-324]], [1, -1]),
        ([[0.0], [3e-323]], [1, -1]),
    ],
)
def test_the_margin_is_the_least_distance_rounded_once(X, y):
    answer = answer_of(X, y)
    bias, *w = map(Fraction, answer.weights.tolist())
    rows = [list(map(Fraction, row)) for row in np.asarray(X).tolist()]
    sums = [bias + sum(a * b for a, b in zip(w, row, strict=True)) for row in rows]
    least = min(label * value for label, value in zip(y, sums, strict=True))
    square = least**2 / sum(a * a for a in w)
    below, above = (
        (Fraction(answer.margin) + Fraction(np.nextafter(answer.margin, to))) / 2 for to in (-math.inf, math.inf)
    )
    assert max(below, 0) ** 2 <= square <= above**2


def test_a_distance_beyond_float64_is_infinite():
    huge = 2**1030
    assert answer_of([[0], [huge]], [-1, 1]).margin == math.inf


def test_weights_and_indices_cannot_be_written_to():
    assert not separability(CORNERS, [-1, -1, -1, 1]).weights.flags.writeable
    assert not separability(CORNERS, [1, -1, -1, 1]).indices.flags.writeable


def test_answers_do_not_unpack_as_one_would_be_taken_for_the_other():
    for y in ([-1, -1, -1, 1], [1, -1, -1, 1]):
        with pytest.raises(TypeError):
            _, _ = separability(CORNERS, y)


def test_answers_pickle():
    answer = separability(CORNERS, [1, -1, -1, 1])
    again = pickle.loads(pickle.dumps(answer))
    assert type(again) is Inseparable
    assert again.verify(CORNERS, [1, -1, -1, 1])


LAYOUTS = {
    "Fortran order": np.asfortranarray,
    "a stride": lambda X: np.repeat(np.repeat(X, 2, axis=0), 3, axis=1)[::2, ::3],
    "reversed": lambda X: X[::-1, ::-1].copy()[::-1, ::-1],
    "byte-swapped": byte_swapped,
    "misaligned": lambda X: lying_at(X.ravel(), 1).reshape(X.shape),
    "read-only": read_only,
    "float32": lambda X: X.astype(np.float32),
    "float16": lambda X: X.astype(np.float16),
    "int8": lambda X: X.astype(np.int8),
    "uint64": lambda X: X.astype(np.uint64),
    "bool": lambda X: X.astype(bool),
    "lists": lambda X: X.tolist(),
    "tuples": lambda X: tuple(map(tuple, X.tolist())),
    "integers in lists": lambda X: X.astype(int).tolist(),
}


@pytest.mark.parametrize("lain", LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize("y", [[-1, -1, -1, 1], [1, -1, -1, 1]], ids=["AND", "XNOR"])
def test_layout_and_type_change_nothing(lain, y):
    wanted, got = separability(np.array(CORNERS, float), y), separability(lain(np.array(CORNERS, float)), y)
    assert type(got) is type(wanted)
    for name, value in vars(wanted).items():
        assert np.array_equal(getattr(got, name), value)


def test_a_memory_mapped_file_is_read(tmp_path):
    X = memory_mapped(tmp_path / "X", np.array(CORNERS, float).ravel()).reshape(4, 2)
    assert isinstance(answer_of(X, [1, -1, -1, 1]), Inseparable)


@pytest.mark.parametrize("dtype", ["int8", "int64", "float64", "float32", "float16"])
def test_labels_may_be_of_any_type_that_holds_them(dtype):
    assert isinstance(answer_of(CORNERS, np.array([-1, -1, -1, 1], dtype)), Separable)


def test_the_arguments_are_left_as_they_are():
    X, y = np.array([[0.1, 5.0], [3.0, -2.0], [1.0, 1.0]]), np.array([1, -1, 1])
    before = X.copy(), y.copy()
    separability(X, y)
    assert np.array_equal(X, before[0])
    assert np.array_equal(y, before[1])


def test_integers_that_float64_cannot_hold_are_exact():
    n = 2**53
    for rows in ([[n], [n + 1], [n + 2]], np.array([[n], [n + 1], [n + 2]]), [[n * 2**99], [n * 2**99 + 1], [2**999]]):
        assert isinstance(answer_of(rows, [-1, 1, 1]), Separable)
        assert isinstance(answer_of(rows, [1, -1, 1]), Inseparable)


def test_the_weights_are_the_same_at_every_level(level):
    X = np.random.default_rng(4).standard_normal((50, 7))
    y = np.where(X @ np.arange(7.0) > 0.5, 1, -1)
    answer = answer_of(X, y)
    with onedot.levels.using(onedot.levels.names()[0]):
        wanted = separability(X, y)
    assert answer.weights.tolist() == wanted.weights.tolist()
    assert answer.margin == wanted.margin


def classes_of(data, positive, negative=None):
    """Samples of one class against those of another, or of all others."""
    kept = np.full(len(data.target), True) if negative is None else np.isin(data.target, [positive, negative])
    return data.data[kept], np.where(data.target[kept] == positive, 1, -1)


@pytest.mark.parametrize(("positive", "apart"), [(0, True), (1, False), (2, False)])
def test_of_the_irises_only_setosa_can_be_told_from_the_rest(positive, apart):
    assert bool(answer_of(*classes_of(datasets.load_iris(), positive))) is apart


def test_versicolor_and_virginica_share_a_point_of_six_flowers():
    answer = answer_of(*classes_of(datasets.load_iris(), 1, 2))
    assert isinstance(answer, Inseparable)
    assert len(answer.indices) == 6


def test_breast_cancer_is_separable():
    answer = answer_of(*classes_of(datasets.load_breast_cancer(), 1))
    assert isinstance(answer, Separable)


@pytest.mark.parametrize(("a", "b"), [(0, 1), (3, 8), (1, 8), (4, 9)])
def test_two_digits_are_separable(a, b):
    assert isinstance(answer_of(*classes_of(datasets.load_digits(), a, b)), Separable)


@pytest.mark.parametrize(("digit", "apart"), [(1, True), (8, False), (9, False)])
def test_of_the_digits_eight_and_nine_cannot_be_told_from_the_rest(digit, apart):
    assert bool(answer_of(*classes_of(datasets.load_digits(), digit))) is apart
