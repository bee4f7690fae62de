"""Samples, labels and weights as callers pass them, as what is to be minimised."""

from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from onedot._core.arrays import number
from onedot._entry import dot
from onedot._logistic.cholesky import DEPENDENT, cholesky
from onedot._logistic.class_factors import class_factors
from onedot._logistic.objective import LEAST_SIZE, Objective, columns_of
from onedot._separation import Complete, Overlap, QuasiComplete
from onedot._separation.clock import Clock
from onedot._separation.problem import names_of, posed
from onedot._separation.separate import kind_of
from onedot._training.epochs import Floats, read_rows
from onedot._training.labels import read_classes
from onedot._training.sample_weights import sample_weights
from onedot.levels.refusals import shown

__all__ = ["Penalty", "Problem", "read_problem", "read_strength", "read_total", "ridge_of"]

Penalty = Literal["l2"]
BUDGET = 60.0  # seconds for a proof


class Problem(NamedTuple):
    """What is minimised, and what the caller calls its parts."""

    op: str
    objective: Any  # an `Objective`, or one of samples elsewhere
    classes: NDArray[Any]
    total: float  # of the samples' weights
    unpenalised: bool
    counted: NDArray[np.bool_]  # which samples of all that were given
    names: list[str]  # of columns

    def column_sizes(self) -> Floats:
        """The greatest magnitude in each column of (1, X). ValueError if one is so small that squares lose digits."""
        sizes: Floats = self.objective.column_sizes()
        small = np.flatnonzero((sizes > 0.0) & (sizes < LEAST_SIZE))
        if len(small):
            said = f"{self._called(small[0] - self.objective.bias)} of X holds no number above {sizes[small[0]]:.3g}"
            raise ValueError(f"{self.op}: {said}, whose squares are lost in rounding; want it on a larger scale")
        return sizes

    def check_columns(self) -> None:
        """ValueError if a column is, to rounding, a combination of those before it and of the bias."""
        L = cholesky(self.objective.even_moments(), least=DEPENDENT)
        if isinstance(L, int):
            column, bias = L - self.objective.bias, self.objective.bias
            kind = f"a combination of those before it{', and of the bias' * bias}"
            if column == 0:
                kind = "constant, as the bias is" if bias else "zero"
            said = f"{self._called(column)} of X is, to rounding, {kind}"
            raise ValueError(f"{self.op}: {said}, so its weight is not determined; want it left out, or penalty='l2'")

    def _called(self, column: int) -> str:
        """A column by its name, where X has such, or by its number."""
        name = self.names[column]
        return f"column {column if name == f'x{column}' else shown(name)}"

    def separation(self) -> Complete | QuasiComplete | None:
        """Of which kind the classes are separated, with a proof; None if they overlap."""
        objective = self.objective
        labels = self.classes.tolist()
        problem = posed(objective.dense(), objective.codes, labels, self.counted, objective.bias, self.names)
        answer = kind_of(problem, Clock("separation", BUDGET))
        return None if isinstance(answer, Overlap) else answer

    def refuse(self, kind: Complete | QuasiComplete) -> None:
        """ValueError: there is no maximum, for this reason."""
        if isinstance(kind, Complete):
            said = "a plane separates the classes"
        else:
            said = f"a plane separates the classes but for {int(np.count_nonzero(kind.on_plane))} samples on it, and "
            said += f"the weights of {', '.join(kind.variables.infinite)} go to infinity"
        report = "on_separation='report'" + (" of onedot.fit_logistic" if self.op != "fit_logistic" else "")
        raise ValueError(
            f"{self.op}: the likelihood has no maximum: {said}; want penalty='l2', other features, or {report}"
        )


def read_problem(
    op: str,
    X: Any,
    y: ArrayLike,
    penalty: Penalty | None,
    C: float,
    bias: bool,
    sample_weight: ArrayLike | None,
    class_weight: Any,
) -> Problem:
    strength = read_strength(op, penalty, C)
    rows = read_rows(op, X)
    if rows.n == 0:
        raise ValueError(f"{op}: X has 0 samples; want 1 or more of each class")
    weights = sample_weights(op, sample_weight, rows.n)
    counted = weights != 0.0
    classes, codes = read_classes(op, y, rows.n, counted)
    if not counted.all():
        rows, weights = rows.taken(counted), weights[counted]

    def weight_of(c: int | None) -> float:
        return dot(weights, np.ones(rows.n) if c is None else (codes == c).astype(np.float64))

    weights = weights * class_factors(op, class_weight, classes, weight_of)[codes]
    total = read_total(op, weight_of(None))
    ridge = ridge_of(op, strength, total)
    weights = weights / total
    vanished = np.bincount(codes[weights > 0.0], minlength=len(classes)) == 0
    if vanished.any():
        which = shown(classes[vanished].tolist()[0])
        raise OverflowError(f"{op}: the weights of class {which} vanish beside others; want weights on one scale")
    objective = Objective(
        op=op,
        rows=rows,
        columns=columns_of(rows),
        codes=codes,
        weights=weights,
        ridge=ridge,
        bias=bias,
        units=1 if len(classes) == 2 else len(classes),
    )
    names = names_of(X, rows.d) if penalty is None else []  # which a proof says
    return Problem(op, objective, classes, total, penalty is None, counted, names)


def ridge_of(op: str, C: float, total: float) -> float:
    """1 / (C * total), also where that product overflows; 0 for an infinite C, which is no penalty."""
    if np.inf == C:
        return 0.0
    product = C * total
    ridge = 1.0 / product if 0.0 < product < np.inf else 1.0 / C / total
    if not 0.0 < ridge < np.inf:
        said = f"C is {C:g}, the sum of all weights {total:g}, so the penalty"
        raise OverflowError(f"{op}: {said} {'overflows' if ridge else 'vanishes'}; want C or weights on another scale")
    return ridge


def read_strength(op: str, penalty: Penalty | None, C: float) -> float:
    """C, if there is a penalty, otherwise infinity."""
    if penalty is None:
        return np.inf
    if not (isinstance(penalty, str) and penalty == "l2"):
        raise ValueError(f"{op}: penalty is {shown(penalty)}; want 'l2' or None")
    strength = number(op, "C", C, "a positive finite number")
    if not 0.0 < strength < np.inf:
        raise ValueError(f"{op}: C is {shown(C)}; want a positive finite number, or penalty=None")
    return strength


def read_total(op: str, total: float) -> float:
    if not 0.0 < total < np.inf:
        raise OverflowError(f"{op}: the sum of all weights is {total}; want weights on another scale")
    return total
