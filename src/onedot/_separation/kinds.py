"""The three kinds of separation, each with a proof that can be checked without trusting how it was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from onedot._core.environment import in_default_environment
from onedot._core.in_short import Shown
from onedot._separation.problem import Problem, read_problem
from onedot._separation.proofs import cancelling, dependent_columns, least_distance, spanned_by, spans_all

if TYPE_CHECKING:
    from fractions import Fraction

    from onedot._separation.dixon import Kernel

__all__ = ["Certificate", "Complete", "Overlap", "QuasiComplete", "Variables", "roles"]


@dataclass(frozen=True, eq=False, repr=False)
class Certificate(Shown):
    """sum_k c_k z_k = 0 with every c_k > 0: on these samples no direction gains, so none does on their span.

    Attributes
    ----------
    indices : ndarray, shape (m,) or, of more than two classes, (m, 2)
        Numbers of samples; of more than two classes each with the number of the class that it is set against.
    coefficients : tuple of Fraction
        c > 0 of those. z_i is (1, x_i), times -1 for the first of two classes; `onedot.separation` says what it is
        for more.
    """

    indices: NDArray[np.intp]
    coefficients: tuple[Fraction, ...]


@dataclass(frozen=True, repr=False)
class Variables(Shown):
    """Which coefficients go to infinity, which stay finite, and which are not determined, by name.

    Attributes
    ----------
    names : tuple of str
        All of them: the bias, if there is one, and the columns of a table by their names, of an array "x0", "x1"...
        Of more than two classes "class:name" for each class but the first, whose coefficients are 0.
    infinite : tuple of str
        Coefficients that some direction of recession changes: along it the likelihood rises to its supremum.
    finite : tuple of str
        Coefficients that none changes: of all sequences that approach the supremum they have the one limit.
    undetermined : tuple of str
        Columns that are a linear combination of columns to the left of them, exactly. Their coefficients are taken to
        be 0, as if they were left out, and what is said of the others is said of the model without them.
    """

    names: tuple[str, ...]
    infinite: tuple[str, ...]
    finite: tuple[str, ...]
    undetermined: tuple[str, ...]


@dataclass(frozen=True, eq=False, repr=False)
class Complete(Shown):
    """w·z > 0 for every sample: a plane separates the classes, and no maximum likelihood estimate exists.

    Attributes
    ----------
    weights : ndarray, shape (1+d,) or, of k > 2 classes, (k, 1+d)
        The bias first, unless there is none. Of two classes the second has positive sums; of more, each has the largest
        sums at its samples, and the weights of the first class are 0. float64; Python integers (dtype object) for
        the rare set that no rounding of the plane found separates.
    margin : float
        The least distance of a sample from the plane, or from a plane between its class and another, rounded once. It
        is the margin of these weights, and not the largest there is.
    classes : tuple
        The classes in ascending order.
    bias : bool
        Whether the weights have one.
    """

    weights: NDArray[Any]
    margin: float
    classes: tuple[Any, ...]
    bias: bool

    @in_default_environment
    @np.errstate(all="ignore")
    def verify(self, X: Any, y: ArrayLike, *, sample_weight: ArrayLike | None = None) -> bool:
        """Whether the weights separate the samples, every sign taken exactly, and `margin` is theirs.

        Examples
        --------
        >>> answer = onedot.separation([[0.0], [2.0]], ["a", "b"])
        >>> answer.verify([[0.0], [2.0]], ["a", "b"]), answer.verify([[2.0], [0.0]], ["a", "b"])
        (True, False)
        """
        return self._holds(read_problem("verify", X, y, sample_weight, self.bias))

    def _holds(self, problem: Problem) -> bool:
        weights = problem.flat(self.weights)
        if weights is None or self.classes != problem.classes:
            return False
        return least_distance(problem, weights) == self.margin


@dataclass(frozen=True, eq=False, repr=False)
class QuasiComplete(Shown):
    """b·z >= 0 for every sample, > 0 for some and 0 for others: no maximum likelihood estimate exists.

    Attributes
    ----------
    direction : ndarray, shape (1+d,) or, of k > 2 classes, (k, 1+d)
        b, in the form of `Complete.weights`: float64 if that holds it exactly, otherwise Python integers. Of all
        directions with b·z >= 0 it has the most samples off the plane.
    on_plane : ndarray of bool, shape (n,) or, of k > 2 classes, (n, k)
        The samples with b·z = 0; of more than two classes those that lie between their class and another. Samples
        of weight 0 are not among them.
    variables : Variables
        Which coefficients go to infinity, and which stay finite.
    certificate : Certificate
        Of samples on the plane that cancel, and of which all on it are linear combinations: no direction gains on any
        of them. So none has more samples off the plane, and what is finite is so.
    classes, bias
        As in `Complete`.
    """

    direction: NDArray[Any]
    on_plane: NDArray[np.bool_]
    variables: Variables
    certificate: Certificate
    classes: tuple[Any, ...]
    bias: bool

    @in_default_environment
    @np.errstate(all="ignore")
    def verify(self, X: Any, y: ArrayLike, *, sample_weight: ArrayLike | None = None) -> bool:
        """Whether all of it holds, exactly: the signs, the sum, the span, and the part of every variable.

        Examples
        --------
        >>> X, y = [[0.0], [1.0], [1.0], [2.0]], [0, 0, 1, 1]
        >>> answer = onedot.separation(X, y)
        >>> answer.verify(X, y), answer.verify([[0.0], [1.0], [1.5], [2.0]], y)
        (True, False)
        """
        return self._holds(read_problem("verify", X, y, sample_weight, self.bias))

    def _holds(self, problem: Problem) -> bool:
        points, direction = problem.points, problem.flat(self.direction)
        if direction is None or self.classes != problem.classes:
            return False
        signs = points.signs(points.form(direction).g)
        if signs.min() != 0 or not signs.any():
            return False
        mask, wanted = np.asarray(self.on_plane), problem.mask(np.flatnonzero(signs == 0))
        rows = cancelling(problem, self.certificate.indices, self.certificate.coefficients)
        if rows is None or mask.shape != wanted.shape or mask.dtype != np.bool_ or (mask != wanted).any():
            return False
        in_plane = spanned_by(points, rows, np.flatnonzero(signs == 0))
        if in_plane is None:
            return False
        off = np.flatnonzero(signs)
        return self.variables == roles(self.variables.names, in_plane, dependent_columns(points, in_plane, off))


@dataclass(frozen=True, eq=False, repr=False)
class Overlap(Shown):
    """No b has b·z >= 0 for every sample but where b·z = 0 for all: a maximum likelihood estimate exists.

    Attributes
    ----------
    certificate : Certificate
        Of samples that cancel, of which all samples are linear combinations. If b·z >= 0 for all of those then
        b·z = 0, for 0 = b·sum c_k z_k = sum c_k (b·z_k), and so it is for all samples.
    classes, bias
        As in `Complete`.
    """

    certificate: Certificate
    classes: tuple[Any, ...]
    bias: bool

    @in_default_environment
    @np.errstate(all="ignore")
    def verify(self, X: Any, y: ArrayLike, *, sample_weight: ArrayLike | None = None) -> bool:
        """Whether the samples of the certificate cancel, and all samples are linear combinations of them, exactly.

        Examples
        --------
        >>> X = [[0.0], [1.0], [2.0], [3.0]]
        >>> answer = onedot.separation(X, [0, 1, 0, 1])
        >>> answer.verify(X, [0, 1, 0, 1]), answer.verify(X, [0, 0, 1, 1])
        (True, False)
        """
        return self._holds(read_problem("verify", X, y, sample_weight, self.bias))

    def _holds(self, problem: Problem) -> bool:
        rows = cancelling(problem, self.certificate.indices, self.certificate.coefficients)
        return self.classes == problem.classes and rows is not None and spans_all(problem.points, rows)


def roles(names: tuple[str, ...], in_plane: Kernel, dependent: Kernel) -> Variables | None:
    """What the directions that are 0 on the plane do to each coefficient, and which of them are 0 everywhere.

    Of the vectors in_plane.vectors each is the last that is not 0 at its free column. So the columns that depend on
    columns to the left of them are the free columns of `dependent`, and the other vectors are 0 there.
    """
    if len(names) != len(in_plane.vectors):
        return None
    changed = (in_plane.vectors[:, dependent.pivots] != 0).any(axis=1).tolist()
    columns = {in_plane.free[j] for j in dependent.free}
    infinite = tuple(name for name, each in zip(names, changed, strict=True) if each)
    undetermined = tuple(name for j, name in enumerate(names) if j in columns)
    finite = tuple(name for j, name in enumerate(names) if j not in columns and not changed[j])
    return Variables(names, infinite, finite, undetermined)
