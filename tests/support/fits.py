"""What fits leave, of functions and of estimators, and samples for them."""

import numpy as np

from support.bits import array_bits

FIELDS = ("weights", "averaged", "mistakes", "converged", "margin", "margin_bound", "bias")  # of a perceptron's fit


def same(a, b):
    """Whether two fits of perceptrons have the same bits."""
    return all(array_bits(np.asarray(getattr(a, name))) == array_bits(np.asarray(getattr(b, name))) for name in FIELDS)


def learned(estimator):
    """Every array and number that a fit leaves, as bits."""
    return {
        name: array_bits(np.asarray(value))
        for name, value in vars(estimator).items()
        if name.endswith("_") and value is not None
    }


def integers(n=60, d=7, classes=2, seed=0):
    """Samples of whole numbers, of which the classes overlap."""
    draw = np.random.default_rng(seed)
    y = draw.integers(0, classes, n)
    y[:classes] = np.arange(classes)
    return draw.integers(-9, 10, (n, d)) + 4.0 * (np.arange(d) % classes == y[:, None]), y
