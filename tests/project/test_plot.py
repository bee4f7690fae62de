"""The pictures show what the model says, and importing onedot imports no Matplotlib."""

import math
import re
from types import SimpleNamespace

import numpy as np
import pytest

import onedot
from onedot import Hyperplane, Layer, LmsFit, Network, Unit
from support import interpreter

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")

from matplotlib.figure import Figure  # noqa: E402

from onedot import plot  # noqa: E402

POINTS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
BOTH = np.array([-1, -1, -1, 1])


@pytest.fixture
def ax():
    return Figure().subplots()


MODELS = {
    "hyperplane": Hyperplane([1.0, 1.0], -1.5),
    "unit": Unit([1.0, 1.0], -1.5),
    "step": Unit([1.0, 1.0], -1.5, "step"),
    "sigmoid": Layer([[1.0, 1.0]], [-1.5], "sigmoid"),
    "network": Network([Layer(np.eye(2)), Layer([[1.0, 1.0]], [-1.5], "tanh")]),
    "fit": SimpleNamespace(weights=np.array([-1.5, 1.0, 1.0])),
    "margins": SimpleNamespace(margins=lambda X: X.sum(axis=1) - 1.5),
    "estimator": SimpleNamespace(decision_function=lambda X: X.sum(axis=1) - 1.5),
}


@pytest.mark.parametrize("model", MODELS)
def test_the_boundary_is_where_the_model_changes_its_mind(ax, model):
    assert plot.boundary(MODELS[model], POINTS, BOTH, ax=ax) is ax
    regions, line = ax.collections
    (path,) = line.get_paths()
    assert abs(path.vertices.sum(axis=1) - 1.5).max() < 0.02
    negative, positive = regions.get_paths()
    assert [negative.contains_point(p) for p in POINTS] == [True, True, True, False]
    assert [positive.contains_point(p) for p in POINTS] == [False, False, False, True]
    assert [line.get_label() for line in ax.lines] == ["-1", "1"]


SIDES = np.array([-1, -1, 0, 1])  # as `side` gives them
THRICE = SimpleNamespace(decision_function=lambda X: X.sum(axis=1) - 1.5, classes_=np.array(["a", "b", "c"]))


@pytest.mark.parametrize(
    ("model", "labels", "colors"),
    [
        ("hyperplane", SIDES, [plot.COLORS[0], plot.GREY, plot.COLORS[1]]),
        ("hyperplane", abs(SIDES), list(plot.COLORS[:2])),  # 0 and 1 are classes
        ("fit", np.ones(4, int), [plot.COLORS[1]]),
        ("hyperplane", ["no", "no", "no", "yes"], list(plot.COLORS[:2])),
        (THRICE, ["c", "c", "b", "b"], list(plot.COLORS[1:3])),  # of these some, in their own colours
    ],
)
def test_samples_have_the_colour_of_the_region_into_which_the_model_puts_their_class(ax, model, labels, colors):
    plot.boundary(MODELS[model] if isinstance(model, str) else model, POINTS, labels, ax=ax)
    assert [line.get_color() for line in ax.lines] == colors


def test_a_layer_of_several_outputs_has_a_region_for_each(ax):
    layer = Layer([[1.0, 0.0], [-1.0, 0.0], [0.0, 2.0]])
    plot.boundary(layer, POINTS, [0, 1, 0, 2], ax=ax)
    regions, lines = ax.collections[::2], ax.collections[1::2]
    places = np.random.default_rng(0).uniform(-0.2, 1.2, (200, 2))
    held = [region.get_paths()[0].contains_points(places) for region in regions]
    best = layer(places).argmax(axis=1)
    assert [own.tolist() for own in held] == [(best == k).tolist() for k in range(3)]
    for line in lines:  # where two are the greatest: no steps from one point of the grid to the next
        outputs = np.sort(layer(line.get_paths()[0].vertices), axis=1)
        assert np.median(outputs[:, 2] - outputs[:, 1]) < 1e-9
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["0", "1", "2"]


def test_lines_of_equal_probability(ax):
    fit = onedot.fit_logistic(np.repeat(POINTS, 2, axis=0), np.tile(BOTH, 2), C=10.0)
    assert plot.probability(fit, POINTS, BOTH, ax=ax) is ax
    (lines,) = ax.collections
    for level, path in zip(lines.levels, lines.get_paths(), strict=True):
        assert np.abs(fit.predict_proba(path.vertices)[:, 1] - level).max(initial=0.0) < 0.01
    assert [text.get_text() for text in ax.texts] != []


def test_the_color_of_the_most_probable_class_is_the_stronger_the_surer_it_is(ax):
    X, y = np.vstack([POINTS, POINTS + 3, POINTS - [3, 0]]), np.repeat([0, 1, 2], 4)
    fit = onedot.fit_logistic(X, y)
    plot.probability(fit, X, y, ax=ax)
    shades = np.stack([image.get_array()[..., 3] for image in ax.images])
    assert ((shades > 0).sum(axis=0) == 1).all()
    across, up = (np.linspace(*limits, shades.shape[1]) for limits in (ax.get_xlim(), ax.get_ylim()))
    p = fit.predict_proba(np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2))
    assert (shades.argmax(axis=0).ravel() == p.argmax(axis=1)).all()
    assert np.allclose(shades.max(axis=0).ravel(), 0.5 * p.max(axis=1) ** 2)


def test_where_several_outputs_are_the_greatest_the_region_is_the_first_ones(ax):
    plot.boundary(Layer(np.zeros((3, 2)), [1.0, 1.0, 0.0]), POINTS, [0, 1, 0, 2], ax=ax)
    assert [len(region.get_paths()[0].vertices) > 0 for region in ax.collections[::2]] == [True, False, False]


def test_weights_without_a_bias_are_those_of_a_line_through_zero(ax):
    plot.boundary(SimpleNamespace(weights=np.array([1.0, -1.0])), POINTS, BOTH, ax=ax)
    (path,) = ax.collections[1].get_paths()
    assert abs(path.vertices[:, 0] - path.vertices[:, 1]).max() < 1e-9


def test_training_shows_the_mistakes_of_each_epoch(ax):
    fit = SimpleNamespace(mistakes=np.array([3, 1, 0]), converged=True, margin=0.25, margin_bound=0.5)
    assert plot.training(fit, ax=ax) is ax
    assert [bar.get_height() for bar in ax.patches] == [3, 1, 0]
    assert ax.get_title() == "converged: margin 0.25, at most 0.5"


def test_training_states_no_margin_that_is_not_known(ax):
    """As after a second partial_fit, where the bound is of other samples, too."""
    fit = SimpleNamespace(mistakes_=np.array([0]), converged_=True, margin_=math.nan, margin_bound_=0.5)
    assert plot.training(fit, ax=ax).get_title() == "converged"


def test_training_of_several_classes_has_their_mistakes_one_on_the_other_and_their_margins_in_the_legend(ax):
    fit = SimpleNamespace(
        mistakes_=np.array([[2, 1, 0], [1, 0, 0]]),
        converged_=False,
        classes_=np.array(["a", "b", "c"]),
        margin_=np.array([math.nan, 0.25, 0.5]),
        margin_bound_=np.array([1.0, 2.0, math.inf]),
    )
    assert plot.training(fit, ax=ax).get_title() == "not converged"
    assert [bar.get_height() for bar in ax.patches] == [2, 1, 1, 0, 0, 0]
    assert [bar.get_y() for bar in ax.patches] == [0, 0, 2, 1, 3, 1]
    stated = ["a", "b: margin 0.25, at most 2", "c: margin 0.5, at most inf"]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == stated


@pytest.mark.parametrize("losses", [[4.0, 2.0, 1.0], [4.0, 2.0, 0.0], []])
def test_training_shows_the_losses_of_the_delta_rule(ax, losses):
    plot.training(LmsFit(np.zeros(2), np.zeros(2), np.array(losses), True), ax=ax)
    assert ax.lines[0].get_ydata().tolist() == losses
    assert ax.get_yscale() == ("linear" if 0.0 in losses else "log")


def test_training_takes_every_fit_of_three_classes(ax):
    pytest.importorskip("sklearn")
    from onedot.sklearn import Adaline, Perceptron

    X, y = np.repeat(np.eye(3), 4, axis=0), np.repeat(["a", "b", "c"], 4)
    for model in (Perceptron(), Perceptron(multi_class="joint"), Adaline()):
        assert plot.training(model.fit(X, y), ax=ax).get_title().startswith("converged")


def test_training_takes_an_estimator_that_did_not_converge(ax):
    assert plot.training(SimpleNamespace(mistakes_=[3, 3], converged_=False), ax=ax).get_title() == "not converged"
    assert plot.training(SimpleNamespace(mistakes=[3, 3]), ax=ax).get_title() == ""


@pytest.mark.parametrize(("x", "y"), [([1.0, 0.0], [1.0, 1.0]), ([1.0, 1.0], [1.0, 0.0]), ([-1.0, -2.0], [-3.0, 1.0])])
def test_vectors_shows_the_angle_and_the_foot_of_the_perpendicular(ax, x, y):
    assert plot.vectors(x, y, ax=ax) is ax
    (label,) = [text.get_text() for text in ax.texts if text.get_text().endswith("°")]
    cosine = np.dot(x, y) / np.hypot(*x) / np.hypot(*y)
    assert label == f"{math.degrees(math.acos(cosine)):.1f}°"
    start, foot = ax.lines[0].get_xydata()
    assert start.tolist() == x
    assert abs(np.dot(start - foot, y)) < 1e-12
    sweep = ax.lines[2].get_xydata()
    ends = [end / np.hypot(*end) for end in (sweep[0], sweep[-1])]
    directions = [np.array(v) / np.hypot(*v) for v in (x, y)]
    assert min(np.abs(np.array(ends) - directions).max(), np.abs(np.array(ends[::-1]) - directions).max()) < 1e-9


def test_without_an_axes_the_current_one_is_drawn_into():
    plt = pytest.importorskip("matplotlib.pyplot")
    figure, axes = plt.subplots()
    assert plot.vectors([1.0, 2.0], [2.0, 1.0]) is axes
    plt.close(figure)


def test_what_cannot_be_drawn_is_refused(ax):
    with pytest.raises(ValueError, match=r"plot\.boundary: X has shape \(4, 3\); want \(n, 2\)"):
        plot.boundary(MODELS["unit"], np.ones((4, 3)), BOTH, ax=ax)
    with pytest.raises(ValueError, match=r"plot\.boundary: X has 4 samples, y has shape \(3,\); want a label for each"):
        plot.boundary(MODELS["unit"], POINTS, BOTH[:3], ax=ax)
    with pytest.raises(TypeError, match=r"plot\.boundary: model has type str; want a hyperplane, a unit"):
        plot.boundary("model", POINTS, BOTH, ax=ax)
    with pytest.raises(TypeError, match=r"plot\.probability: model has type Unit; want one with predict_proba"):
        plot.probability(MODELS["unit"], POINTS, BOTH, ax=ax)
    with pytest.raises(TypeError, match=r"plot\.training: fit has type int; want one with mistakes"):
        plot.training(7, ax=ax)
    with pytest.raises(ValueError, match=r"plot\.vectors: y has shape \(3,\); want \(2,\)"):
        plot.vectors([1.0, 2.0], [1.0, 2.0, 3.0], ax=ax)
    with pytest.raises(ValueError, match="is a zero vector"):
        plot.vectors([1.0, 2.0], [0.0, 0.0], ax=ax)


def test_importing_onedot_and_its_plots_imports_no_matplotlib():
    code = "import sys, onedot, onedot.plot; print('matplotlib' in sys.modules)"
    assert interpreter.printed(code).strip() == "False"


@pytest.mark.parametrize("far", [1e308, np.nan, -np.inf])
@pytest.mark.parametrize("draw", [plot.boundary, plot.probability])
def test_samples_beyond_all_axes_are_refused(ax, draw, far):
    fit = onedot.fit_logistic(POINTS, BOTH)
    with pytest.raises(ValueError, match=re.escape(f"{draw.__name__}: X holds {far}; want finite numbers, of at most")):
        draw(fit, np.where(np.arange(4)[:, None] == 2, far, POINTS), BOTH, ax=ax)
