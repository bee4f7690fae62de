"""Pictures of vectors, half-spaces and training, with Matplotlib (`pip install "onedot[plot]"`).

Each function draws into an Axes and returns it: into `ax`, or into pyplot's current one.
"""

from __future__ import annotations

import importlib.util
import itertools
import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from onedot import geometry
from onedot._core.arrays import as_array, read_floats
from onedot._core.extras import missing
from onedot.hyperplane import Hyperplane
from onedot.units import Layer, Network, Unit

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["boundary", "probability", "training", "vectors"]


def __dir__() -> list[str]:
    return __all__


# Okabe and Ito's colours, which the colour-blind tell apart; as legible on black as on white.
COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
GREY = "#808080"
MARKERS = "os^Dv*"
GRID = 101  # points along each axis at which a model is asked
TINY = 1e-300
LARGEST = 2.0**1020  # beyond it, sums of the ends of an axis overflow
LINES = (0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99)  # probabilities that are drawn


def boundary(model: Any, X: ArrayLike, y: ArrayLike, /, *, ax: Axes | None = None) -> Axes:
    """Samples in the plane, and what a model makes of every place among them: its regions and their boundary.

    Parameters
    ----------
    model : Hyperplane, Unit, Layer, Network, or anything fitted
        A hyperplane has a positive and a negative side. A unit, a layer or a network with one output says yes above
        1/2 if it ends in step or sigmoid, otherwise above 0; one with several outputs says which is the greatest.
        Anything else has a `decision_function`, or `weights` of which the first is the bias, as has a fit.
    X : array_like, shape (n, 2)
    y : array_like, shape (n,)
        Labels. Their colours are those of the regions into which the model puts its `classes`. Where it has none, 1
        and -1 are the sides of a hyperplane, between which 0 is grey, and other labels, in increasing order, those
        that the model tells apart. A legend names more than two.
    ax : matplotlib Axes, optional

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        If X is not (n, 2), or y has another length.
    TypeError
        If the model is nothing that can be asked.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> X, y = [[0.0, 0.0], [1.0, 1.0]], [-1, 1]
    >>> axes = onedot.plot.boundary(onedot.fit_perceptron(X, y), X, y, ax=Figure().subplots())
    >>> axes.get_xlabel()
    '$x_1$'
    """
    samples, labels = _in_the_plane("plot.boundary", X, y)
    axes = _axes(ax)
    across, up, places = _grid(samples)
    values = _decision(model, places).reshape(GRID, GRID, -1)
    _draw_regions(axes, across, up, values)
    return _draw_samples(axes, samples, labels, across, up, _colors(model, labels, values.shape[2] == 1))


def probability(model: Any, X: ArrayLike, y: ArrayLike, /, *, ax: Axes | None = None) -> Axes:
    """Samples in the plane, and how probable a model takes each class to be in every place among them.

    The colour of the most probable class is the stronger the more probable it is. Two classes also have lines, along
    which the second is as probable as they say.

    Parameters
    ----------
    model : anything with `predict_proba`, as a fit of `onedot.fit_logistic` or a classifier
    X : array_like, shape (n, 2)
    y : array_like, shape (n,)
        Labels, with colours as in `boundary`; where the model has no `classes`, those of the columns of
        `predict_proba` in increasing order.
    ax : matplotlib Axes, optional

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        If X is not (n, 2), or y has another length.
    TypeError
        If the model has no `predict_proba`.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> X, y = [[0.0, 0.0], [1.0, 1.0]], ["no", "yes"]
    >>> axes = onedot.plot.probability(onedot.fit_logistic(X, y), X, y, ax=Figure().subplots())
    >>> len(axes.images)  # the shades of each class
    2
    """
    samples, labels = _in_the_plane("plot.probability", X, y)
    if not hasattr(model, "predict_proba"):
        wanted = "want one with predict_proba, as fit_logistic returns"
        raise TypeError(f"plot.probability: model has type {type(model).__name__}; {wanted}")
    axes = _axes(ax)
    across, up, places = _grid(samples)
    p = np.asarray(model.predict_proba(places)).reshape(GRID, GRID, -1)
    if p.shape[2] == 2:
        _draw_probability(axes, across, up, p[:, :, 1])
    else:
        best = p.argmax(axis=2)
        for k in range(p.shape[2]):
            _draw_shades(axes, across, up, np.where(best == k, p[:, :, k], np.nan), COLORS[k % len(COLORS)])
    return _draw_samples(axes, samples, labels, across, up, _colors(model, labels, False))


def _draw_probability(axes: Axes, across: NDArray[np.float64], up: NDArray[np.float64], p: NDArray[np.float64]) -> None:
    """Two colours that are the paler the less is sure, and lines of equal probability."""
    _draw_shades(axes, across, up, np.where(p <= 0.5, 1.0 - p, np.nan), COLORS[0])
    _draw_shades(axes, across, up, np.where(p >= 0.5, p, np.nan), COLORS[1])
    lines = axes.contour(across, up, p, levels=LINES, colors=GREY, linewidths=[2 if p == 0.5 else 0.8 for p in LINES])
    axes.clabel(lines, fmt=lambda p: f"{p:g}", fontsize=8)


def _draw_shades(
    axes: Axes, across: NDArray[np.float64], up: NDArray[np.float64], p: NDArray[np.float64], color: str
) -> None:
    """A colour that is the stronger the nearer p is to 1; nothing where p is NaN."""
    from matplotlib.colors import to_rgba

    shades = np.empty((*p.shape, 4))
    shades[...] = to_rgba(color)
    shades[..., 3] = np.nan_to_num(0.5 * p**2)
    extent = (across[0], across[-1], up[0], up[-1])
    axes.imshow(shades, origin="lower", extent=extent, aspect="auto", interpolation="nearest")


def _in_the_plane(op: str, X: ArrayLike, y: ArrayLike) -> tuple[NDArray[Any], NDArray[Any]]:
    """Samples (n, 2), and a label for each."""
    samples, labels = read_floats(op, "X", X), np.asarray(y)
    if samples.ndim != 2 or samples.shape[1] != 2:
        raise ValueError(f"{op}: X has shape {samples.shape}; want (n, 2), samples in the plane")
    if labels.shape != samples.shape[:1]:
        raise ValueError(f"{op}: X has {len(samples)} samples, y has shape {labels.shape}; want a label for each")
    beyond = samples[~(np.abs(samples) <= LARGEST)]
    if len(beyond):
        raise ValueError(f"{op}: X holds {beyond[0]}; want finite numbers, of at most 2**1020, which axes can show")
    return samples, labels


def _grid(samples: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Places along both axes, and all of the plane that they span, a row each."""
    across, up = (_around(samples[:, i]) for i in (0, 1))
    return across, up, np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2).astype(np.float64)


def _colors(model: Any, labels: NDArray[Any], sides: bool) -> dict[Any, str]:
    """The colour of each label, in increasing order: that of the region into which a model puts it."""
    names, known = np.unique(labels).tolist(), _attribute(model, "classes")
    order = [] if known is None else np.asarray(known).tolist()
    if sides and not order and set(names) <= {-1, 0, 1}:
        middle = GREY if -1 in names else COLORS[0]
        return {name: {-1: COLORS[0], 0: middle, 1: COLORS[1]}[name] for name in names}
    order += [name for name in names if name not in order]
    return {name: COLORS[order.index(name) % len(COLORS)] for name in names}


def _draw_samples(
    axes: Axes,
    samples: NDArray[Any],
    labels: NDArray[Any],
    across: NDArray[np.float64],
    up: NDArray[np.float64],
    colors: dict[Any, str],
) -> Axes:
    """A colour and a marker for each label, which a legend names if there are more than two."""
    for marker, (label, color) in zip(itertools.cycle(MARKERS), colors.items(), strict=False):
        own = samples[labels == label]
        axes.plot(own[:, 0], own[:, 1], color=color, marker=marker, linestyle="none", label=str(label))
    axes.set(xlabel="$x_1$", ylabel="$x_2$", xlim=(across[0], across[-1]), ylim=(up[0], up[-1]))
    if len(colors) > 2:
        axes.legend()
    return axes


def _draw_regions(
    axes: Axes, across: NDArray[np.float64], up: NDArray[np.float64], values: NDArray[np.float64]
) -> None:
    """Where one value is negative and positive, and the line between; or where which of several is the greatest."""
    if values.shape[2] == 1:
        axes.contourf(across, up, values[:, :, 0], levels=[-math.inf, 0.0, math.inf], colors=COLORS[:2], alpha=0.2)
        axes.contour(across, up, values[:, :, 0], levels=[0.0], colors=GREY)
        return
    best = values.argmax(axis=2)
    for k in range(values.shape[2]):
        lead = values[:, :, k] - np.delete(values, k, axis=2).max(axis=2)
        lead = np.where(best == k, np.maximum(lead, TINY), np.minimum(lead, -TINY))  # where several are the greatest
        axes.contourf(across, up, lead, levels=[0.0, math.inf], colors=COLORS[k % len(COLORS)], alpha=0.2)
        axes.contour(across, up, lead, levels=[0.0], colors=GREY)


def training(fit: Any, /, *, ax: Axes | None = None) -> Axes:
    """The mistakes or the loss of each epoch of a fit, and in the title what it came to.

    Parameters
    ----------
    fit : anything with `mistakes` or `losses`, a number for each epoch, or one for each class in each epoch
        Mistakes are bars, those of several classes one on the other; losses are lines. If it has `converged`, `margin`
        and `margin_bound`, the title states them, and the legend those of several classes, which it names as
        `classes` does. Any of these names may have an underscore at the end.
    ax : matplotlib Axes, optional

    Returns
    -------
    Axes

    Raises
    ------
    TypeError
        If the fit counts neither.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> fit = onedot.fit_perceptron([[0.0, 0.0], [1.0, 1.0]], [-1, 1])
    >>> onedot.plot.training(fit, ax=Figure().subplots()).get_title()
    'converged: margin 0.577, at most 0.577'
    """
    name = "losses" if _attribute(fit, "mistakes") is None else "mistakes"
    counts = np.asarray(_attribute(fit, name))
    if counts.ndim not in (1, 2):
        wanted = "want one with mistakes or losses, a number an epoch, or one for each class"
        raise TypeError(f"plot.training: fit has type {type(fit).__name__}; {wanted}")
    axes = _axes(ax)
    from matplotlib.ticker import MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    columns = counts[:, None] if counts.ndim == 1 else counts
    names = _class_names(fit, columns.shape[1])
    if name == "mistakes":
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        _draw_mistakes(axes, columns, names)
    else:
        _draw_losses(axes, columns, names)
    axes.set(xlabel="epoch", title=_outcome(fit) if counts.ndim == 1 else _end(fit))
    if counts.ndim == 2:
        axes.legend()
    return axes


def _draw_mistakes(axes: Axes, mistakes: NDArray[Any], names: list[str]) -> None:
    """A bar for each epoch, those of several classes one on the other."""
    epochs, below = np.arange(1, len(mistakes) + 1), np.zeros(len(mistakes))
    for k, (column, name) in enumerate(zip(mistakes.T, names, strict=True)):
        axes.bar(epochs, column, bottom=below, color=COLORS[k % len(COLORS)], label=name)
        below = below + column
    axes.set_ylabel("mistakes")


def _draw_losses(axes: Axes, losses: NDArray[Any], names: list[str]) -> None:
    """A line for each class; it ends where the class did, whose losses are NaN from there on."""
    for k, (column, name) in enumerate(zip(losses.T, names, strict=True)):
        axes.plot(np.arange(1, len(losses) + 1), column, color=COLORS[k % len(COLORS)], label=name)
    axes.set_ylabel("mean squared error")
    if not np.any(losses <= 0.0):
        axes.set_yscale("log")


def _class_names(fit: Any, several: int) -> list[str]:
    """What the legend calls each class: its label, and its margin if that is known."""
    classes, margins, bounds = (_attribute(fit, name) for name in ("classes", "margin", "margin_bound"))
    names = [str(label) for label in (range(several) if classes is None else classes)][:several]
    if np.shape(margins) == np.shape(bounds) == (several,):
        stated = [_margin(*each) for each in zip(margins, bounds, strict=True)]
        names = [f"{name}: {margin}" if margin else name for name, margin in zip(names, stated, strict=True)]
    return names


def _outcome(fit: Any) -> str:
    """What a fit of one class came to."""
    margin = _margin(_attribute(fit, "margin"), _attribute(fit, "margin_bound"))
    return f"{_end(fit)}: {margin}" if _attribute(fit, "converged") and margin else _end(fit)


def _end(fit: Any) -> str:
    converged = _attribute(fit, "converged")
    return "" if converged is None else "converged" if converged else "not converged"


def _margin(margin: float | None, bound: float | None) -> str:
    """The margin and its bound, nothing if they are not known."""
    if margin is None or bound is None or math.isnan(margin):
        return ""
    return f"margin {margin:.3g}, at most {bound:.3g}"


def _attribute(fit: Any, name: str) -> Any:
    return getattr(fit, name, getattr(fit, f"{name}_", None))


def vectors(x: ArrayLike, y: ArrayLike, /, *, ax: Axes | None = None) -> Axes:
    """Two vectors of the plane, the angle between them, and the projection of x onto y.

    Parameters
    ----------
    x, y : array_like, shape (2,)
        Not zero.
    ax : matplotlib Axes, optional

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        If x or y has another shape or is zero.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> onedot.plot.vectors([1.5, 2.0], [3.0, 1.0], ax=Figure().subplots()).texts[-1].get_text()
    '34.7°'
    """
    pair = [np.asarray(as_array("plot.vectors", name, v), np.float64) for name, v in (("x", x), ("y", y))]
    for name, v in zip("xy", pair, strict=True):
        if v.shape != (2,):
            raise ValueError(f"plot.vectors: {name} has shape {v.shape}; want (2,), a vector of the plane")
    turn, foot = float(geometry.angle(*pair)), geometry.project(*pair)
    axes = _axes(ax)
    axes.plot(*np.stack([pair[0], foot]).T, color=GREY, linestyle=":")
    axes.plot(*np.stack([np.zeros(2), foot]).T, color=COLORS[2], linewidth=5, alpha=0.6, solid_capstyle="butt")
    for name, v, color in zip("xy", pair, COLORS, strict=False):
        tip, beyond = (float(v[0]), float(v[1])), 6 * v / geometry.norm(v)
        arrow = {"arrowstyle": "-|>", "color": color, "linewidth": 2, "shrinkA": 0, "shrinkB": 0}
        axes.annotate("", tip, (0, 0), arrowprops=arrow)
        axes.annotate(f"${name}$", tip, xytext=(beyond[0], beyond[1]), textcoords="offset points", color=color)
    _draw_angle(axes, pair, turn)
    corners = np.stack([*pair, foot, np.zeros(2)])
    low, high = corners.min(axis=0), corners.max(axis=0)
    pad = 0.15 * (high - low).max()
    axes.set(xlim=(low[0] - pad, high[0] + pad), ylim=(low[1] - pad, high[1] + pad), aspect="equal")
    return axes


def _draw_angle(axes: Axes, pair: list[NDArray[np.float64]], turn: float) -> None:
    """The arc from one vector to the other, and how many degrees it has."""
    size = 0.25 * min(float(geometry.norm(v)) for v in pair)
    directions = [math.atan2(v[1], v[0]) for v in pair]
    first = directions[1] if math.sin(directions[0] - directions[1]) >= 0 else directions[0]
    sweep = np.linspace(first, first + turn, 50)
    axes.plot(size * np.cos(sweep), size * np.sin(sweep), color=GREY)
    middle = first + turn / 2
    axes.text(1.25 * size * math.cos(middle), 1.25 * size * math.sin(middle), f"{math.degrees(turn):.1f}°", color=GREY)


def _axes(ax: Axes | None) -> Axes:
    if ax is not None:
        return ax
    if importlib.util.find_spec("matplotlib") is None:
        raise missing("onedot.plot", "Matplotlib", "plot")
    import matplotlib.pyplot as plt

    return plt.gca()


def _around(values: NDArray[Any]) -> NDArray[np.float64]:
    """Places from a little below the least to a little above the greatest."""
    low, high = float(values.min(initial=0.0)), float(values.max(initial=0.0))
    if values.size:
        low, high = float(values.min()), float(values.max())
    pad = 0.25 * (high - low) or 1.0
    return np.linspace(low - pad, high + pad, GRID)


def _decision(model: Any, places: NDArray[np.float64]) -> NDArray[np.float64]:
    """What the model says in each place, as one number whose sign decides or as one for each class."""
    if isinstance(model, Hyperplane):
        return np.asarray(model.distance(places))
    if isinstance(model, Unit | Layer | Network):
        last = model.layers[-1] if isinstance(model, Network) else model
        outputs = np.asarray(model(places))
        half = 0.5 if last.activation in ("step", "sigmoid") else 0.0
        return outputs - half if outputs.ndim == 1 or outputs.shape[1] == 1 else outputs
    if hasattr(model, "decision_function"):
        return np.asarray(model.decision_function(places))
    if hasattr(model, "margins"):
        return np.asarray(model.margins(places))
    weights = np.asarray(getattr(model, "weights", ()))
    if weights.shape in ((2,), (3,)):
        return np.asarray(Unit(weights[-2:], float(weights[0]) if weights.size == 3 else 0.0)(places))
    raise TypeError(
        f"plot.boundary: model has type {type(model).__name__}; want a hyperplane, a unit, a layer or a fit"
    )
