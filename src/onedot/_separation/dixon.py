"""The one dependency among some integer vectors, by p-adic lifting: what elimination would take far longer to find.

k vectors of which every k-1 are independent, and all k are not, are a circuit: c with sum c_i row_i = 0 is unique but
for a factor, and its numbers have as many digits as a determinant. Lifting [1]_ inverts one matrix modulo a prime,
and then finds the solution's digits in that base, each at the cost of a few products of the matrix and a vector.
Euclid's algorithm makes fractions of them, of which the denominator of one is nearly always that of all.

.. [1] J. D. Dixon, "Exact solution of linear equations using p-adic expansions", Numer. Math. 40 (1982), 137-141.
   https://doi.org/10.1007/BF01459082
"""

from collections.abc import Callable
from math import isqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["circuit"]

BITS = 26
PRIME = 2**BITS - 5  # the largest for which 2**11 products of two residues fit in int64
LARGEST = 2**11


def circuit(rows: list[list[int]], go_on: Callable[[], None]) -> list[int] | None:
    """Integers c > 0 with sum c_i rows[i] = 0, or None if the rows are no circuit, or one with other signs.

    `go_on` is called now and then and may raise.
    """
    if not 2 <= len(rows) <= min(len(rows[0]) + 1, LARGEST):
        return None
    vectors = np.array(rows, dtype=object).T
    reduced = _reduce(vectors, go_on)
    if reduced is None:
        return None
    kept, inverse = reduced
    numerators, denominator = _solve(vectors[kept, :-1], -vectors[kept, -1], inverse, go_on)
    c = np.array([*numerators, denominator], dtype=object)
    # Modulo an unlucky prime vectors may depend on each other that do not: so this asks the integers.
    return c.tolist() if (c > 0).all() and not (vectors @ c).any() else None


def _reduce(vectors: NDArray[Any], go_on: Callable[[], None]) -> tuple[list[int], NDArray[np.int64]] | None:
    """Coordinates in which all vectors but the last are independent modulo the prime, and the inverse there."""
    w, k = vectors.shape
    table = np.concatenate([(vectors % PRIME).astype(np.int64), np.eye(w, dtype=np.int64)], axis=1)
    kept: list[int] = []
    for column in range(k - 1):
        go_on()
        candidates = np.flatnonzero(table[:, column])
        candidates = candidates[~np.isin(candidates, kept)]
        if len(candidates) == 0:
            return None
        pivot = int(candidates[0])
        kept.append(pivot)
        table[pivot] = table[pivot] * pow(int(table[pivot, column]), -1, PRIME) % PRIME
        factors = table[:, column].copy()
        factors[pivot] = 0
        table = (table - factors[:, None] * table[pivot]) % PRIME
    rest = np.delete(table[:, k - 1], kept)
    return None if rest.any() else (kept, table[np.ix_(kept, [k + row for row in kept])])


def _solve(
    A: NDArray[Any], b: NDArray[Any], inverse: NDArray[np.int64], go_on: Callable[[], None]
) -> tuple[list[int], int]:
    """x with A x = b, as numerators and one denominator > 0."""
    bound = _bound(A, b)
    parts = _parts(A)
    digits, modulus = [], 1
    while modulus <= 2 * bound * bound:
        go_on()
        digit = inverse @ (b % PRIME).astype(np.int64) % PRIME
        product = sum((part @ digit).astype(object) << BITS * i for i, part in enumerate(parts))
        b = (b - product) // PRIME  # without remainder
        digits.append(digit.astype(object))
        modulus *= PRIME
    return _fractions(_number(digits).tolist(), modulus, bound)


def _bound(A: NDArray[Any], b: NDArray[Any]) -> int:
    """What no determinant exceeds that Cramer's rule divides: Hadamard's product of the lengths of the columns."""
    lengths = [isqrt(sum(value * value for value in column)) + 1 for column in (*A.T.tolist(), b.tolist())]
    product = 1
    for length in lengths:
        product *= length
    return product // min(lengths)


def _parts(A: NDArray[Any]) -> list[NDArray[np.int64]]:
    """Matrices of BITS-bit integers with A = sum of parts[i] << BITS * i; the last has the signs."""
    parts = []
    while any(abs(value) >> BITS for value in A.flat):
        parts.append((A & ((1 << BITS) - 1)).astype(np.int64))
        A = A >> BITS
    return [*parts, A.astype(np.int64)]


def _number(digits: list[NDArray[Any]]) -> NDArray[Any]:
    """The numbers with these digits, the lowest first, joined in pairs so that the work is in few long products."""
    base = PRIME
    while len(digits) > 1:
        pairs = zip(digits[::2], [*digits[1::2], np.zeros_like(digits[0])], strict=False)
        digits = [low + base * high for low, high in pairs]
        base *= base
    return digits[0]


def _fractions(residues: list[int], modulus: int, bound: int) -> tuple[list[int], int]:
    """The fractions that these are modulo `modulus`, of numerators and denominators up to `bound`."""
    common = 1
    for residue in residues:
        scaled = residue * common % modulus
        if min(scaled, modulus - scaled) > bound:
            common *= _denominator(scaled, modulus, bound)
    numerators = [residue * common % modulus for residue in residues]
    return [value - modulus if value > modulus // 2 else value for value in numerators], common


def _denominator(residue: int, modulus: int, bound: int) -> int:
    """q with residue * q in -bound..bound modulo `modulus`, by Euclid's algorithm stopped half-way."""
    a, b = modulus, residue
    p, q = 0, 1
    while b > bound:
        quotient, remainder = divmod(a, b)
        a, b = b, remainder
        p, q = q, p - quotient * q
    return abs(q)
