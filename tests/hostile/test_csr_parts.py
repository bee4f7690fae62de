"""CSR matrices whose parts do not fit each other: refused by whatever takes one, before anything follows the parts."""

import re

import numpy as np
import pytest

import onedot
from onedot._corpus.perceptron import Csr
from support.bits import array_bits
from support.cells import in_one_test
from support.forgeries import lying
from support.samples import changed, lying_at

sparse = pytest.importorskip("scipy.sparse")
pytest.importorskip("sklearn")

from onedot.sklearn import Adaline, LogisticRegression, Perceptron  # noqa: E402

X = np.array([[0, 1, 2, 0], [3, 0, 0, 1], [0, 0, 0, 0], [1, 2, 3, 4], [0, 0, 5, 0], [-1, 0, 0, 2]], float)
Y = np.array([1, -1] * 3)
PARTS = {name: getattr(sparse.csr_array(X), name) for name in ("data", "indices", "indptr", "shape")}
DATA, INDICES, INDPTR, _ = PARTS.values()
LAST = int(INDPTR[-1])


def scipys(kind):
    def made(parts):
        S = kind(X)
        S.data, S.indices, S.indptr, S._shape = parts["data"], parts["indices"], parts["indptr"], parts["shape"]
        return S

    return made


SCIPYS = [scipys(sparse.csr_array), scipys(sparse.csr_matrix)]
FORMS = [*SCIPYS, lambda parts: Csr(**parts)]


def estimators(make):
    fitted = make(max_iter=2, tol=None).fit(X, Y)
    held_out = {"early_stopping": True, "validation_fraction": 0.4, "max_iter": 2, "tol": None}
    return {
        "fit": lambda S: make(max_iter=2, tol=None).fit(S, Y),
        "a fit that holds samples out": lambda S: make(**held_out).fit(S, Y),
        "a first partial_fit": lambda S: make().partial_fit(S, Y, classes=[-1, 1]),
        "a later partial_fit": lambda S: make().partial_fit(X, Y, classes=[-1, 1]).partial_fit(S, Y),
        "predict": fitted.predict,
        "decision_function": fitted.decision_function,
        "score": lambda S: fitted.score(S, Y),
    }


OF_SCIKIT_LEARN = {
    **{f"Perceptron, {name}": call for name, call in estimators(Perceptron).items()},
    **{f"Adaline, {name}": call for name, call in estimators(Adaline).items()},
    "LogisticRegression, fit": lambda S: LogisticRegression().fit(S, Y),
    "LogisticRegression, predict_proba": LogisticRegression().fit(X, Y).predict_proba,
}
ENTRIES = OF_SCIKIT_LEARN | {
    "fit_perceptron": lambda S: onedot.fit_perceptron(S, Y, max_epochs=2),
    "perceptron_epoch": lambda S: onedot.perceptron_epoch(np.zeros(5), S, Y),
    "fit_lms": lambda S: onedot.fit_lms(S, Y, epochs=2),
    "PerceptronFit.margins": onedot.fit_perceptron(X, Y, max_epochs=2).margins,
    "PerceptronFit.predict": onedot.fit_perceptron(X, Y, max_epochs=2).predict,
    "LmsFit.predict": onedot.fit_lms(X, Y, epochs=2).predict,
    "fit_logistic": lambda S: onedot.fit_logistic(S, Y),
    "LogisticFit.predict": onedot.fit_logistic(X, Y).predict,
    "LogisticFit.predict_proba of three classes": onedot.fit_logistic(X, [0, 1, 2] * 2).predict_proba,
}


WRAPPING = np.array([0, 2**62, 2**63 - 1, -(2**62), -1, 3, LAST])  # each difference is positive, modulo 2**64

FORGERIES = {
    "a short indptr": ({"indptr": INDPTR[:2].copy()}, "it has 2 elements; want 7"),
    "a long indptr": ({"indptr": np.append(INDPTR, LAST)}, "it has 8 elements; want 7"),
    "an empty indptr": ({"indptr": INDPTR[:0]}, "it has 0 elements; want 7"),
    "an indptr that begins later": ({"indptr": changed(INDPTR, 0, 1)}, "it begins with 1; want 0"),
    "an indptr that begins before": ({"indptr": changed(INDPTR, 0, -(2**20))}, "it begins with -1048576; want 0"),
    "an indptr that falls": ({"indptr": changed(INDPTR, 2, 9)}, "it falls from 9 to 4 at 2; want it to rise"),
    "an indptr that rises by overflow alone": ({"indptr": WRAPPING}, "it falls from 9223372036854775807 to"),
    "an indptr that ends beyond": ({"indptr": changed(INDPTR, 6, 2**20)}, "it ends with 1048576, beyond the 11"),
    "an indptr of floats": ({"indptr": INDPTR.astype(float)}, "the indptr of X has dtype float64; want integers"),
    "a fractional indptr": ({"indptr": INDPTR + 0.5}, "the indptr of X has dtype float64; want integers"),
    "an indptr of bools": ({"indptr": INDPTR > 0}, "the indptr of X has dtype bool; want integers"),
    "an indptr of objects": ({"indptr": INDPTR.astype(object)}, "the indptr of X has dtype object; want integers"),
    "an indptr beyond int64": ({"indptr": changed(INDPTR.astype("u8"), 3, 2**64 - 8)}, "it falls from 4 to -8 at 2"),
    "an indptr in two dimensions": ({"indptr": INDPTR[None]}, "the indptr of X has shape (1, 7); want 1 for dim"),
    "a number for indptr": ({"indptr": np.array(0)}, "the indptr of X has shape (); want 1 for dimensions"),
    "a list for indptr": ({"indptr": INDPTR.tolist()}, "the indptr of X has type list; want a NumPy array"),
    "no indptr": ({"indptr": None}, "the indptr of X has type NoneType; want a NumPy array"),
    "an indptr that lies": ({"indptr": lying(INDPTR[:2].copy(), 7)}, "it has 2 elements; want 7"),
    "a column too many": ({"indices": changed(INDICES, 5, 4)}, "X has a column index outside 0 to 3"),
    "a column far away": ({"indices": changed(INDICES, 5, 2**31 - 1)}, "X has a column index outside 0 to 3"),
    "a column before the first": ({"indices": changed(INDICES, 0, -1)}, "X has a column index outside 0 to 3"),
    "a column beyond int64": ({"indices": changed(INDICES.astype("u8"), 0, 2**64 - 2)}, "column index outside 0 to 3"),
    "too few indices": ({"indices": INDICES[:-1]}, "the data of X has 11 elements, its indices 10"),
    "too many indices": ({"indices": np.append(INDICES, 0)}, "the data of X has 11 elements, its indices 12"),
    "indices of floats": ({"indices": INDICES.astype(float)}, "the indices of X has dtype float64; want integers"),
    "fractional indices": ({"indices": INDICES + 0.5}, "the indices of X has dtype float64; want integers"),
    "indices of bools": ({"indices": INDICES > 1}, "the indices of X has dtype bool; want integers"),
    "indices of objects": ({"indices": INDICES.astype(object)}, "the indices of X has dtype object; want integers"),
    "indices in two dimensions": ({"indices": INDICES[:, None]}, "the indices of X has shape (11, 1); want 1 for"),
    "a list for indices": ({"indices": INDICES.tolist()}, "the indices of X has type list; want a NumPy array"),
    "indices that lie": ({"indices": lying(INDICES[:3].copy(), 11)}, "the data of X has 11 elements, its indices 3"),
    "too few data": ({"data": DATA[:-1]}, "the data of X has 10 elements, its indices 11; want as many of both"),
    "too many data": ({"data": np.append(DATA, 1.0)}, "the data of X has 12 elements, its indices 11"),
    "data in two dimensions": ({"data": DATA[None]}, "the data of X has shape (1, 11); want 1 for dimensions"),
    "a list for data": ({"data": DATA.tolist()}, "the data of X has type list; want a NumPy array"),
    "data that lie": ({"data": lying(DATA[:3].copy(), 11)}, "the data of X has 3 elements, its indices 11"),
    "more rows than there are": ({"shape": (1000, 4)}, "it has 7 elements; want 1001"),
    "fewer rows than there are": ({"shape": (2, 4)}, "it has 7 elements; want 3"),
    "fewer columns than there are": ({"shape": (6, 3)}, "X has "),
    "rows below none": ({"shape": (-6, 4)}, "X has shape (-6, 4); want sizes of 0 or more"),
    "columns below none": ({"shape": (6, -4)}, "X has shape (6, -4); want sizes of 0 or more"),
    "rows beyond memory": ({"shape": (2**70, 4)}, "want sizes of 0 or more that memory can have"),
    "a shape of floats": ({"shape": (6.0, 4.0)}, "X has shape (6.0, 4.0); want two integers"),
    "a shape of one": ({"shape": (6,)}, "X has shape (6,); want two integers"),
    "a shape of three": ({"shape": (6, 4, 1)}, "X has shape (6, 4, 1); want two integers"),
}


@in_one_test("name", FORGERIES)
def test_parts_that_do_not_fit_are_refused_by_all_that_take_csr(level, name):
    parts, words = FORGERIES[name]
    for entry, call in ENTRIES.items():
        for form in SCIPYS if entry in OF_SCIKIT_LEARN else FORMS:  # which knows no CSR but SciPy's
            with pytest.raises(ValueError, match=re.escape(words)):
                call(form(PARTS | parts))


@pytest.mark.parametrize("name", ["data", "indices", "indptr"])
def test_masked_parts_are_refused_as_all_masks_are(level, name):
    for form in FORMS:
        for call in ENTRIES.values():
            with pytest.raises(TypeError, match=f"the {name} of X is a masked array"):
                call(form(PARTS | {name: np.ma.array(PARTS[name])}))


def test_a_row_that_is_missing_does_not_change_the_weights(level):
    w = np.arange(5.0)
    with pytest.raises(ValueError, match="indptr of X is broken"):
        onedot.perceptron_epoch(w, Csr(**PARTS | {"indptr": INDPTR[:2].copy()}), Y)
    assert w.tolist() == [0.0, 1.0, 2.0, 3.0, 4.0]


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"data": np.append(DATA, np.nan), "indices": np.append(INDICES, -7)},  # SciPy allows for more at the end
        *({"indices": INDICES.astype(t), "indptr": INDPTR.astype(t)} for t in ("u1", "i2", "u4", "i8", "u8", ">i4")),
        {"data": lying_at(DATA, 1), "indices": lying_at(INDICES, 1), "indptr": lying_at(INDPTR, 1)},
        {"data": np.repeat(DATA, 2)[::2], "indices": np.repeat(INDICES, 2)[::2], "indptr": np.repeat(INDPTR, 2)[::2]},
        {"data": lying(DATA, 3), "indices": lying(INDICES, 99), "indptr": lying(INDPTR, 2)},
        {"shape": (np.int64(6), np.uint8(4))},
    ],
    ids=range(12),
)
def test_parts_that_fit_give_what_dense_rows_give(level, parts):
    dense, given = np.zeros(5), np.zeros(5)
    assert onedot.perceptron_epoch(dense, X, Y) == onedot.perceptron_epoch(given, Csr(**PARTS | parts), Y)
    assert array_bits(dense) == array_bits(given)
    fit = onedot.fit_lms(X, Y, epochs=2)
    assert array_bits(fit.predict(X)) == array_bits(fit.predict(Csr(**PARTS | parts)))
    fit, of_rows = onedot.fit_logistic(Csr(**PARTS | parts), Y), onedot.fit_logistic(X, Y)
    assert array_bits(fit.weights) == array_bits(of_rows.weights)
    assert array_bits(fit.predict_proba(Csr(**PARTS | parts))) == array_bits(of_rows.predict_proba(X))


# Other formats, of which scikit-learn has SciPy make CSR -----------------------------------------------------


def forged(kind, **parts):
    S = getattr(sparse, f"{kind}_array")(X)
    for name, v in parts.items():
        setattr(S, name, v(getattr(S, name)) if callable(v) else v)
    return S


OTHERS = {
    "CSC of few columns": (lambda: forged("csc", indptr=lambda v: v[:2].copy()), "it has 2 elements; want 5"),
    "CSC of a row too many": (lambda: forged("csc", indices=lambda v: changed(v, 3, 6)), "indices of X holds 0 to 6"),
    "CSC of a row far away": (lambda: forged("csc", indices=lambda v: changed(v, 3, 2**30)), "; want 0 to 5"),
    "CSC of more rows": (lambda: forged("csc", _shape=(3, 4)), "the indices of X holds 0 to 5; want 0 to 2"),
    "BSR of few rows": (lambda: forged("bsr", indptr=lambda v: v[:2].copy()), "it has 2 elements; want"),
    "BSR of a block far away": (lambda: forged("bsr", indices=lambda v: changed(v, 1, 2**30)), "the indices of X hol"),
    "BSR of few blocks": (lambda: forged("bsr", data=lambda v: v[:1].copy()), "the data of X has 1 elements"),
    "BSR of flat blocks": (lambda: forged("bsr", data=lambda v: v.ravel()), "want 3 for dimensions"),
    "BSR that is no whole blocks": (lambda: forged("bsr", data=np.ones((11, 5, 3))), "want blocks that fill it"),
    "COO of a row far away": (lambda: forged("coo", row=lambda v: changed(v, 3, 2**30)), "the row of X holds 0 to 107"),
    "COO of a column too many": (lambda: forged("coo", col=lambda v: changed(v, 3, 4)), "the col of X holds 0 to 4"),
    "COO of a column before": (lambda: forged("coo", col=lambda v: changed(v, 3, -1)), "the col of X holds -1 to 3"),
    "COO of few rows": (lambda: forged("coo", row=lambda v: v[:2]), "the data of X has 11 elements, its row 2"),
    "COO of fractions": (
        lambda: forged("coo", coords=lambda v: (v[0], v[1] + 0.5)),
        "the col of X has dtype float64; want integers",
    ),
    "DIA of more offsets": (lambda: forged("dia", offsets=np.arange(2**16)), "diagonals, its offsets 65536"),
    "DIA of flat data": (lambda: forged("dia", data=lambda v: v.ravel()), "want 2 for dimensions"),
    "LIL of longer data": (lambda: forged("lil", data=lambda v: changed(v, 0, [1.0] * 2**16)), "rows of X do not fit"),
    "LIL of longer rows": (lambda: forged("lil", rows=lambda v: changed(v, 0, [0] * 2**16)), "rows of X do not fit"),
    "LIL of few rows": (lambda: forged("lil", rows=lambda v: v[:2]), "the rows of X do not fit"),
    "LIL of a column too many": (lambda: forged("lil", rows=lambda v: changed(v, 0, [1, 4])), "column index outside"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_parts_of_other_formats_are_refused_before_scipy_follows_them(level, name):
    make, words = OTHERS[name]
    for call in OF_SCIKIT_LEARN.values():
        with pytest.raises(ValueError, match=re.escape(words)):
            call(make())


@pytest.mark.parametrize("kind", ["csc", "bsr", "coo", "dia", "lil", "dok"])
def test_every_format_gives_what_csr_gives(level, kind):
    for rows in (X, np.zeros_like(X)):
        given = getattr(sparse, f"{kind}_array")(rows)
        wanted = Perceptron(max_iter=2, tol=None).fit(sparse.csr_array(rows), Y)
        found = Perceptron(max_iter=2, tol=None).fit(given, Y)
        assert array_bits(wanted.coef_) == array_bits(found.coef_)
        assert array_bits(wanted.decision_function(given)) == array_bits(wanted.decision_function(rows))
