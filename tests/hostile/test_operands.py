"""What is no array of numbers, for every operand of every function that reads one: each is named and refused."""

import collections
import datetime
import decimal
import fractions
import re

import numpy as np
import pytest

import onedot
from onedot import Hyperplane, Layer, Unit, activations, exact, geometry, search, single
from support.hostile import Row, checks_of
from support.producers import Array, DLPack, MaskedSubclass, Measured, Nullable, Structure, in_c, quantity

sparse = pytest.importorskip("scipy.sparse")

V, X, Y, W = np.ones(2), np.ones((2, 2)), [1, -1], np.zeros(2)
F = V.astype("f4")
PLANE, LAYER, UNIT = Hyperplane([1.0, 1.0]), Layer(X), Unit(V)
RECORD = np.dtype([("a", "f8"), ("b", "i4")])
FIT, LMS = onedot.fit_perceptron(np.eye(2), Y), onedot.fit_lms(X, Y, epochs=1)
LOGISTIC = onedot.fit_logistic(np.eye(2), Y, max_iter=2)

MASKED = np.ma.array([1.0, 5.0], mask=[False, True])
IN_OBJECTS, ARRAYS = np.empty(2, object), np.empty(2, object)
IN_OBJECTS[:] = [1.0, np.ma.masked]
ARRAYS[:] = [V, V]
OBJECT = "has dtype object; want .*; "

# What the message says before the fault, the function and the operand, and the call with the operand.
PRODUCTS = {
    "matvec: A": lambda v, **options: onedot.matvec(v, V, **options),
    "matvec: x": lambda v, **options: onedot.matvec(X, v, **options),
    "vecmat: x": lambda v, **options: onedot.vecmat(v, X, **options),
    "vecmat: A": lambda v, **options: onedot.vecmat(V, v, **options),
    "matmul: A": lambda v, **options: onedot.matmul(v, V, **options),
    "matmul: B": lambda v, **options: onedot.matmul(X, v, **options),
    "vecdot: X": lambda v, **options: onedot.vecdot(v, X, **options),
    "vecdot: Y": lambda v, **options: onedot.vecdot(X, v, **options),
}
OUT = np.full(2, 7.0)
OPERANDS = PRODUCTS | {
    **{f"into an out, {said}": lambda v, call=call: call(v, out=OUT) for said, call in PRODUCTS.items()},
    "dot: x": lambda v: onedot.dot(v, V),
    "dot: y": lambda v: onedot.dot(V, v),
    "exact dot: x": lambda v: exact.dot(v, V),
    "exact dot: y": lambda v: exact.dot(V, v),
    "exact sign: x": lambda v: exact.sign(v, V),
    "exact sign: y": lambda v: exact.sign(V, v),
    "exact fraction: x": lambda v: exact.fraction(v, V),
    "exact matvec: A": lambda v: exact.matvec(v, V),
    "exact matvec: x": lambda v: exact.matvec(X, v),
    "exact matmul: A": lambda v: exact.matmul(v, X),
    "exact matmul: B": lambda v: exact.matmul(V, v),
    "exact vecdot: X": lambda v: exact.vecdot(v, V),
    "exact vecdot: Y": lambda v: exact.vecdot(V, v),
    "single.dot: x": lambda v: single.dot(v, F),
    "single.dot: y": lambda v: single.dot(F, v),
    "single.matvec: A": lambda v: single.matvec(v, F),
    "single.matvec: x": lambda v: single.matvec(F[None], v),
    "single.vecmat: x": lambda v: single.vecmat(v, F[None]),
    "single.vecmat: A": lambda v: single.vecmat(F, v),
    "single.matmul: A": lambda v: single.matmul(v, F),
    "single.matmul: B": lambda v: single.matmul(F, v),
    "single.vecdot: X": lambda v: single.vecdot(v, F),
    "single.vecdot: Y": lambda v: single.vecdot(F, v),
    "search.top_k: Q": lambda v: search.top_k(X, v, 1, metric="cosine"),
    **{f"activations.{name}: x": getattr(activations, name) for name in (*activations.NAMES, "exp")},
    "geometry.norm: x": geometry.norm,
    **{f"geometry.{f.__name__}: x": lambda v, f=f: f(v, V)
       for f in (geometry.cosine, geometry.angle, geometry.project, geometry.alignment)},
    **{f"geometry.{f.__name__}: y": lambda v, f=f: f(V, v)
       for f in (geometry.cosine, geometry.angle, geometry.alignment)},
    "geometry.project: onto": lambda v: geometry.project(V, v),
    "Hyperplane: w": Hyperplane,
    "Hyperplane: b": lambda v: Hyperplane(V, v),
    "Hyperplane.through: points": Hyperplane.through,
    "Hyperplane.side: X": PLANE.side,
    "Hyperplane.distance: X": PLANE.distance,
    "Layer: W": Layer,
    "Layer: b": lambda v: Layer(X, v),
    "Layer: X": LAYER,
    "single Layer: W": lambda v: Layer(v, tier="single"),
    "single Layer: b": lambda v: Layer(X.astype("f4"), v, tier="single"),
    "single Layer: X": Layer(X.astype("f4"), tier="single"),
    "Unit: w": Unit,
    "Unit: b": lambda v: Unit(V, v),
    "Unit: X": UNIT,
    "single Unit: w": lambda v: Unit(v, tier="single"),
    "single Unit: b": lambda v: Unit(V.astype("f4"), v, tier="single"),
    "single Unit: X": Unit(V.astype("f4"), tier="single"),
    "perceptron_update: x": lambda v: onedot.perceptron_update(W.copy(), v, 1),
    "lms_update: x": lambda v: onedot.lms_update(W.copy(), v, 1.0),
    "perceptron_epoch: X": lambda v: onedot.perceptron_epoch(W.copy(), v, Y),
    "perceptron_epoch: y": lambda v: onedot.perceptron_epoch(W.copy(), X, v),
    "fit_perceptron: X": lambda v: onedot.fit_perceptron(v, Y),
    "fit_perceptron: y": lambda v: onedot.fit_perceptron(X, v),
    "fit_lms: X": lambda v: onedot.fit_lms(v, Y),
    "fit_lms: y": lambda v: onedot.fit_lms(X, v),
    "PerceptronFit.margins: X": FIT.margins,
    "LmsFit.predict: X": LMS.predict,
    "separability: X": lambda v: onedot.separability(v, Y),
    "separability: y": lambda v: onedot.separability(X, v),
    "separation: X": lambda v: onedot.separation(v, Y),
    "separation: sample_weight": lambda v: onedot.separation(X, Y, sample_weight=v),
    "fit_logistic: X": lambda v: onedot.fit_logistic(v, Y),
    "fit_logistic: sample_weight": lambda v: onedot.fit_logistic(X, Y, sample_weight=v),
    "fit_logistic: start": lambda v: onedot.fit_logistic(X, Y, start=v, bias=False),
    "LogisticFit.margins: X": LOGISTIC.margins,
    "LogisticFit.predict: X": LOGISTIC.predict,
    "LogisticFit.predict_proba: X": LOGISTIC.predict_proba,
}  # fmt: skip

# Each as a vector; that it has no fitting shape is not what is said of it first.
REFUSED = {
    "complex numbers": (np.ones(2, "c16"), TypeError, "has dtype complex128"),
    "complex64": (np.ones(2, "c8"), TypeError, "has dtype complex64"),
    "a list of complex numbers": ([1j, 1], TypeError, "has dtype complex128"),
    "a complex number": (1j, TypeError, "has dtype complex128"),
    "DLPack of complex numbers": (DLPack(np.ones(2, "c16")), TypeError, "has dtype complex128"),
    "__array__ of complex numbers": (Array(np.ones(2, "c8")), TypeError, "has dtype complex64"),
    "complex long doubles": (np.ones(2, "G"), TypeError, f"has dtype {np.dtype('G')}"),
    "long doubles": (np.ones(2, "g"), TypeError, f"has dtype {np.dtype('g')}"),
    "a list of long doubles": ([np.longdouble(1.0)] * 2, TypeError, f"has dtype {np.dtype('g')}"),
    "objects that are floats": (np.ones(2, object), TypeError, "has dtype object"),
    "objects that are integers": (np.array([2**70, 1], object), TypeError, "has dtype object"),
    "__array__ of objects": (Array(np.ones(2, object)), TypeError, "has dtype object"),
    "a list of a giant and a None": ([2**64, None], TypeError, "has dtype object"),
    "a list of a giant and a string": ([2**64, "a"], TypeError, "has dtype "),
    "a list of a number and a string": ([1.0, "a"], TypeError, "has dtype <U"),
    "an array of bytes": (np.array([b"1", b"2"]), TypeError, "has dtype |S1"),
    "no objects": (np.array([], object), TypeError, "has dtype object"),
    "a list of Decimals": ([decimal.Decimal(1)] * 2, TypeError, "has dtype object"),
    "a list of Fractions": ([fractions.Fraction(1, 2)] * 2, TypeError, "has dtype object"),
    "a list with a None": ([1.0, None], TypeError, "has dtype object"),
    "a list of dates": ([datetime.date(2000, 1, 1)] * 2, TypeError, "has dtype object"),
    "a list of durations": ([datetime.timedelta(1)] * 2, TypeError, "has dtype object"),
    "None": (None, TypeError, "has dtype object"),
    "a string": ("ab", TypeError, "has dtype <U2"),
    "a NumPy string": (np.str_("1"), TypeError, "has dtype <U1"),
    "a list of strings": (["1", "2"], TypeError, "has dtype <U1"),
    "an array of strings": (np.array(["1", "2"]), TypeError, "has dtype <U1"),
    "strings of any length": (np.array(["1"], np.dtypes.StringDType()), TypeError, "has dtype StringDType"),
    "a list of bytes": ([b"1", b"2"], TypeError, "has dtype |S1"),
    "NumPy bytes": (np.bytes_(b"1"), TypeError, "has dtype |S1"),
    "dates": (np.zeros(2, "M8[D]"), TypeError, "has dtype datetime64[D]"),
    "durations": (np.ones(2, "m8[s]"), TypeError, "has dtype timedelta64[s]"),
    "records": (np.zeros(2, RECORD), TypeError, f"has dtype {RECORD}"),
    "a recarray": (np.rec.array([(1.0, 2)] * 2, dtype=RECORD), TypeError, "has dtype (numpy.record, "),
    "C structures": (in_c(Structure, (1.0, 2.0)), TypeError, "has dtype "),
    "voids": (np.zeros(2, "V8"), TypeError, "has dtype |V8"),
    "a dict": ({0: 1.0}, TypeError, re.compile(OBJECT + r"list\(\w+\.values\(\)\) is a list of a mapping's")),
    **{name: (value, TypeError, re.compile(OBJECT + r"list\(\w+\) is a list of them"))
       for name, value in {
           "the values of a dict": {0: 1.0}.values(), "a set": {1.0, 2.0}, "a frozenset": frozenset((1.0, 2.0)),
           "a generator": (a for a in (1.0, 2.0)), "a map": map(float, (1.0, 2.0)), "an iterator": iter((1.0, 2.0)),
       }.items()},
    "a column of arrays": (ARRAYS, TypeError, re.compile(OBJECT + r"np.stack\(np.asarray\(\w+\)\) makes one array of")),
    "an object": (object(), TypeError, "has dtype object"),
    "a function": (len, TypeError, "has dtype object"),
    "a type": (list, TypeError, "has dtype object"),
    "a type of arrays": (np.ndarray, TypeError, "has "),
    "an ellipsis": (..., TypeError, "has dtype object"),
    "a masked array": (np.ma.array(V, mask=[0, 1]), TypeError, "is a masked array, whose mask would be lost"),
    "a masked array with nothing masked": (np.ma.ones(2), TypeError, "is a masked array, whose mask would be lost"),
    "a masked array of integers": (np.ma.ones(2, int), TypeError, "is a masked array, whose mask would be lost"),
    "the masked constant": (np.ma.masked, TypeError, "is a masked array, whose mask would be lost"),
    "a subclass of masked arrays": (V.view(MaskedSubclass), TypeError, "is a masked array, whose mask would be lost"),
    "__array__ of a masked array": (Array(np.ma.ones(2)), TypeError, "is a masked array, whose mask would be lost"),
    **{f"a masked array in {name}": (value, TypeError, "holds a masked array, whose mask would be lost; want it filled")
       for name, value in {
           "a list": [MASKED, MASKED], "a tuple": (MASKED,), "a list of lists": [[1.0, 2.0], [1.0, MASKED[1]]],
           "a list of tuples": [(MASKED,)], "a deque": collections.deque([V, MASKED]),
           "an array of objects in a list": [IN_OBJECTS, IN_OBJECTS], "a list of integers": [2**70, np.ma.masked],
       }.items()},
    "the masked constant in a list": ([1.0, np.ma.masked], TypeError, "holds a masked array, whose mask would be lost"),
    "lengths in km": (quantity(V), TypeError, "is in the unit km, which would be lost; want "),
    "lengths as unyt has them": (quantity(V, "m", "units"), TypeError, "is in the unit m, which would be lost; want "),
    "lengths as pint has them": (Measured(V), TypeError, "is in the unit kilometer, which would be lost; want "),
    "__array__ of lengths": (Array(quantity(V)), TypeError, "is in the unit km, which would be lost; want "),
    "per cent": (quantity(V, "%"), TypeError, "is in the unit %, which would be lost; want "),
    "a list of lengths": ([quantity(1.0), quantity(2.0)], TypeError, "holds a quantity in the unit km, which would"),
    "a list of pint's": ([1.0, Measured(2.0)], TypeError, "holds a quantity in the unit kilometer, which would"),
    "a column with a missing number": (Nullable([1, None], "i8"), TypeError, "has missing values; want them filled"),
    "a ragged list": ([1.0, [2.0, 3.0]], ValueError, "is ragged"),
}  # fmt: skip
MAY_BE_LEFT_OUT = ("Layer: b", "separation: sample_weight", "fit_logistic: sample_weight", "fit_logistic: start")


def words_of(said, words):
    start = f"{said.removeprefix('exact ').removeprefix('single ').removeprefix('into an out, ')} "
    return re.compile(f"{re.escape(start)}{words.pattern}.*") if isinstance(words, re.Pattern) else start + words


ROWS = [
    Row(f"{said}: {name}", lambda call=call, v=value: call(v), error, words_of(said, words), (value, OUT))
    for said, call in OPERANDS.items() for name, (value, error, words) in REFUSED.items()
    if name != "None" or said.removeprefix("single ") not in MAY_BE_LEFT_OUT
]  # fmt: skip


TestOperands = checks_of(ROWS, least=3500)
