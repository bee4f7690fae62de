"""What an estimator is to learn, and how well it does on samples held out."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from onedot._training.epochs import Floats, Rows

__all__ = ["Problem", "Validation", "least_lead"]


class Problem(NamedTuple):
    """Samples, their classes and what they weigh."""

    rows: Rows
    codes: NDArray[np.intp]  # the place of each label in classes_
    weights: Floats  # of the samples
    class_weights: Floats

    def factors(self, unit: int | None) -> Floats:
        """What multiplies each step: the weights of class and sample.

        Of one class of several against the rest only its own class weight counts, as in scikit-learn.
        """
        if (self.class_weights == 1.0).all():
            return self.weights
        rest = self.class_weights[0] if len(self.class_weights) == 2 else 1.0
        of_class = self.class_weights[self.codes]
        if unit is not None:
            of_class = np.where(self.codes == unit, self.class_weights[unit], rest)
        with np.errstate(over="ignore", under="ignore"):
            return np.asarray(of_class * self.weights)

    def steps(self, name: str, eta0: float, unit: int | None) -> Floats:
        """The sizes of the steps: eta0 times the weights of class and sample."""
        with np.errstate(over="ignore", under="ignore"):
            steps = eta0 * self.factors(unit)
        if not np.isfinite(steps).all():
            raise OverflowError(f"{name}: eta0 times class_weight times sample_weight overflows; want smaller ones")
        return steps

    def labels(self, unit: int) -> Floats:
        """1 for samples of the class, -1 for the rest."""
        return np.where(self.codes == unit, 1.0, -1.0)


class Validation:
    """The samples held out, as one unit sees them."""

    def __init__(self, problem: Problem, unit: int | None, held_out: NDArray[np.bool_]) -> None:
        self._rows = problem.rows.taken(held_out)
        self._unit = unit
        self._codes, self._weights = problem.codes[held_out], problem.weights[held_out]

    def accuracy(self, w: Floats) -> float:
        """The weight of those on the right side, as a part of all."""
        if self._unit is None:
            right = _margins(self._rows, w).argmax(axis=0) == self._codes
        else:
            right = (_margins(self._rows, w[None])[0] > 0.0) == (self._codes == self._unit)
        return float(np.average(right, weights=self._weights))


def _margins(rows: Rows, W: Floats) -> Floats:
    """A row of margins for each row of weights."""
    return np.stack([rows.margins("margin", w) for w in W])


def least_lead(problem: Problem, unit: int | None, counted: NDArray[np.intp], w: Floats) -> float:
    """The least margin on the right side or, of all classes at once, the least lead of the right one, by weights w.

    Of the samples counted: a NumPy index.
    """
    if unit is not None:
        leads = problem.labels(unit) * _margins(problem.rows, w[None])[0]
    else:
        margins = _margins(problem.rows, w)
        places = (problem.codes, np.arange(problem.rows.n))
        own = margins[places]
        margins[places] = -np.inf
        leads = own - margins.max(axis=0)
    return float(np.min(leads[counted], initial=np.inf))
