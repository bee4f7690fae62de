"""Linear dependencies among integer vectors, by p-adic lifting: what elimination would take far longer to find.

k vectors of which every k-1 are independent, and all k are not, are a circuit: c with sum c_i row_i = 0 is unique but
for a factor, and its numbers have as many digits as a determinant. Lifting [1]_ inverts one matrix modulo a prime,
and then finds the solution's digits in that base, each at the cost of a few products of the matrix and a vector.
Euclid's algorithm makes fractions of them, of which the denominator of one is nearly always that of all. Where the
numbers are small, few digits will do: so fractions are tried early, and what is found is always asked of the integers.

.. [1] J. D. Dixon, "Exact solution of linear equations using p-adic expansions", Numer. Math. 40 (1982), 137-141.
   https://doi.org/10.1007/BF01459082
"""

from collections.abc import Callable, Iterator
from math import gcd, isqrt
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Kernel", "circuit", "kernel", "rank_modulo"]

BITS = 26
PRIME = 2**BITS - 5  # the largest for which 2**11 products of two residues fit in int64
LARGEST = 2**11
SPARE = 20  # bits by which the fractions tried early are smaller than those that any residue can be

Integers = NDArray[np.int64]


class Kernel(NamedTuple):
    """The vectors v with A v = 0, in the columns of `vectors`: one for each column of A that depends on earlier ones.

    That of the column free[j] is positive there, 0 at all other free columns and at all columns to the right of it.
    """

    rows: list[int]  # independent, as many as the rank of A
    pivots: list[int]  # the columns that depend on none to the left of them, as many
    free: list[int]  # the other columns
    vectors: NDArray[Any]


def circuit(rows: list[list[int]], go_on: Callable[[], None]) -> list[int] | None:
    """Integers c > 0 with sum c_i rows[i] = 0, or None if the rows are no circuit, or one with other signs.

    `go_on` is called now and then and may raise.
    """
    if not 2 <= len(rows) <= min(len(rows[0]) + 1, LARGEST):
        return None
    vectors = np.array(rows, dtype=object).T
    found = _eliminate(vectors, PRIME, go_on)
    if found[1] != list(range(len(rows) - 1)):
        return None
    c = _lift(vectors, *found, PRIME, go_on)
    return c[:, 0].tolist() if c is not None and (c > 0).all() else None


def kernel(A: NDArray[Any], go_on: Callable[[], None]) -> Kernel:
    """The kernel of a matrix of Python integers, exactly, and the columns and rows that are independent."""
    for prime in _primes():  # few are unlucky: those that divide one determinant
        rows, pivots, inverse = _eliminate(A, prime, go_on)
        vectors = _lift(A, rows, pivots, inverse, prime, go_on)
        if vectors is not None:
            return Kernel(rows, pivots, [j for j in range(A.shape[1]) if j not in set(pivots)], vectors)
    raise MemoryError("no prime left, which takes a determinant of 100 million bits")


def rank_modulo(A: NDArray[Any], go_on: Callable[[], None]) -> int:
    """The rank of A modulo the prime: the rank of A is no less."""
    return len(_echelon((A % PRIME).astype(np.int64), A.shape[1], PRIME, go_on)[0])


def _primes() -> Iterator[int]:
    """All odd primes from PRIME down; no determinant that fits into memory is a multiple of all of them."""
    for n in range(PRIME, 2, -2):
        if all(n % factor for factor in range(3, isqrt(n) + 1, 2)):
            yield n


def _eliminate(A: NDArray[Any], prime: int, go_on: Callable[[], None]) -> tuple[list[int], list[int], Integers]:
    """Rows and the leftmost columns that are independent modulo the prime, and the inverse of A[rows][:, columns]."""
    m, w = A.shape
    residues = (A % prime).astype(np.int64)
    rows = list(range(m))
    if m > 2 * w:
        rows, _ = _echelon(residues.copy(), w, prime, go_on)
    table = np.concatenate([residues[rows], np.eye(len(rows), dtype=np.int64)], axis=1)
    kept, pivots = _echelon(table, w, prime, go_on)
    inverse = table[np.ix_(kept, [w + row for row in kept])]
    return [rows[row] for row in kept], pivots, inverse


def _echelon(table: Integers, w: int, prime: int, go_on: Callable[[], None]) -> tuple[list[int], list[int]]:
    """Rows and columns of the pivots among the first w columns of the table, which is reduced by them in place."""
    kept: list[int] = []
    pivots: list[int] = []
    left = np.ones(len(table), bool)
    for column in range(w):
        go_on()
        candidates = np.flatnonzero((table[:, column] != 0) & left)
        if len(candidates) == 0:
            continue
        pivot = int(candidates[0])
        kept.append(pivot)
        pivots.append(column)
        left[pivot] = False
        table[pivot] = table[pivot] * pow(int(table[pivot, column]), -1, prime) % prime
        factors = table[:, column].copy()
        factors[pivot] = 0
        others = np.flatnonzero(factors)
        table[others] = (table[others] - factors[others, None] * table[pivot]) % prime
        if not left.any():
            break
    return kept, pivots


def _lift(
    A: NDArray[Any], rows: list[int], pivots: list[int], inverse: Integers, prime: int, go_on: Callable[[], None]
) -> NDArray[Any] | None:
    """Vectors as in `Kernel`, from the inverse modulo the prime; None if there are too few of them."""
    free = [j for j in range(A.shape[1]) if j not in set(pivots)]
    vectors = np.zeros((A.shape[1], len(free)), dtype=object)
    vectors[free, range(len(free))] = 1
    if not pivots or not free:
        return None if (A @ vectors).any() else vectors
    matrix, b = A[np.ix_(rows, pivots)], -A[np.ix_(rows, free)]
    bound, parts, digits, modulus, tried = _bound(matrix, b), _parts(matrix), [], 1, 1
    while True:
        go_on()
        digit = (_product(inverse, (b % prime).astype(np.int64)) % prime).astype(np.int64)
        product = sum(_product(part, digit).astype(object) << BITS * i for i, part in enumerate(parts))
        b = (b - product) // prime  # without remainder
        digits.append(digit.astype(object))
        modulus *= prime
        enough = modulus > 2 * bound * bound
        if enough or len(digits) == 2 * tried:
            tried = len(digits)
            found = _fractions(_number(digits, prime), modulus, bound if enough else isqrt(modulus) >> SPARE)
            if found is not None:
                vectors[pivots], vectors[free, range(len(free))] = found
                if not (A @ vectors).any():
                    return vectors
        if enough:
            return None


def _product(A: Integers, B: Integers) -> NDArray[Any]:
    """A @ B of numbers of BITS bits: in int64 as long as no sum of them can overflow."""
    if A.shape[1] <= LARGEST:
        return A @ B
    pieces = [(A[:, i : i + LARGEST] @ B[i : i + LARGEST]).astype(object) for i in range(0, A.shape[1], LARGEST)]
    return np.asarray(np.sum(pieces, axis=0))


def _bound(A: NDArray[Any], b: NDArray[Any]) -> int:
    """What no determinant exceeds that Cramer's rule divides: Hadamard's product of the lengths of the columns."""
    lengths = [isqrt(sum(value * value for value in column)) + 1 for column in A.T.tolist()]
    longest = max(isqrt(sum(value * value for value in column)) + 1 for column in b.T.tolist())
    product = longest
    for length in lengths:
        product *= length
    return product // min(*lengths, longest)


def _parts(A: NDArray[Any]) -> list[Integers]:
    """Matrices of BITS-bit integers with A = sum of parts[i] << BITS * i; the last has the signs."""
    parts = []
    while any(abs(value) >> BITS for value in A.flat):
        parts.append((A & ((1 << BITS) - 1)).astype(np.int64))
        A = A >> BITS
    return [*parts, A.astype(np.int64)]


def _number(digits: list[NDArray[Any]], prime: int) -> NDArray[Any]:
    """The numbers with these digits, the lowest first, joined in pairs so that the work is in few long products."""
    base = prime
    while len(digits) > 1:
        pairs = zip(digits[::2], [*digits[1::2], np.zeros_like(digits[0])], strict=False)
        digits = [low + base * high for low, high in pairs]
        base *= base
    return digits[0]


def _fractions(residues: NDArray[Any], modulus: int, bound: int) -> tuple[NDArray[Any], list[int]] | None:
    """Columns of numerators and a denominator of each, up to `bound`, that these are modulo `modulus`, reduced."""
    numerators, denominators = np.empty_like(residues), []
    for j, column in enumerate(residues.T.tolist()):
        common = 1
        for residue in column:
            scaled = residue * common % modulus
            if min(scaled, modulus - scaled) > bound:
                common *= _denominator(scaled, modulus, bound)
                if common > bound:
                    return None
        values = [residue * common % modulus for residue in column]
        values = [value - modulus if value > modulus // 2 else value for value in values]
        divisor = gcd(common, *values)
        numerators[:, j] = [value // divisor for value in values]
        denominators.append(common // divisor)
    return numerators, denominators


def _denominator(residue: int, modulus: int, bound: int) -> int:
    """q with residue * q in -bound..bound modulo `modulus`, by Euclid's algorithm stopped half-way."""
    a, b = modulus, residue
    p, q = 0, 1
    while b > bound:
        quotient, remainder = divmod(a, b)
        a, b = b, remainder
        p, q = q, p - quotient * q
    return abs(q)
