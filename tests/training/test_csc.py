"""A CSC matrix is taken wherever a CSR matrix is, and gives the bits of the dense one, however it is stored."""

import numpy as np
import pytest

import onedot
from support.bits import array_bits
from support.cells import in_one_test
from support.samples import changed

sparse = pytest.importorskip("scipy.sparse")

draw = np.random.default_rng(5)
X = draw.standard_normal((40, 7)) * (draw.random((40, 7)) < 0.3)
X[3] = 0.0
X[:, 4] = 0.0
Y = np.where(draw.random(40) < 0.5, 1, -1)


def perceptron_epoch(S):
    w = np.zeros(8)
    onedot.perceptron_epoch(w, S, Y)
    return w


PERCEPTRON, LMS = onedot.fit_perceptron(X, Y, max_epochs=3), onedot.fit_lms(X, Y, epochs=3)
ENTRIES = {
    "perceptron_epoch": perceptron_epoch,
    "fit_perceptron": lambda S: onedot.fit_perceptron(S, Y, max_epochs=3).weights,
    "fit_lms": lambda S: onedot.fit_lms(S, Y, epochs=3).weights,
    "PerceptronFit.margins": PERCEPTRON.margins,
    "PerceptronFit.predict": PERCEPTRON.predict,
    "LmsFit.predict": LMS.predict,
}


def backwards(S):
    """The rows of each column from the last to the first."""
    places = np.concatenate([np.arange(a, b)[::-1] for a, b in zip(S.indptr, S.indptr[1:], strict=False)])
    return sparse.csc_array((S.data[places], S.indices[places], S.indptr), S.shape)


def wide(S):
    made = S.copy()
    made.indices, made.indptr = S.indices.astype("i8"), S.indptr.astype("u8")
    return made


def halves(S):
    """Every element as two halves, which are added up."""
    return sparse.csc_array((np.repeat(S.data / 2, 2), np.repeat(S.indices, 2), 2 * S.indptr), S.shape)


FORMS = {"plain": lambda S: S, "a matrix": sparse.csc_matrix, "backwards": backwards, "wide": wide, "halves": halves}


@in_one_test("form", FORMS)
@in_one_test("entry", ENTRIES)
def test_csc_gives_the_bits_of_the_dense_matrix(level, entry, form):
    S = FORMS[form](sparse.csc_array(X))
    before = [part.copy() for part in (S.data, S.indices, S.indptr)]
    assert array_bits(ENTRIES[entry](S)) == array_bits(ENTRIES[entry](X))
    assert all(np.array_equal(now, then) for now, then in zip((S.data, S.indices, S.indptr), before, strict=True))


S = sparse.csc_array(X)
LAST = int(S.indptr[-1])


FORGERIES = {
    "a row too far": ({"indices": changed(S.indices, 2, 40)}, "the indices of X hold 0 to 40; want rows, 0 to 39"),
    "a row before the first": ({"indices": changed(S.indices, 0, -1)}, "the indices of X hold -1 to 39; want rows"),
    "a row beyond int64": ({"indices": changed(S.indices.astype("u8"), 0, 2**64 - 1)}, "hold -1 to 39; want rows"),
    "rows of floats": ({"indices": S.indices.astype(float)}, "the indices of X has dtype float64; want integers"),
    "an indptr of rows": ({"indptr": np.append(S.indptr, LAST)}, "it has 9 elements; want 8"),
    "an indptr that falls": ({"indptr": changed(S.indptr, 1, LAST + 5)}, "it falls from"),
    "an indptr that ends beyond": ({"indptr": changed(S.indptr, 7, LAST + 1)}, f"beyond the {LAST} elements"),
    "data too short": ({"data": S.data[:-1]}, "want as many of both"),
    "a masked array": ({"data": np.ma.array(S.data)}, "a masked array, whose mask would be lost"),
}


@pytest.mark.parametrize("forgery", FORGERIES)
@pytest.mark.parametrize("entry", ENTRIES)
def test_csc_whose_parts_do_not_fit_is_refused_before_anything_follows_them(entry, forgery):
    parts, words = FORGERIES[forgery]
    forged = S.copy()
    for name, part in parts.items():
        setattr(forged, name, part)
    with pytest.raises((ValueError, TypeError), match=words):
        ENTRIES[entry](forged)
