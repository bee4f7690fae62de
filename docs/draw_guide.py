"""Draw the pictures of the guide into a folder, by default docs/pictures: python docs/draw_guide.py [folder]

They are the same bytes every time with the same Matplotlib, transparent, and in colours that black and white pages
both let stand out.
"""

import sys
import warnings
from fractions import Fraction
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from sklearn.linear_model import LogisticRegression

import onedot
from onedot import activations, plot

GREY = plot.GREY
LOOK = {
    "svg.hashsalt": "onedot",
    "svg.fonttype": "none",  # text stays text
    "font.family": "sans-serif",
    "font.size": 10,
    "text.color": GREY,
    "axes.labelcolor": GREY,
    "axes.edgecolor": GREY,
    "axes.titlecolor": GREY,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
    "mathtext.fontset": "dejavusans",
}


def figure(width, height, columns=1):
    """A figure of this size in inches, and its axes."""
    made = Figure(figsize=(width, height), layout="constrained")
    return made, made.subplots(1, columns, squeeze=False)[0]


def weighted_sum():
    """The products of a weighted sum, each beginning where the one before it ends."""
    w, x, b = np.array([0.5, -1.0, 2.0]), np.array([4.0, 3.0, 1.0]), 1.0
    drawn, (ax,) = figure(5.5, 2.6)
    parts = [*(w * x), b]
    ends = np.cumsum(parts)
    for i, (part, end) in enumerate(zip(parts, ends, strict=True)):
        ax.barh(i, part, left=end - part, color=plot.COLORS[int(part > 0)], height=0.6)
        ax.plot([end, end], [i - 0.3, i + 1.3], color=GREY, linewidth=0.8, linestyle=":")
    ax.barh(len(parts), ends[-1], color=plot.COLORS[2], height=0.6)
    names = [rf"$w_{i + 1} x_{i + 1}$ = {a:g} · {c:g}" for i, (a, c) in enumerate(zip(w, x, strict=True))]
    ax.set_yticks(range(len(parts) + 1), [*names, f"$b$ = {b:g}", f"$w·x + b$ = {ends[-1]:g}"])
    ax.invert_yaxis()
    ax.set_xlim(-1.3, 2.3)
    ax.axvline(0, color=GREY, linewidth=0.8)
    return drawn


def layer():
    """What each activation makes of a weighted sum, drawn by layers of 401 units with one input each."""
    sums = np.linspace(-4, 4, 401)
    drawn, axes = figure(7.5, 2.3, 4)
    for ax, name, color in zip(axes, ("step", "relu", "sigmoid", "tanh"), plot.COLORS, strict=False):
        outputs = onedot.Layer(sums[:, None], activation=name)([1.0])
        ax.plot(sums, outputs, color=color, linewidth=2)
        ax.axhline(0, color=GREY, linewidth=0.5)
        ax.axvline(0, color=GREY, linewidth=0.5)
        ax.set_title(name)
        ax.set_xlabel("$w·x + b$")
    return drawn


def alignment():
    """Three pairs of vectors: one way, at right angles, against each other."""
    y = [3.0, 1.0]
    drawn, axes = figure(7.5, 2.6, 3)
    for ax, x in zip(axes, ([1.5, 2.0], [-0.75, 2.25], [-2.0, 1.0]), strict=True):
        plot.vectors(x, y, ax=ax)
        ax.set_title(f"$x·y$ = {onedot.dot(x, y):.2g}")
    return drawn


def half_spaces():
    """A hyperplane, its normal, and points on either side."""
    plane = onedot.Hyperplane([1.0, 2.0], b=-2.0)
    X = np.random.default_rng(3).uniform(-1.5, 2.5, (60, 2))
    drawn, (ax,) = figure(4.2, 4.2)
    plot.boundary(plane, X, plane.side(X), ax=ax)
    foot = np.array([0.4, 0.8])
    arrow = {"arrowstyle": "-|>", "color": GREY, "linewidth": 2, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", foot + plane.w / 2, foot, arrowprops=arrow)
    ax.annotate("$w$", foot + plane.w / 2, xytext=(4, 2), textcoords="offset points", fontsize=12)
    ax.set_aspect("equal")
    return drawn


def perceptron():
    """The boundary of a perceptron after its first sample and its epochs, and its mistakes."""
    grid = np.arange(-3.0, 4.0)
    X = np.stack(np.meshgrid(grid, grid, indexing="ij"), axis=-1).reshape(-1, 2)
    y = onedot.Hyperplane([2.0, 3.0], b=-1.5).side(X)
    first = np.zeros(3)
    onedot.perceptron_update(first, X[0], y[0])
    fits = [onedot.fit_perceptron(X, y, max_epochs=epochs) for epochs in (1, 2, 10)]
    drawn, axes = figure(9.5, 2.7, 4)
    models = [onedot.Unit(first[1:], first[0]), *fits[:2]]
    for ax, model, title in zip(axes, models, ("first sample", "epoch 1", "epoch 2"), strict=False):
        plot.boundary(model, X, y, ax=ax)
        for points in ax.lines:
            points.set_markersize(3)
        ax.set_title(title)
        ax.set_aspect("equal")
    plot.training(fits[-1], ax=axes[-1])
    axes[-1].set_title("")
    return drawn


def xnor():
    """The four points of XNOR, and the segments whose crossing no line can cut in two."""
    drawn, (ax,) = figure(3.2, 3.2)
    pairs = (([0, 1], [1, 0]), ([0, 1], [0, 1]))
    for (across, up), color, marker, name in zip(pairs, plot.COLORS, "os", ("no", "yes"), strict=False):
        ax.plot(across, up, color=color, marker=marker, markersize=9, linestyle="--", label=name)
    ax.plot([0.5], [0.5], color=GREY, marker="x", markersize=10, markeredgewidth=2)
    ax.set(
        xlabel="$x_1$", ylabel="$x_2$", xticks=[0, 1], yticks=[0, 1], xlim=(-0.3, 1.3), ylim=(-0.3, 1.5), aspect="equal"
    )
    ax.legend(loc="upper center", ncols=2)
    return drawn


def xnor_network():
    """XNOR: the two units of the hidden layer, and the layer on top of them."""
    hidden = onedot.Layer([[1.0, 1.0], [-1.0, -1.0]], b=[-1.5, 0.5], activation="step")
    network = onedot.Network([hidden, onedot.Layer([[1.0, 1.0]], b=[-0.5], activation="step")])
    X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    drawn, axes = figure(7.5, 2.7, 3)
    models = [onedot.Unit(w, b, "step") for w, b in zip(hidden.W, hidden.b, strict=True)]
    for ax, model, title in zip(axes, [*models, network], ("both", "neither", "XNOR: either"), strict=True):
        plot.boundary(model, X, [1, -1, -1, 1], ax=ax)
        ax.set_title(title)
        ax.set_aspect("equal")
    return drawn


def line():
    """The line y = 2x + 1, and points below it, on it and above it."""
    model = onedot.Hyperplane.line(slope=2.0, intercept=1.0)
    X = np.array(
        [
            [-1.5, 1.5],
            [-0.5, 1.75],
            [0.0, 3.0],
            [-1.0, -1.0],
            [0.0, 1.0],
            [1.0, 3.0],
            [0.5, -1.0],
            [1.0, 1.0],
            [1.5, 2.5],
        ]
    )
    drawn, (ax,) = figure(4.2, 3.6)
    plot.boundary(model, X, model.side(X), ax=ax)
    ax.set(xlabel="$x$", ylabel="$y$")
    handles, labels = ax.get_legend_handles_labels()
    names = {"-1": "above", "0": "on the line", "1": "below"}
    ax.legend(handles, [names[label] for label in labels], loc="upper left")
    return drawn


def delta_rule():
    """Points near a line, and the line of a unit after some epochs of the delta rule."""
    x, y = np.arange(8.0), np.array([1.2, 2.7, 5.1, 7.3, 8.8, 11.1, 12.9, 15.2])
    drawn, (ax,) = figure(4.2, 3.2)
    for epochs, style in ((1, ":"), (3, "--"), (4000, "-")):
        b, slope = onedot.fit_lms(x[:, None], y, rate=1 / 512, epochs=epochs).weights
        ends = np.array([[0.0], [7.5]])
        line = onedot.Unit([slope], b)(ends)
        ax.plot(ends[:, 0], line, color=plot.COLORS[1], linestyle=style, label=f"{epochs} epoch{'s' * (epochs > 1)}")
    ax.plot(x, y, color=plot.COLORS[0], marker="o", linestyle="none")
    ax.set(xlabel="$x$", ylabel="$y$")
    ax.legend()
    return drawn


def no_maximum():
    """Likelihoods along one direction of the weights, and what climbing one without a top comes to."""
    hours, labels = np.arange(1, 9)[:, None] / 2, {"overlap": [0, 0, 0, 1, 0, 1, 1, 1], "separated": [0] * 4 + [1] * 4}
    drawn, (left, right) = figure(7, 2.8, columns=2)
    scales = np.linspace(0, 12, 121)
    for color, (name, y) in zip(plot.COLORS, labels.items(), strict=False):
        margins = np.where(y, 1, -1) * (hours[:, 0] - 2.25)
        likelihoods = [np.exp(activations.log_expit(scale * margins).sum()) for scale in scales]
        left.plot(scales, likelihoods, color=color, label=name)
    left.set(xlabel="length of the weights", ylabel="likelihood")
    left.legend()
    counts = range(1, 26)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says itself that it has not converged
        found = [
            LogisticRegression(C=np.inf, tol=1e-12, max_iter=count).fit(hours, labels["separated"]).coef_[0, 0]
            for count in counts
        ]
    right.plot(counts, found, color=plot.COLORS[1], marker="o", markersize=3)
    right.set(xlabel="iterations", ylabel="weight, separated")
    return drawn


def orders():
    """The same products added in a thousand orders: how far each sum is from the exact one, and onedot's."""
    draw = np.random.default_rng(0)
    x, y = draw.standard_normal(1000), draw.standard_normal(1000)
    exact = sum(Fraction(a) * Fraction(b) for a, b in zip(x.tolist(), y.tolist(), strict=True))
    unit = Fraction(float(np.spacing(abs(float(exact)))))
    sums = [np.cumsum((x * y)[draw.permutation(1000)])[-1] for _ in range(1000)]  # one after the other
    off = [round(float((Fraction(float(value)) - exact) / unit), 3) for value in sums]
    drawn, (ax,) = figure(6, 2.6)
    values, counts = np.unique(off, return_counts=True)
    ax.bar(values, counts, color=plot.COLORS[5], width=0.8)
    ax.axvline(np.mean(off), color=GREY, linewidth=2.5, linestyle="--", label=f"mean of the orders, {np.mean(off):.1f}")
    ours = float((Fraction(onedot.dot(x, y)) - exact) / unit)
    ax.axvline(ours, color=plot.COLORS[1], linewidth=2.5, label=f"onedot, everywhere, {ours:.1f}")
    ax.legend(loc="upper right")
    ax.set(xlabel="distance from the exact sum, in units in the last place", ylabel="orders, of 1000")
    return drawn


PICTURES = {
    "weighted-sum": weighted_sum,
    "layer": layer,
    "alignment": alignment,
    "half-spaces": half_spaces,
    "perceptron": perceptron,
    "xnor": xnor,
    "xnor-network": xnor_network,
    "line": line,
    "delta-rule": delta_rule,
    "no-maximum": no_maximum,
    "orders": orders,
}


def main(folder):
    """Write every picture as an SVG file."""
    with mpl.rc_context(LOOK):
        for name, draw in PICTURES.items():
            draw().savefig(folder / f"{name}.svg", transparent=True, metadata={"Date": None, "Creator": None})


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "pictures")
