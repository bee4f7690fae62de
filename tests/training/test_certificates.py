"""Certified bounds: none is below the margin of a known separator, in rational numbers, whatever went before."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import onedot
from onedot._training.certificate import margin_bound

pytest.importorskip("sklearn")
sparse = pytest.importorskip("scipy.sparse")

from onedot.sklearn import Perceptron  # noqa: E402
from onedot.sklearn.training_loop import validation_split  # noqa: E402

FORMS = [np.asarray, sparse.csr_array]
LEAST, MOST = -1074, 1020  # exponents of what is drawn
PLAIN = {"shuffle": False, "tol": None}

seeds = st.integers(0, 2**32 - 1)


# Data that is known to be separable --------------------------------------------------------------------------


def numbers(draw, shape, exponent, spread):
    """Numbers of both signs within 2**spread of 2**exponent, as far as there are such."""
    exponents = np.clip(exponent + draw.integers(-spread, spread + 1, shape), LEAST, MOST)
    return np.ldexp(draw.uniform(1.0, 2.0, shape) * draw.choice([-1.0, 1.0], shape), exponents)


def extended(x, bias):
    return [Fraction(1)] * bias + [Fraction(v) for v in x.tolist()]


class Separated:
    """Samples, their classes, and the squared margin of each by a separator that is known."""

    def __init__(self, draw, kind, bias):
        """Of two classes, of three each against the rest, or of three jointly."""
        self.kind, self.bias = kind, bias
        d, n = draw.integers(1, 4), draw.integers(3, 9)
        self.exponent, self.spread = int(draw.integers(LEAST, MOST)), int(draw.choice([0, 2, 60, 2000]))
        self.X = numbers(draw, (n, d), self.exponent, self.spread)
        U = numbers(draw, (3, bias + d), 0, 2)
        if kind != "joint" and draw.random() < 0.5:  # every sample is one or its opposite: then the bound is sharp
            self.X[1:] = self.X[0] * draw.choice([-1.0, 1.0], (n - 1, 1))
            U[0] = [0.0] * bias + self.X[0].tolist()
        if draw.random() < 0.3:
            with np.errstate(over="ignore", under="ignore"):
                narrow = self.X.astype(np.float32)
            self.X = narrow if np.isfinite(narrow).all() else self.X
        self._label(draw, [[Fraction(v) for v in u.tolist()] for u in U])

    def _label(self, draw, U):
        rows = [extended(x, self.bias) for x in self.X]
        scores = [[sum(a * b for a, b in zip(u, x, strict=True)) for u in U] for x in rows]
        self.unit = 0 if self.kind == "two" else int(draw.integers(3))  # whose bound is looked at
        if self.kind == "joint":
            size = sum(a * a for u in U for a in u)
            self.y = np.array([max(range(3), key=each.__getitem__) for each in scores])
            leads = [sorted(each)[-1] - sorted(each)[-2] for each in scores]
            self.unit = 0
        else:
            size, leads = sum(a * a for a in U[0]), [abs(each[0]) for each in scores]
            positive = np.array([each[0] > 0 for each in scores])
            others = draw.choice([k for k in range(3) if k != self.unit], len(rows))
            self.y = positive.astype(int) if self.kind == "two" else np.where(positive, self.unit, others)
        keep = np.array([lead > 0 for lead in leads])
        self.X, self.y = self.X[keep], self.y[keep]
        self.squares = [lead * lead / size for lead in leads if lead]

    @property
    def classes(self):
        return 2 if self.kind == "two" else 3

    def is_whole(self):
        return len(set(self.y.tolist())) == self.classes

    def rate(self, draw):
        """One by which steps come out anywhere from far below to far above the least number."""
        return float(np.ldexp(1.0 + draw.random(), np.clip(draw.integers(-1090, 960) - self.exponent, LEAST, MOST)))

    def start(self, draw, rate):
        """Weights to start from: far on the wrong side, or any."""
        units = 1 if self.kind == "two" else 3
        with np.errstate(all="ignore"):
            W = -float(draw.integers(30)) * rate * np.float64(self.X[:1]) * draw.choice([-1.0, 1.0], (units, 1))
        exponent = int(draw.integers(LEAST, MOST))
        return W if np.isfinite(W).all() and draw.random() < 0.7 else numbers(draw, W.shape, exponent, 2)

    def holds(self, bound, seen):
        """Whether the bound is at least the margin over the samples seen."""
        assert bound >= 0.0
        least = min((square for square, here in zip(self.squares, seen, strict=True) if here), default=None)
        return least is None or bound == np.inf or Fraction(bound) ** 2 >= least


@given(seeds)
@settings(max_examples=100)
def test_no_bound_of_a_fit_is_below_the_margin_of_a_known_separator(level, seed):
    draw = np.random.default_rng(seed)
    data = Separated(draw, "two", bias=bool(draw.integers(2)))
    if not data.is_whole():
        return
    options = {"rate": data.rate(draw), "max_epochs": int(draw.integers(1, 12)), "seed": seed % 3 or None}
    for form in FORMS:
        try:
            fit = onedot.fit_perceptron(form(data.X), 2 * data.y - 1, bias=data.bias, **options)
        except OverflowError:
            return
        assert data.holds(fit.margin_bound, [True] * len(data.y))


def one_call(draw, estimator, data, form, seen):
    """A call of fit or partial_fit, of any kind; returns which samples have been seen since the weights were set."""
    X, rate = form(data.X), data.rate(draw)
    weights = draw.choice([0.0, 1.0, 3.0, 1e-3], len(data.y)) if draw.random() < 0.5 else np.ones(len(data.y))
    weights[[draw.choice(np.flatnonzero(data.y == label)) for label in np.unique(data.y)]] = 1.0  # no class goes
    weights *= draw.choice([1.0, 1e-200, 1e200])
    options = {"eta0": rate, "average": bool(draw.integers(2)), "warm_start": bool(draw.integers(2))}
    estimator.set_params(max_iter=int(draw.integers(1, 9)), **options)
    kind = draw.choice(["fit", "from given weights", "partial_fit", "assigned"])
    try:
        if kind == "fit":
            estimator.fit(X, data.y, sample_weight=weights)
        elif kind == "from given weights":
            estimator.fit(X, data.y, data.start(draw, rate), sample_weight=weights)
        else:
            if kind == "assigned" and hasattr(estimator, "coef_"):
                estimator.coef_ = data.start(draw, rate)
                seen = np.zeros_like(seen)
            estimator.partial_fit(X, data.y, np.arange(data.classes), sample_weight=weights)
    except OverflowError:
        return seen
    return (weights > 0.0) | (seen if kind in ("partial_fit", "assigned") else False)


@pytest.mark.parametrize("kind", ["two", "rest", "joint"])
@given(seeds)
@settings(max_examples=60)
def test_no_bound_of_an_estimator_is_below_the_margin_over_all_that_it_has_seen(level, kind, seed):
    draw = np.random.default_rng(seed)
    data = Separated(draw, kind, bias=bool(draw.integers(2)))
    if not data.is_whole():
        return
    form = FORMS[draw.integers(2)]
    estimator = Perceptron(
        multi_class="joint" if kind == "joint" else "ovr", fit_intercept=data.bias, random_state=0, tol=None
    )
    seen = np.zeros(len(data.y), bool)
    for _ in range(draw.integers(1, 5)):
        seen = one_call(draw, estimator, data, form, seen)
        if hasattr(estimator, "margin_bound_"):
            assert data.holds(float(np.ravel(estimator.margin_bound_)[data.unit]), seen)


# What was once untrue ----------------------------------------------------------------------------------------


POINT = np.array([[1.0], [-1.0]]), [1, -1]


def test_a_bound_covers_products_that_underflow(level):
    X, y = [[1e-200], [-1e-200]], [1, -1]
    fit = onedot.fit_perceptron(X, y, bias=False, rate=1e-130, max_epochs=3)
    assert fit.weights == 0.0
    assert fit.margin_bound >= 1e-200
    ours = Perceptron(fit_intercept=False, eta0=1e-130, max_iter=3, **PLAIN).fit(X, y)
    assert ours.margin_bound_ == fit.margin_bound


def test_a_subnormal_bound_is_rounded_up(level):
    """The margin is the root of 2 times the least number, between it and the next."""
    tiny = 2.0**-1074
    fit = onedot.fit_perceptron([[tiny, tiny], [-tiny, -tiny]], [1, -1], bias=False, rate=2.0**600)
    assert fit.margin_bound == 2 * tiny


@pytest.mark.parametrize("eta0", [1e308, 3e-324])
def test_a_bound_stands_where_the_sum_of_the_steps_overflows_or_is_subnormal(level, eta0):
    ours = Perceptron(fit_intercept=False, eta0=eta0, **PLAIN)
    X = POINT[0] * 2.0**-8
    ours.fit(X, POINT[1], coef_init=[[-eta0]])
    assert ours.mistakes_[0] > 1 or eta0 < 1.0
    assert ours.margin_bound_ >= 2.0**-8


def test_a_difference_of_weights_that_overflows_leaves_nothing_known(level):
    ours = Perceptron(fit_intercept=False, eta0=1.7e308, **PLAIN)
    ours.fit(POINT[0], POINT[1], coef_init=[[-1.7e308]])
    assert ours.coef_.tolist() == [[1.7e308]]
    assert ours.margin_bound_ == np.inf
    assert ours.margin_ == 1.0


def test_a_norm_that_overflows_is_no_obstacle(level):
    """The weights are (1.5e308, 1.5e308), their norm beyond every double."""
    ours, X = Perceptron(fit_intercept=False, **PLAIN), np.array([[1.5e308] * 2, [-1e-300] * 2])
    ours.partial_fit(X, [1, -1], classes=[-1, 1])
    assert (ours.coef_.tolist(), ours.margin_bound_) == ([[1.5e308] * 2], np.inf)
    ours.fit([[0.25] * 2, [-0.25] * 2], [1, -1], coef_init=[1.5e308] * 2)
    assert abs(ours.margin_ - 0.125**0.5) < 1e-15


def test_nothing_is_known_after_no_mistake():
    assert margin_bound(np.ones(3), 0, 1.0, 1.0) == np.inf


def test_a_bound_covers_what_rounding_did_in_an_earlier_call(level):
    """Beside 1e17 a step of -1 is lost; the exact sum of the steps is (2e-3, -1), and the weights are (2e-3, 0)."""
    ours = Perceptron(fit_intercept=False, **PLAIN)
    for x in ([0.0, 1e17], [1e-3, -1.0], [1e-3, -1e17], [1.0, 0.0]):
        ours.partial_fit([x], [1], classes=[-1, 1])
    assert ours.coef_.tolist() == [[2e-3, 0.0]]
    assert (Fraction(ours.margin_bound_) * 3) ** 2 >= 1 + 4 * Fraction(1e-3) ** 2


# Warm starts -------------------------------------------------------------------------------------------------


def without_bias(**options):
    return Perceptron(fit_intercept=False, warm_start=True, **PLAIN, **options)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("average", [False, True])
def test_given_weights_start_certificates_anew(level, form, average):
    """By coef_init, by assigning coef_, or in place: certificates and averages know nothing of what was before."""
    ours, X = without_bias(average=average), form(POINT[0])
    for again in range(3):
        ours.fit(X, POINT[1], coef_init=[[0.0]])
        assert (ours.coef_.item(), ours.margin_, ours.margin_bound_ >= 1.0) == (1.0, 1.0, True), again
    for again in range(3):
        ours.coef_ = np.zeros((1, 1))
        ours.fit(X, POINT[1])
        assert (ours.coef_.item(), ours.margin_, ours.margin_bound_ >= 1.0) == (1.0, 1.0, True), again
    for again in range(3):
        ours.coef_[:] = 0.0
        ours.partial_fit(X, POINT[1])
        assert (ours._weights.item(), ours.coef_.item(), ours.margin_bound_ >= 1.0) == (1.0, 1.0, True), again


def test_averages_are_over_the_visits_since_weights_were_given(level):
    """From (b, w) = (1, -2): the mean of the weights after every visit, the first included."""
    X, y = np.array([[1.0], [3.0], [-2.0]]), [0, 1, 0]
    for _ in range(2):
        ours = Perceptron(average=True, max_iter=2, **PLAIN)
        ours.fit(X + 1.0, y).fit(X, y, coef_init=[[-2.0]], intercept_init=[1.0])
        history, (b, w) = [], (1.0, -2.0)
        for x, label in zip([*X[:, 0], *X[:, 0]], [-1, 1, -1] * 2, strict=True):
            if label * (w * x + b) <= 0:
                b, w = b + label, w + label * x
            history.append((b, w))
        means = [float(sum(map(Fraction, column)) / len(history)) for column in zip(*history, strict=True)]
        assert [ours.intercept_[0], ours.coef_[0, 0]] == means


def test_averages_begin_where_averaging_does(level):
    """What was learned without them counts as given: [[1.]] after the first fit, and at every visit since."""
    ours = without_bias().fit(*POINT).set_params(average=True).fit(*POINT)
    assert ours.coef_.item() == 1.0
    ours.set_params(average=False).partial_fit([[3.0], [-0.5]], [-1, 1])
    assert ours.coef_.item() == -2.0
    assert ours.set_params(average=True).partial_fit([[-1.0], [1.0]], [1, -1]).coef_.item() == -2.0


def test_a_change_of_the_rule_starts_certificates_anew(level):
    X, y = np.eye(3) * [1.0, 2.0, 4.0], [0, 1, 2]
    ours = Perceptron(fit_intercept=False, average=True, max_iter=3, **PLAIN).fit(X, y)
    weights = ours._weights
    ours.set_params(multi_class="joint").partial_fit(X, y)
    fresh = Perceptron(fit_intercept=False, average=True, max_iter=1, multi_class="joint", **PLAIN)
    fresh.fit(X, y, coef_init=weights)
    assert ours.coef_.tolist() == fresh.coef_.tolist()
    assert ours.margin_bound_ == fresh.margin_bound_


def test_weights_may_be_given_before_any_training(level):
    """As scikit-learn's may: coef_ and classes_ are all that there is."""
    ours = without_bias(average=True)
    ours.classes_, ours.coef_, ours.intercept_ = np.array([-1, 1]), np.full((1, 1), -0.5), np.zeros(1)
    ours.t_, ours.n_features_in_ = 1.0, 1
    ours.partial_fit(*POINT)
    assert (ours._weights.item(), ours.coef_.item()) == (0.5, 0.5)
    assert ours.margin_bound_ >= 1.0


# Other data --------------------------------------------------------------------------------------------------


def test_a_margin_stands_beside_a_bound_only_where_both_are_of_the_same_samples(level):
    ours = without_bias()
    ours.partial_fit(POINT[0] * 1e-3, POINT[1], [-1, 1])
    assert ours.margin_bound_ >= 1e-3
    ours.partial_fit(POINT[0] * 100.0, POINT[1])
    assert np.isnan(ours.margin_)
    assert 1e-3 <= ours.margin_bound_ < 1.1e-3  # of a separator of both
    ours.fit(POINT[0] * 100.0, POINT[1])
    assert (ours.margin_, ours.margin_bound_) == (100.0, np.inf)  # of this fit, which made no mistake


def test_calls_without_a_mistake_leave_the_bound_to_the_samples_of_the_first_that_makes_one(level):
    ours = without_bias().fit(*POINT)
    ours.coef_ = np.full((1, 1), 2.0)
    ours.partial_fit(*POINT).partial_fit([[0.25], [-0.25]], [1, -1])
    assert (ours.margin_, ours.margin_bound_) == (0.25, np.inf)
    ours.partial_fit([[-0.5], [4.0]], [1, 1])
    assert (np.isnan(ours.margin_), ours.margin_bound_ >= 0.0) == (True, True)


def test_other_weights_of_samples_count_with_the_least_of_them(level):
    ours = without_bias(eta0=2.0).partial_fit(*POINT, [-1, 1], sample_weight=[8.0, 8.0])
    ours.partial_fit([[-1.0], [1.0]], [1, -1], sample_weight=[0.5, 0.0])
    assert ours.mistakes_.tolist() == [1]
    assert 15.0 / 2.0 <= ours.margin_bound_ < 7.6  # |16 - 1| over two steps of 1 or more


@pytest.mark.parametrize("average", [False, True])
def test_samples_held_out_or_of_weight_0_are_not_seen(level, average):
    X = np.arange(1.0, 21.0)[:, None] * np.array([1.0, -1.0] * 10)[:, None]
    y, weights = np.array([1, -1] * 10), np.array([0.0, 0.0] + [1.0] * 18)
    held_out = validation_split((y[2:] > 0).astype(int), 0.3, 5)  # of those that are there
    options = {"early_stopping": True, "validation_fraction": 0.3, "average": average, "random_state": 5}
    ours = without_bias(**options).fit(X, y, sample_weight=weights)
    seen = np.abs(X[2:][~held_out])
    assert ours.margin_ == seen.min() <= ours.margin_bound_
    assert seen.min() > np.abs(X).min()


@pytest.mark.parametrize("average", [False, True])
def test_where_every_step_is_0_nothing_is_known(level, average):
    """The product of eta0 and the weights underflows, so every sample is passed over."""
    ours = without_bias(eta0=1e-300, average=average).fit(*POINT, sample_weight=[1e-300] * 2)
    assert ours.coef_.item() == 0.0
    assert np.isnan(ours.margin_)
    assert ours.margin_bound_ == np.inf
