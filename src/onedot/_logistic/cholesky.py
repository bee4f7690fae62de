"""A positive definite matrix as L Lᵀ, and what follows from it, in the order of the one-dot law.

Every element is one dot product of what was computed before, so the factor has the same bits everywhere.
"""

import numpy as np

from onedot._entry import dot, matvec, vecmat
from onedot._training.epochs import Floats

__all__ = ["DEPENDENT", "cholesky", "inverse_of_factor", "solve"]

DEPENDENT = 2.0**-44  # a pivot of a Gram matrix that is less, as a part of its diagonal element, is made of rounding


def cholesky(A: Floats, least: float = 0.0) -> Floats | int:
    """L, lower triangular, with A = L Lᵀ: L[i, j] = (A[i, j] - dot(L[i, :j], L[j, :j])) / L[j, j].

    Parameters
    ----------
    A : ndarray of float64, shape (d, d)
        Symmetric; only its lower half is read.
    least : float, optional
        A pivot must be greater than this times A[j, j].

    Returns
    -------
    ndarray of float64, shape (d, d), or int
        The factor, or the first j whose pivot is not: to rounding, row j of A is a combination of those before it.

    References
    ----------
    N. J. Higham, "Accuracy and Stability of Numerical Algorithms", 2nd edition (2002), chapter 10.
    https://doi.org/10.1137/1.9780898718027
    """
    L = np.zeros_like(A)
    for j in range(len(A)):
        column = A[j:, j] - matvec(L[j:, :j], L[j, :j])
        if not least * A[j, j] < column[0] < np.inf:
            return j
        L[j, j] = np.sqrt(column[0])
        L[j + 1 :, j] = column[1:] / L[j, j]
    return L


def solve(L: Floats, b: Floats) -> Floats:
    """x with L Lᵀ x = b, by substitution forwards and backwards."""
    d = len(b)
    x = np.empty(d)
    for j in range(d):
        x[j] = (b[j] - dot(L[j, :j], x[:j])) / L[j, j]
    U = np.ascontiguousarray(L.T)
    for j in reversed(range(d)):
        x[j] = (x[j] - dot(U[j, j + 1 :], x[j + 1 :])) / L[j, j]
    return x


def inverse_of_factor(L: Floats) -> Floats:
    """The inverse of L, lower triangular like L: that of A is its transpose times it."""
    inverse = np.zeros_like(L)
    for j in range(len(L)):
        inverse[j, j] = 1.0 / L[j, j]
        inverse[j, :j] = -vecmat(L[j, :j], inverse[:j, :j]) / L[j, j]
    return inverse
