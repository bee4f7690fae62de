"""CSR matrices of drawn parts, changed until they may no longer fit each other, and who holds them."""

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse

from onedot._corpus.perceptron import Csr
from support.fuzz.arrays import vector
from support.fuzz.forged import forged
from support.samples import lying_at, read_only

DTYPES = (*map(np.dtype, 6 * ["f8"] + 3 * ["f4"] + ["f2", "i8", "i1", "u4", "?", ">f8", ">f4", "c16", "O", "U1"]),)
PLACES = (-1, -2, 0, 1, 2, 5, 2**31 - 1, -(2**31), 2**31, 2**32, 2**62, 2**63 - 1, -(2**63))
INDEX = (*map(np.dtype, ("i4", "i8", "i4", "i8", "u8", "u4", "i2", "i1", "u1", ">i4", ">i8", "f8", "f4", "?", "O")),)


class Parts(NamedTuple):
    """A CSR matrix as what it is made of."""

    data: Any
    indices: Any
    indptr: Any
    shape: Any


# Valid ones ----------------------------------------------------------------------------------------------


def drawn(data):
    """The parts of a CSR matrix, columns in any order, some twice, some rows empty; mostly small."""
    n, d = data.one_of((1, 2, 3, 4, 6, 9)), data.one_of((1, 2, 3, 5, 8, 33, 70, 4100))
    counts = data.patterns(n) % data.one_of((1, 2, 3, 4, 9))
    nnz = int(counts.sum())
    index = data.one_of(INDEX[:2])
    columns = data.patterns(4 * nnz).view(np.uint32) % d
    indptr = np.concatenate([[0], np.cumsum(counts.astype(np.int64))])
    return Parts(values(data, nnz), columns.astype(index), indptr.astype(index), (n, d))


def values(data, count):
    dtype = data.one_of(DTYPES)
    if dtype.kind == "f":
        return vector(data, count, dtype)
    small = data.patterns(count) % 3
    return small.astype(np.int8).astype(dtype)


# Changes -------------------------------------------------------------------------------------------------


def shorter(data, v):
    return v[: data.one_of((1, 2, 0, -1, -2))]


def longer(data, v):
    more = data.one_of((1, 2, 100))
    return np.concatenate([v, np.resize(v, more)]) if len(v) else np.zeros(more, v.dtype)


def changed(data, v):
    """One element is another number."""
    place = data.one_of(PLACES)
    v = v.copy()
    if len(v):
        at, info = data.one_of(range(len(v))), np.iinfo(v.dtype) if v.dtype.kind in "iu" else None
        v[at] = v[at] + place if info is None else min(max(place, info.min), info.max)
    return v


def exchanged(data, v):
    if len(v) < 2:
        return v
    v, i, j = v.copy(), data.one_of(range(len(v))), data.one_of(range(len(v)))
    v[[i, j]] = v[[j, i]]
    return v


def shifted(data, v):
    return v + v.dtype.type(data.one_of((1, 1, 100)))


def retyped(data, v):
    return v.astype(data.one_of(INDEX))


def fractional(data, v):
    return v + 0.5


def laid_out(data, v):
    """Another layout of the same numbers."""
    ways = (
        lambda: np.repeat(v, 2)[::2],
        lambda: v[::-1].copy()[::-1],
        lambda: lying_at(v, 1),
        lambda: read_only(v),
    )
    return data.one_of(ways)()


def reshaped(data, v):
    return data.one_of((lambda: v[None], lambda: v[:, None], lambda: v.reshape(1, 1, -1), lambda: v.sum()))()


def shared(data, v):
    """One element in the place of all."""
    return np.broadcast_to(v[:1], len(v)) if len(v) else v


def other(data, v):
    return data.one_of((None, 0, 1.5, "ab", [], [0, 1], (), np.zeros(0), {}, v.tolist(), b"abcdefgh", memoryview(v)))


def lying(data, v):
    return forged(data, v)[0]


CHANGES = (
    lying,
    shorter,
    longer,
    changed,
    changed,
    exchanged,
    shifted,
    retyped,
    fractional,
    laid_out,
    reshaped,
    shared,
    other,
)
SHAPED = (
    lambda n, d: (n + 1, d),
    lambda n, d: (n - 1, d),
    lambda n, d: (n, d - 1),
    lambda n, d: (n, d + 1),
    lambda n, d: (d, n),
    lambda n, d: (n + 1000, d),
    lambda n, d: (0, d),
    lambda n, d: (n, 0),
    lambda n, d: (-1, d),
    lambda n, d: (n, -1),
    lambda n, d: (2**62, d),
    lambda n, d: (n, 2**62),
    lambda n, d: (n, 2**64),
    lambda n, d: (n,),
    lambda n, d: (n, d, 1),
    lambda n, d: (float(n), d),
    lambda n, d: (n, d + 0.5),
    lambda n, d: (np.int64(min(n, 2**62)), np.int32(min(d, 2**31 - 1))),
    lambda n, d: [n, d],
    lambda n, d: (str(n), d),
    lambda n, d: (),
    lambda n, d: None,
)


def mutated(data, parts):
    """One of the parts changed."""
    name = data.one_of(("indptr", "indptr", "indices", "indices", "data", "shape"))
    if name == "shape":
        n, d = parts.shape if type(parts.shape) is tuple and len(parts.shape) == 2 else (1, 1)
        return parts._replace(shape=data.one_of(SHAPED)(n, d) if type(n) is type(d) is int else (2, 2))
    v, change = getattr(parts, name), data.one_of(CHANGES)
    is_vector = type(v) is np.ndarray and v.ndim == 1 and v.dtype.kind in "iuf"
    return parts._replace(**{name: change(data, v)}) if is_vector else parts


# What they describe --------------------------------------------------------------------------------------


def is_plain(parts):
    """Whether it is clear that the parts describe a matrix that fits here, or that they describe none."""
    arrays, shape = parts[:3], parts.shape
    if not all(type(v) is np.ndarray for v in arrays) or arrays[0].dtype.char not in "dfbBhHiIlLqQ?":
        return False
    if type(shape) is not tuple or any(type(size) not in (int, np.int64, np.int32) for size in shape):
        return False
    return len(shape) != 2 or abs(shape[0]) * abs(shape[1]) < 2**20


def dense(parts):
    """The matrix that plain parts describe, None if they contradict each other."""
    v, indices, indptr, shape = parts
    if len(shape) != 2 or any(a.ndim != 1 for a in parts[:3]) or any(a.dtype.kind not in "iu" for a in parts[1:3]):
        return None
    n, d = shape
    if not (0 <= n == len(indptr) - 1 and d >= 0 and len(v) == len(indices)):
        return None
    ends, columns = indptr.tolist(), indices.tolist()
    if ends[0] != 0 or ends != sorted(ends) or ends[-1] > len(v) or any(not 0 <= j < d for j in columns[: ends[-1]]):
        return None
    X = np.zeros((n, d), np.float64 if v.dtype.kind in "iub" else v.dtype.newbyteorder("="))
    with np.errstate(all="ignore"):
        for i in range(n):
            for k in range(ends[i], ends[i + 1]):
                X[i, columns[k]] += X.dtype.type(v[k])
    return X


def is_of_one_sum(parts):
    """Whether a dense matrix says what is stored: nothing twice, whose sum depends on who adds, no large integer."""
    v, indices, indptr, _ = parts
    rows = [indices[start:end].tolist() for start, end in pairwise(indptr)]
    large = v.dtype.kind in "iu" and any(abs(value) > 2**53 for value in v.tolist())
    return not large and all(len(set(row)) == len(row) for row in rows)


# Who holds them ------------------------------------------------------------------------------------------


def as_tuple(parts):
    return Csr(*parts)


def of_scipy(parts, made=scipy.sparse.csr_array, **flags):
    """Made valid, then given these parts."""
    X = made((1, 1))
    for name, value in zip(("data", "indices", "indptr", "_shape"), parts, strict=True):
        setattr(X, name, value)
    for name, value in flags.items():
        setattr(X, name, value)
    return X


def old(parts):
    return of_scipy(parts, scipy.sparse.csr_matrix)


def said_sorted(parts):
    return of_scipy(parts, has_sorted_indices=True, has_canonical_format=True)


def said_unsorted(parts):
    return of_scipy(parts, scipy.sparse.csr_matrix, has_sorted_indices=False, has_canonical_format=False)


def empty_by_nnz(parts):
    return of_scipy(parts, type("Empty", (scipy.sparse.csr_array,), {"nnz": 0}))


HOLDERS = (as_tuple, of_scipy, of_scipy, old, said_sorted, said_unsorted, empty_by_nnz)


def changing(first, parts, reads):
    """A matrix of SciPy's whose parts are the first ones when they are read so often, and others from then on."""
    made = {}

    def part(name):
        read = []

        def get(self):
            read.extend([name] * ("whole" in made))  # SciPy looks at the parts when it makes the matrix
            return getattr(first if len(read) <= reads else parts, name)

        return property(get, lambda self, value: None)

    members = {name: part(name) for name in Parts._fields}
    made["whole"] = type("Changing", (scipy.sparse.csr_array,), members)((1, 1))
    return made["whole"]
