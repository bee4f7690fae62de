"""Which kind of separation: the answer is the true one, and it comes with a proof."""

import pickle
from dataclasses import asdict
from fractions import Fraction

import numpy as np
import pytest

from onedot import Complete, Overlap, QuasiComplete, separability, separation
from onedot._separation import search
from support.oracles.kinds import on_plane, parts, vectors
from support.producers import Table


def answer_of(X, y, **options):
    """The answer, once it is known to be a proof."""
    answer = separation(X, y, **options)
    weight = {key: value for key, value in options.items() if key == "sample_weight"}
    assert answer.verify(X, y, **weight) is True
    return answer


def is_as_the_oracle_says(answer, X, y, bias=True):
    """The kind, the points on the plane and the part of every coefficient, all found by enumeration."""
    z, places = vectors(X, y, bias)
    plane = on_plane(z)
    if len(plane) == len(z):
        assert isinstance(answer, Overlap)
        return
    if not plane:
        assert isinstance(answer, Complete)
        return
    assert isinstance(answer, QuasiComplete)
    wanted = sorted(plane) if places is None else sorted(places[i] for i in plane)
    assert np.argwhere(answer.on_plane).tolist() == [list(np.atleast_1d(i)) for i in wanted]
    names = answer.variables.names
    found = [answer.variables.infinite, answer.variables.finite, answer.variables.undetermined]
    assert found == [tuple(names[j] for j in each) for each in parts(z, plane)]
    b = [Fraction(value) for value in answer.direction.ravel().tolist()][-len(z[0]) :]
    values = [sum(p * q for p, q in zip(b, row, strict=True)) for row in z]
    assert [value > 0 for value in values] == [i not in plane for i in range(len(z))]
    assert min(values) == 0
    assert all(b[names.index(name)] == 0 for name in answer.variables.undetermined)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("d", [1, 2, 3])
def test_on_small_grids_the_kind_is_that_of_enumeration(d, bias):
    draw = np.random.default_rng([d, bias])
    seen = set()
    for _ in range(30):
        n = int(draw.integers(2, 8))
        X = draw.integers(-1, 2, (n, d))
        y = draw.integers(0, 2, n)
        if draw.random() < 0.5:  # nearly separated, so that all kinds come
            y = (X @ draw.integers(-1, 2, d) + draw.integers(-1, 2, n) * (draw.random(n) < 0.2) > 0).astype(int)
        y[:2] = 0, 1
        answer = answer_of(X, y, bias=bias)
        is_as_the_oracle_says(answer, X, y.tolist(), bias)
        seen.add(type(answer))
    assert seen == {Complete, QuasiComplete, Overlap}


def test_with_no_guess_at_all_hundreds_of_small_problems_are_decided(monkeypatch):
    """The exact simplex method alone, which is where all hostile numbers end."""
    monkeypatch.setattr(search, "guesses", lambda points, seconds_left: iter(()))
    draw = np.random.default_rng(7)
    for _ in range(400):
        n, d, bias = int(draw.integers(2, 8)), int(draw.integers(1, 4)), bool(draw.integers(0, 2))
        X = draw.integers(-1, 2, (n, d))
        y = (X @ draw.integers(-1, 2, d) + draw.integers(-1, 2, n) * (draw.random(n) < 0.3) > 0).astype(int)
        y[:2] = 0, 1
        is_as_the_oracle_says(separation(X, y, bias=bias), X, y.tolist(), bias)


@pytest.mark.parametrize(("k", "biases"), [(3, [True, False]), (4, [False])])
def test_of_several_classes_the_kind_is_that_of_enumeration(monkeypatch, k, biases):
    monkeypatch.setattr(search, "guesses", lambda points, seconds_left: iter(()))
    draw = np.random.default_rng(k)
    seen = set()
    for _ in range(16):
        n, bias = int(draw.integers(k, 6)), bool(draw.choice(biases))
        X, y = draw.integers(-2, 3, (n, 1)), np.concatenate([np.arange(k), draw.integers(0, k, n - k)])
        if draw.random() < 0.5:
            y = np.sort(y)
            X = np.sort(X, axis=0)
        answer = answer_of(X, y, bias=bias)
        is_as_the_oracle_says(answer, X, y.tolist(), bias)
        seen.add(type(answer))
    assert QuasiComplete in seen
    assert len(seen) > 1 or k == 4


def test_two_classes_are_judged_as_by_separability():
    draw = np.random.default_rng(5)
    for _ in range(30):
        X, y = draw.integers(-2, 3, (8, 2)), draw.choice([-1, 1], 8)
        y[:2] = -1, 1
        assert isinstance(answer_of(X, y), Complete) is bool(separability(X, y))


def test_the_textbook_cases():
    """Of Albert and Anderson's three pictures one example each, on a line."""
    line = [[1.0], [2.0], [3.0], [4.0]]
    complete = answer_of(line, [0, 0, 1, 1])
    assert isinstance(complete, Complete)
    assert complete.margin == 0.5
    quasi = answer_of([[1.0], [2.0], [2.0], [3.0]], [0, 0, 1, 1])
    assert isinstance(quasi, QuasiComplete)
    assert quasi.on_plane.tolist() == [False, True, True, False]
    assert quasi.variables.infinite == ("bias", "x0")
    overlap = answer_of(line, [0, 1, 0, 1])
    assert isinstance(overlap, Overlap)
    assert (2 * overlap.bias, len(overlap.certificate.indices)) == (2, 3)


def test_a_cell_without_one_of_the_classes_sends_its_indicator_to_infinity_alone():
    """As neovascularization does in the study of endometrial cancer: nobody who has it is of the lower grade."""
    draw = np.random.default_rng(1)
    X = np.column_stack([np.arange(60) % 5 == 0, draw.standard_normal((60, 2))])
    y = np.where(X[:, 0] == 1, "high", draw.choice(["high", "low"], 60))
    answer = answer_of(X, y)
    assert answer.variables.infinite == ("x0",)
    assert answer.variables.finite == ("bias", "x1", "x2")
    assert answer.direction.tolist() == [0.0, -1.0, 0.0, 0.0]  # "low" is the second class
    assert answer.on_plane.tolist() == (X[:, 0] == 0).tolist()


def test_one_direction_need_not_be_the_largest():
    """Two cells are empty; that either can go to infinity is told, whichever a linear program finds first."""
    X = np.zeros((12, 3))
    X[4:6, 0] = X[6:8, 1] = X[8:, 2] = 1
    y = [0, 1, 0, 1, 1, 1, 1, 1, 0, 1, 0, 1]
    answer = answer_of(X, y)
    assert answer.variables.infinite == ("x0", "x1")
    assert np.flatnonzero(~answer.on_plane).tolist() == [4, 5, 6, 7]
    assert min(answer.direction[1:3]) > 0


def test_collinear_columns_are_named_and_change_nothing_else():
    draw = np.random.default_rng(3)
    group = draw.integers(0, 3, 50)
    X = np.column_stack([group == 0, group == 1, group == 2, draw.integers(0, 9, 50)]).astype(float)
    y = np.where(group == 1, 1, draw.integers(0, 2, 50))
    answer = answer_of(X, y)
    assert answer.variables.undetermined == ("x2",)
    assert answer.variables.infinite == ("x1",)
    assert answer.variables.finite == ("bias", "x0", "x3")
    assert isinstance(answer_of(X, draw.integers(0, 2, 50)), Overlap)


def test_samples_of_weight_0_are_not_there():
    X, y = [[1.0], [2.0], [3.0], [1.5], [9.0]], [0, 0, 1, 1, 2]
    assert isinstance(answer_of(X, y, sample_weight=[1, 0.5, 2, 0, 0]), Complete)
    answer = answer_of([[2.0], *X], [1, *y], sample_weight=[1, 1, 2, 3, 0, 0])
    assert answer.on_plane.tolist() == [True, False, True, False, False, False]
    assert not answer.verify([[2.0], *X], [1, *y])
    assert answer.classes == (0, 1)


@pytest.mark.parametrize(
    "y", [["b", "a", "b", "a"], [True, False, True, False], [2**70, -1, 2**70, -1], [1.0, 0, 1.0, 0]]
)
def test_classes_may_be_anything_that_has_an_order(y):
    answer = answer_of([[1], [-2], [3], [-4]], y)
    assert answer.classes == tuple(sorted(set(y)))
    assert answer.weights[1] > 0


def test_a_table_lends_its_names():
    table = Table(age=np.array([1, 2, 2, 3]), seen=np.array([1.0, 0, 0, 1]), dose=np.array([0.5, 1.5, 1.5, 2.5]))
    answer = answer_of(table, ["no", "no", "yes", "yes"])
    assert answer.variables.names == ("bias", "age", "seen", "dose")
    assert answer.variables.undetermined == ("dose",)
    assert answer.verify([[1, 1, 0.5], [2, 0, 1.5], [2, 0, 1.5], [3, 1, 2.5]], ["no", "no", "yes", "yes"])


HOSTILE = {
    "1e300": np.array([[1e300], [2e300], [2e300], [3e300]]),
    "subnormal": np.array([[5e-324], [1e-323], [1e-323], [1.5e-323]]),
    "far apart": np.array([[1e300, 0.0], [1e300, 5e-324], [1e300, 5e-324], [1e300, 1e-323]]),
    "wide integers": np.array([[2**62], [2**62 + 1], [2**62 + 1], [2**62 + 2]]),
    "the ends of uint64": np.array([[0], [2**64 - 2], [2**64 - 2], [2**64 - 1]], np.uint64),
    "integers of 400 bits": np.array([[2**400], [2**400 + 1], [2**400 + 1], [2**400 + 2]], object).tolist(),
    "float32": np.array([[0.1], [0.2], [0.2], [0.3]], np.float32),
    "bool": np.array([[0, 0], [0, 1], [0, 1], [1, 1]], bool),
    "an ulp": np.array([[1.0 - 2**-53], [1.0], [1.0], [1.0 + 2**-52]]),
}


@pytest.mark.parametrize("X", HOSTILE.values(), ids=HOSTILE)
def test_hostile_numbers_are_told_apart(level, X):
    quasi = answer_of(X, [0, 0, 1, 1])
    assert isinstance(quasi, QuasiComplete)
    assert quasi.on_plane.tolist() == [False, True, True, False]
    assert isinstance(answer_of(X, [0, 1, 1, 1]), Complete)
    several = answer_of(X, ["a", "b", "c", "c"])
    assert isinstance(several, QuasiComplete)
    assert np.argwhere(several.on_plane).tolist() == [[1, 2], [2, 1]]


@pytest.mark.parametrize("gap", [1e-15, 0.0, -1e-15])
def test_nearly_touching_classes_get_a_proof(gap):
    draw = np.random.default_rng(11)
    X, w = draw.uniform(-1, 1, (80, 4)), draw.standard_normal(4)
    y = np.where(X @ w > 0, 1, -1)
    X[:30] -= np.outer(X[:30] @ w - gap * y[:30], w / (w @ w))
    assert isinstance(answer_of(X, y), Complete) is bool(separability(X, y))


def test_answers_pickle_and_cannot_be_written_to():
    X = [[0.0], [1.0], [1.0], [2.0]]
    for y in ([0, 0, 1, 1], [0, 1, 1, 1], [0, 1, 0, 0], ["a", "b", "c", "c"]):
        answer = separation(X, y)
        again = pickle.loads(pickle.dumps(answer))
        assert str(asdict(again)) == str(asdict(answer))
        assert again.verify(X, y)
        certificate = vars(answer.certificate) if hasattr(answer, "certificate") else {}
        arrays = [v for v in (*vars(answer).values(), *certificate.values()) if isinstance(v, np.ndarray)]
        assert arrays
        assert not any(v.flags.writeable for v in arrays)


def test_two_classes_of_digits_with_constant_columns_are_complete():
    datasets = pytest.importorskip("sklearn.datasets")
    X, y = datasets.load_digits(n_class=2, return_X_y=True)
    assert isinstance(answer_of(X, y), Complete)
    X, y = datasets.load_iris(return_X_y=True)
    answer = answer_of(X, y)
    assert isinstance(answer, QuasiComplete)
    assert {name.split(":")[0] for name in answer.variables.infinite} == {"1", "2"}
