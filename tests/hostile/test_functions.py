"""What callers may throw at activations, geometry, hyperplanes, units and settings: one row each, at every level."""

import math

import numpy as np
import pytest

import onedot
from onedot import Hyperplane, Layer, Network, Unit, activations, geometry, levels
from support.hostile import Row, checks_of
from support.samples import read_only

bfloat16 = np.dtype(pytest.importorskip("ml_dtypes").bfloat16)
sparse = pytest.importorskip("scipy.sparse")

NAN, INF, MAX, TINY = math.nan, math.inf, 1.7e308, 5e-324
TOO_BIG = 2**53 + 1


def half(*values):
    return np.array(values, "f2")


def brain(*values):
    return np.array(values, bfloat16)


def single(*values):
    return np.array(values, "f4")


ONE_IN_MEMORY = np.lib.stride_tricks.as_strided

# Each at NaN, infinity, -infinity, 0.0, -0.0, the largest and the least number of either sign.
EDGES = np.array([NAN, INF, -INF, 0.0, -0.0, MAX, -MAX, TINY, -TINY])
AT_EDGES = {
    "identity": EDGES,
    "step": [NAN, 1, 0, 1, 1, 1, 0, 1, 0],
    "sign": [NAN, 1, -1, 0.0, 0.0, 1, -1, 1, -1],
    "relu": [NAN, INF, 0, 0, 0, MAX, 0, TINY, 0],
    "exp": [NAN, INF, 0, 1, 1, INF, 0, 1, 1],
    "sigmoid": [NAN, 1, 0, 0.5, 0.5, 1, 0, 0.5, 0.5],
    "tanh": [NAN, 1, -1, 0.0, -0.0, 1, -1, TINY, -TINY],
    "leaky_relu": [NAN, INF, -INF, 0.0, -0.0, MAX, -MAX * 0.01, TINY, -0.0],
    "gelu": [NAN, INF, -0.0, 0.0, -0.0, MAX, -0.0, TINY / 2, -TINY / 2],
    "silu": [NAN, INF, -0.0, 0.0, -0.0, MAX, -0.0, TINY / 2, -TINY / 2],
    "softplus": [NAN, INF, 0, math.log(2), math.log(2), MAX, 0, math.log(2), math.log(2)],
}


ALL = (*activations.NAMES, "exp")


def magnitudes(name, values):
    """As they are; of relu and sign without the sign of zero, which is not promised."""
    return values + 0.0 if name in ("relu", "sign") else values


def apply(name, x, **options):
    return lambda: getattr(activations, name)(x, **options)


def refused(title, x, error, words):
    return [Row(f"{name}: {title}", apply(name, x), error, f"activations.{name}: {words}") for name in ALL]


ACTIVATIONS = [
    *(Row(f"{name}: the edges", lambda name=name: magnitudes(name, getattr(activations, name)(EDGES)),
          magnitudes(name, np.array(wanted, float))) for name, wanted in AT_EDGES.items()),
    *(Row(f"{name}: the edges one by one", lambda name=name: [magnitudes(name, getattr(activations, name)(x))
          for x in EDGES], [magnitudes(name, np.float64(w)) for w in wanted]) for name, wanted in AT_EDGES.items()),
    *(Row(f"{name}: bfloat16", lambda name=name: getattr(activations, name)(brain(1.0, -2.0)).dtype.name, "float32")
      for name in activations.NAMES),
    *(Row(f"{name}: bools", lambda name=name: getattr(activations, name)([True]).dtype.name, "float64")
      for name in activations.NAMES),
    *refused("an integer no float is", [TOO_BIG], OverflowError, "x holds 9007199254740993, which float64"),
    *(Row(f"{name}: into {kind}", apply(name, np.zeros(3), out=out), error, f"activations.{name}: out has {words}")
      for name in ALL for kind, out, error, words in (
        ("an array of four", np.zeros(4), ValueError, "shape (4,); want (3,)"),
        ("a narrower one", single(0, 0, 0), TypeError, "dtype float32; want float64"))),
    *refused("a sparse matrix", sparse.csr_array([[1.0]]), TypeError, "x is a sparse matrix; want a dense one"),
    Row("relu: a number of 71 bits", apply("relu", 2**70), np.float64(2.0**70)),
    Row("relu: a number of 2001 bits", apply("relu", 2**2000), OverflowError, "x holds an integer of 2001 bits"),
    Row("exp: float16 beyond its range", apply("exp", half(12.0)), half(INF)),
    Row("exp: float32 beyond its range", apply("exp", single(89.0)), single(INF)),
    Row("exp: float16 that underflows", apply("exp", half(-20.0)), half(0.0)),
    Row("softmax: infinity", apply("softmax", [INF, 1.0]), np.array([NAN, NAN])),
    Row("softmax: -infinity alone", apply("softmax", [-INF, -INF]), np.array([NAN, NAN])),
    Row("softmax: -infinity among others", apply("softmax", [-INF, 1.0]), np.array([0.0, 1.0])),
    Row("softmax: NaN in one of two rows", apply("softmax", [[NAN, 1], [5, 5]]), np.array([[NAN] * 2, [0.5] * 2])),
    Row("softmax: the ends of the range", apply("softmax", [MAX, -MAX]), np.array([1.0, 0.0])),
    Row("softmax: the ends of float16", apply("softmax", half(65504.0, -65504.0)), half(1.0, 0.0)),
    Row("softmax: nothing", apply("softmax", []), np.zeros(0)),
    Row("softmax: rows of nothing", apply("softmax", np.zeros((3, 0))), np.zeros((3, 0))),
    Row("softmax: a number", apply("softmax", 1.0), ValueError, "x is one number; want one dimension or more"),
    Row("log_softmax: infinity", apply("log_softmax", [INF, 1.0]), np.array([NAN, NAN])),
    Row("log_softmax: -infinity alone", apply("log_softmax", [-INF, -INF]), np.array([NAN, NAN])),
    Row("log_softmax: -infinity among others", apply("log_softmax", [-INF, 1.0]), np.array([-INF, 0.0])),
    Row("log_softmax: NaN in one row", apply("log_softmax", [[NAN, 1], [5, 5]]),
        np.array([[NAN] * 2, [-math.log(2)] * 2])),
    Row("log_softmax: the ends of the range", apply("log_softmax", [MAX, -MAX]), np.array([0.0, -INF])),
    Row("log_softmax: the ends of float16", apply("log_softmax", half(65504.0, -65504.0)), half(0.0, -INF)),
    Row("log_softmax: nothing", apply("log_softmax", []), np.zeros(0)),
    Row("log_softmax: one element", apply("log_softmax", [[7.0], [-3.0]]), np.zeros((2, 1))),
    Row("log_softmax: a number", apply("log_softmax", 1.0), ValueError,
        "x is one number; want one dimension or more"),
    Row("leaky_relu: a slope of text", apply("leaky_relu", [1.0], slope="x"), TypeError, "slope has type str; want a"),
    Row("leaky_relu: a slope by place", lambda: activations.leaky_relu([1.0], 0.2), TypeError, "takes 1 positional"),
    Row("tanh: two arguments", lambda: activations.tanh(1.0, 2.0), TypeError, "takes 1 positional argument but 2"),
    Row("tanh: none", lambda: activations.tanh(), TypeError, "missing 1 required positional argument: 'x'"),
    Row("tanh: an unknown keyword", lambda: activations.tanh(1.0, axis=0), TypeError, "unexpected keyword argument 'a"),
    Row("tanh: into a list", apply("tanh", [0.0], out=[1.0]), TypeError, "out has type list; want a NumPy array"),
    Row("tanh: into float32", apply("tanh", [0.0], out=single(1)), TypeError, "out has dtype float32; want float64"),
    Row("tanh: into bfloat16", apply("tanh", brain(0), out=brain(1)), TypeError, "out has dtype bfloat16; want float3"),
    Row("tanh: into integers", apply("tanh", [0], out=np.ones(1, int)), TypeError, "out has dtype int64; want float64"),
    Row("tanh: into another byte order", apply("tanh", [0.0], out=np.ones(1, ">f8")), TypeError, "out has dtype >f8"),
    Row("tanh: into a masked array", apply("tanh", [0.0], out=np.ma.ones(1)), TypeError, "out has type MaskedArray"),
    Row("tanh: into another shape", apply("tanh", [0.0], out=np.ones(2)), ValueError, "out has shape (2,); want (1,)"),
    Row("tanh: into what is read-only", apply("tanh", [0.0], out=read_only(np.ones(1))), ValueError, "out is read-onl"),
    Row("tanh: into a wider float", apply("tanh", half(0.0), out=np.ones(1)), np.zeros(1)),
    Row("tanh: into one cell twice", apply("tanh", [0.0, 0.0], out=ONE_IN_MEMORY(np.ones(1), (2,), (0,))), ValueError,
        "elements of out share memory; want an array of 2 elements of their own"),
    Row("tanh: into nothing", apply("tanh", [], out=np.ones(0)), np.zeros(0)),
    Row("tanh: a number into an array of no dimension", apply("tanh", 0.0, out=np.ones(())), np.zeros(())),
    Row("tanh: byte-swapped and misaligned",
        apply("tanh", np.frombuffer(b"\0" + np.zeros(3, ">f8").tobytes(), np.uint8)[1:].view(">f8")), np.zeros(3)),
    Row("tanh: one number broadcast", apply("tanh", np.broadcast_to(0.0, (2, 3))), np.zeros((2, 3))),
    Row("tanh: np.matrix", apply("tanh", np.zeros((1, 2)).view(np.matrix)), np.zeros((1, 2))),
]  # fmt: skip

V = [3.0, 4.0]
TWO = {f.__name__: f for f in (geometry.cosine, geometry.angle, geometry.project, geometry.alignment)}


def of_two(title, x, y, error, words):
    """The same of each; {y} in the words is what it calls its second vector."""
    second = {name: "onto" if name == "project" else "y" for name in TWO}
    return [Row(f"{name}: {title}", lambda f=f: f(x, y), error, words.replace("{y}", second[name]))
            for name, f in TWO.items()]  # fmt: skip


GEOMETRY = [
    *of_two("a number", 1.0, V, ValueError, "x is one number; want a vector, or an array of vectors"),
    *of_two("two lengths", [1.0], V, ValueError, "x has vectors of 1 and {y} has vectors of 2 elements; want as many"),
    *of_two("axes that do not broadcast", np.ones((2, 2)), np.ones((3, 2)), ValueError,
            "x has leading axes (2,) and {y} has leading axes (3,)"),
    *of_two("an integer no float is", [TOO_BIG, 0.5], V, OverflowError, "x holds 9007199254740993"),
    *of_two("a sparse matrix", sparse.csr_array([V]), V, TypeError, "x is a sparse matrix; want a dense one"),
    *(Row(f"{name}: a zero vector", lambda name=name: TWO[name](V, [0.0, -0.0]), ValueError, "is a zero vector, which")
      for name in ("cosine", "angle", "project")),
    *(Row(f"{name}: nothing", lambda name=name: TWO[name]([], []), ValueError, "is a zero vector, which has no directi")
      for name in ("cosine", "angle", "project")),
    *(Row(f"{name}: zero={zero!r}", lambda name=name, zero=zero: TWO[name](V, V, zero=zero), ValueError,
          f"zero is {zero!r}; want 'raise' or 'nan'")
      for name in ("cosine", "angle", "project") for zero in (None, 1, "")),
    Row("norm: nothing", lambda: geometry.norm([]), np.float64(0.0)),
    Row("norm: no vectors", lambda: geometry.norm(np.zeros((0, 3))), np.zeros(0)),
    Row("norm: vectors of nothing", lambda: geometry.norm(np.zeros((3, 0))), np.zeros(3)),
    Row("norm: a number", lambda: geometry.norm(1.0), ValueError, "x is one number; want a vector"),
    Row("norm: NaN", lambda: geometry.norm([NAN, 1.0]), np.float64(NAN)),
    Row("norm: infinity and NaN", lambda: geometry.norm([INF, NAN]), np.float64(NAN)),
    Row("norm: infinity", lambda: geometry.norm([-INF, 1.0]), np.float64(INF)),
    Row("norm: beyond the range", lambda: geometry.norm([MAX, MAX]), np.float64(INF)),
    Row("norm: at the end of it", lambda: geometry.norm([-MAX]), np.float64(MAX)),
    Row("norm: the least number", lambda: geometry.norm([TINY]), np.float64(TINY)),
    Row("norm: float16 beyond its range", lambda: geometry.norm(half(65504.0, 65504.0)), np.float16(INF)),
    Row("norm: float32 beyond its range", lambda: geometry.norm(single(3e38, 3e38)), np.float32(INF)),
    Row("norm: bfloat16", lambda: geometry.norm(brain(3.0, 4.0)), np.float32(5.0)),
    Row("norm: int8", lambda: geometry.norm(np.array([-128, 0], "i1")), np.float64(128.0)),
    Row("norm: uint64", lambda: geometry.norm(np.array([2**63], "u8")), np.float64(2.0**63)),
    Row("norm: bools", lambda: geometry.norm([True, True, True, True]), np.float64(2.0)),
    Row("norm: giants", lambda: geometry.norm([2**1000]), np.float64(2.0**1000)),
    Row("norm: an integer no float is", lambda: geometry.norm([TOO_BIG]), OverflowError, "x holds 9007199254740993"),
    Row("cosine: the least by the largest", lambda: geometry.cosine([TINY], [-MAX]), np.float64(-1.0)),
    Row("cosine: NaN", lambda: geometry.cosine([NAN], [1.0]), np.float64(NAN)),
    Row("cosine: infinity", lambda: geometry.cosine([INF], [1.0]), np.float64(NAN)),
    Row("cosine: float16", lambda: geometry.cosine(half(1.0), half(-2.0)), np.float16(-1.0)),
    Row("cosine: zero by nan", lambda: geometry.cosine([0.0], [1.0], zero="nan"), np.float64(NAN)),
    Row("angle: the least by the largest", lambda: geometry.angle([TINY], [-MAX]), np.float64(math.pi)),
    Row("angle: infinity", lambda: geometry.angle([INF, 1.0], [1.0, 1.0]), np.float64(NAN)),
    Row("angle: bfloat16", lambda: geometry.angle(brain(1.0), brain(2.0)), np.float32(0.0)),
    Row("angle: vectors of nothing",
        lambda: geometry.angle(np.ones((2, 0)), np.ones((2, 0)), zero="nan"), np.array([NAN, NAN])),
    Row("project: at the end of the range", lambda: geometry.project([MAX, MAX], [1.0, 1.0]), np.array([MAX, MAX])),
    Row("project: onto infinity", lambda: geometry.project([1.0, 1.0], [INF, 1.0]), np.array([NAN, NAN])),
    Row("project: onto nothing by nan", lambda: geometry.project(V, [0.0, 0.0], zero="nan"), np.array([NAN, NAN])),
    Row("project: float16 onto integers", lambda: geometry.project(half(2.0, 3.0), [1, 0]), np.array([2.0, 0.0])),
    Row("alignment: giants", lambda: geometry.alignment([2**100, 1], [-1, 2**100]), np.int8(0)),
    Row("alignment: giants by floats", lambda: geometry.alignment([2**70], [-0.5]), np.int8(-1)),
    Row("alignment: the ends of uint64", lambda: geometry.alignment(np.array([2**64 - 1], "u8"), [-1]), np.int8(-1)),
    Row("alignment: what underflows", lambda: geometry.alignment([TINY], [-TINY]), np.int8(-1)),
    Row("alignment: what overflows", lambda: geometry.alignment([MAX, MAX], [MAX, -MAX]), np.int8(0)),
    Row("alignment: infinity by zero", lambda: geometry.alignment([INF], [0.0]), ValueError, "a sum holds NaN or infi"),
    Row("alignment: one infinity", lambda: geometry.alignment([INF, MAX], [-1.0, MAX]), np.int8(-1)),
    Row("alignment: nothing", lambda: geometry.alignment([], []), np.int8(0)),
    Row("alignment: no vectors", lambda: geometry.alignment(np.zeros((0, 2)), V), np.zeros(0, "i1")),
    Row("alignment: bfloat16 by int8", lambda: geometry.alignment(brain(1.0), np.array([-3], "i1")), np.int8(-1)),
]  # fmt: skip

PLANE = Hyperplane([1.0, 1.0])

PLANES = [
    Row("plane: nothing", lambda: Hyperplane([]), ValueError, "w is []; want a vector that is not zero"),
    Row("plane: a number", lambda: Hyperplane(1.0), ValueError, "w is 1.0; want a vector that is not zero"),
    Row("plane: zeros", lambda: Hyperplane([0.0, 0.0]), ValueError, "Hyperplane: w is [0.0, 0.0]; want a vector that"),
    Row("plane: a row", lambda: Hyperplane([[1.0]]), ValueError, "want a vector that is not zero"),
    Row("plane: infinity", lambda: Hyperplane([1.0, INF]), ValueError, "want finite numbers"),
    Row("plane: b in a list", lambda: Hyperplane([1.0], [1.0]), ValueError, "b has shape (1,); want one number"),
    Row("plane: b of NaN", lambda: Hyperplane([1.0], NAN), ValueError, "want finite numbers"),
    Row("intercept: of a plane in space", lambda: Hyperplane([1.0] * 3).intercept, ValueError, "that is not vertical"),
    Row("through: one point", lambda: Hyperplane.through([[1.0, 2.0]]), ValueError, "points has shape (1, 2); want (n"),
    Row("through: NaN", lambda: Hyperplane.through([[NAN]]), ValueError, "a coordinate is not finite"),
    Row("through: one point twice",
        lambda: Hyperplane.through([[1.0, 2.0]] * 2), ValueError, "the points lie in less than a hyperplane"),
    Row("side: a coordinate too few", lambda: PLANE.side([1.0]), ValueError, "side: w has 2 elements, X has shape (1,"),
    Row("plane: NaN", lambda: Hyperplane([NAN]), ValueError, "want finite numbers"),
    Row("plane: an integer no float is", lambda: Hyperplane([TOO_BIG]), OverflowError, "w holds 9007199254740993"),
    Row("plane: b no float is", lambda: Hyperplane([1.0], TOO_BIG), OverflowError, "b holds 9007199254740993"),
    Row("plane: b of 71 bits", lambda: Hyperplane([1.0], 2**70).b, 2.0**70),
    Row("plane: b of 2001 bits", lambda: Hyperplane([1.0], 2**2000), OverflowError, "b holds an integer of 2001 bits"),
    Row("plane: bfloat16", lambda: Hyperplane(brain(1.0), 1).w, np.array([1.0])),
    Row("plane: int8", lambda: Hyperplane(np.array([-128], "i1")).w, np.array([-128.0])),
    Row("line: text", lambda: Hyperplane.line("1", 0.0), TypeError, "Hyperplane.line: slope is '1'; want a number"),
    Row("line: None", lambda: Hyperplane.line(None, 0.0), TypeError, "Hyperplane.line: slope is None; want a number"),
    Row("line: a list", lambda: Hyperplane.line([1.0], 0.0), TypeError, "Hyperplane.line: slope is [1.0]; want a numb"),
    Row("line: an array", lambda: Hyperplane.line(1.0, np.ones(1)), TypeError, "intercept is array([1.]); want a numb"),
    Row("line: an infinite slope", lambda: Hyperplane.line(INF, 1.0), ValueError, "want finite numbers"),
    Row("line: an integer no float is", lambda: Hyperplane.line(TOO_BIG, 0), OverflowError, "slope holds 900719925474"),
    Row("slope: beyond the range", lambda: Hyperplane([1e300, 1e-300]).slope, -INF),
    Row("intercept: beyond the range", lambda: Hyperplane([1.0, -1e-300], 1e300).intercept, INF),
    Row("slope: that underflows", lambda: Hyperplane([1e-300, -1e300]).slope, 0.0),
    Row("slope: of a vertical line", lambda: Hyperplane([1.0, 0.0]).slope, ValueError, "that is not vertical"),
    Row("through: nothing", lambda: Hyperplane.through([]), ValueError, "points has shape (0,); want (n, n)"),
    Row("through: infinity", lambda: Hyperplane.through([[INF]]), ValueError, "a coordinate is not finite"),
    Row("through: an integer no float is", lambda: Hyperplane.through([[TOO_BIG]]), OverflowError, "points holds 9007"),
    Row("through: the ends of the range",
        lambda: Hyperplane.through([[MAX, 0], [0, MAX]]).side([[MAX, 0], [0, MAX], [0, 0]]),
        np.array([0, 0, -1], "i1")),
    Row("side: the ends of the range", lambda: PLANE.side([MAX, -MAX]), np.int8(0)),
    Row("side: infinity", lambda: PLANE.side([INF, -MAX]), np.int8(1)),
    Row("side: opposite infinities", lambda: PLANE.side([INF, -INF]), ValueError, "a sum holds NaN or infinities of b"),
    Row("side: NaN", lambda: PLANE.side([NAN, 0.0]), ValueError, "a sum holds NaN or infinities of both signs"),
    Row("side: no points", lambda: PLANE.side(np.zeros((0, 2))), np.zeros(0, "i1")),
    Row("side: a number", lambda: PLANE.side(1.0), ValueError, "w has 2 elements, X has shape (); want (2,) or"),
    Row("side: float16", lambda: PLANE.side(half(65504.0, 65504.0)), np.int8(1)),
    Row("side: giants", lambda: PLANE.side([2**70, -(2**70)]), np.int8(0)),
    Row("side: an integer no float is", lambda: PLANE.side([TOO_BIG, 0]), OverflowError, "X holds 9007199254740993"),
    Row("contains: infinity", lambda: PLANE.contains([INF, 0.0]), np.False_),
    Row("distance: beyond the range", lambda: PLANE.distance([MAX, MAX]), np.float64(INF)),
    Row("distance: NaN", lambda: PLANE.distance([NAN, 1.0]), np.float64(NAN)),
    Row("distance: the least normal", lambda: Hyperplane([TINY]).distance([1.0]), np.float64(1.0)),
    Row("distance: no points", lambda: PLANE.distance(np.zeros((0, 2))), np.zeros(0)),
]  # fmt: skip

ONE, TALL = Layer([[1.0]]), np.ones((3, 2))

UNITS = [
    Row("layer: a sparse matrix", lambda: Layer(sparse.csr_array([[1.0]])), TypeError, "W is a sparse matrix; want"),
    Row("layer: an integer no float is", lambda: Layer([[TOO_BIG]]), OverflowError, "Layer: W holds 9007199254740993"),
    Row("layer: a bias no float is", lambda: Layer([[1.0]], [TOO_BIG]), OverflowError, "Layer: b holds 90071992547409"),
    *(Row(f"layer: activation {a!r}", lambda a=a: Layer([[1.0]], activation=a), ValueError, f"no activation {a!r}; ")
      for a in (None, 1, "", ["relu"], "__class__", "NAMES", "fill", b"relu")),
    Row("layer: weights in a vector",
        lambda: Layer([1.0, 2.0]), ValueError, "Layer: W has shape (2,); want (m, n), a row of weights for each unit"),
    Row("layer: two biases",
        lambda: Layer(TALL, [1.0, 2.0]), ValueError, "Layer: W has 3 rows, b has 2 elements; want as many of both"),
    Row("layer: one bias", lambda: Layer(TALL, 1.0), ValueError, "Layer: b has shape (); want (m,), a bias for each u"),
    Row("layer: an unknown activation",
        lambda: Layer(TALL, activation="swish"), ValueError, "there is no activation 'swish'; there is: identity"),
    Row("layer: on other columns",
        lambda: Layer(TALL)(np.ones((5, 4))), ValueError, "W has 2 columns, X has shape (5, 4); want (2,) or (..., 2)"),
    Row("layer: into float32", lambda: ONE([1.0], out=single(1)), TypeError, "out has dtype float32; want float64"),
    Row("layer: weights of NaN", lambda: Layer([[NAN]])([1.0]), np.array([NAN])),
    Row("layer: infinity by zero", lambda: Layer([[INF]])([0.0]), np.array([NAN])),
    Row("layer: beyond the range", lambda: Layer([[MAX]])([MAX]), np.array([INF])),
    Row("layer: float32 beyond its range", lambda: Layer(single(1e30)[None])(single(1e30)), single(INF)),
    Row("layer: float32 that is not beyond binary64",
        lambda: Layer(single(1e30)[None], activation="step")(single(-1e30)), single(0.0)),
    Row("layer: bfloat16", lambda: Layer(brain(3.0)[None])(brain(4.0)), single(12.0)),
    Row("layer: float16", lambda: Layer(half(300.0)[None])(half(300.0)), single(90000.0)),
    Row("layer: int8", lambda: Layer(np.array([[-128]], "i1"))(np.array([-128], "i1")), np.array([16384.0])),
    Row("layer: giants", lambda: ONE([2**70]), np.array([2.0**70])),
    Row("layer: on a number", lambda: ONE(1.0), ValueError, "W has 1 columns, X has shape (); want (1,) or (..., 1)"),
    Row("layer: on an integer no float is", lambda: ONE([TOO_BIG]), OverflowError, "Layer: X holds 9007199254740993"),
    Row("layer: into a list", lambda: ONE([1.0], out=[0.0]), TypeError, "Layer: out has type list"),
    Row("layer: into another shape", lambda: ONE([1.0], out=np.zeros(2)), ValueError, "out has shape (2,); want (1,)"),
    Row("layer: into integers", lambda: ONE([1.0], out=np.zeros(1, int)), TypeError, "out has dtype int64; want float"),
    Row("layer: into what is read-only", lambda: ONE([1.0], out=read_only(np.ones(1))), ValueError, "out is read-only"),
    Row("unit: a matrix", lambda: Unit(TALL), ValueError, "Unit: w has shape (3, 2); want (n,), a weight for each inp"),
    Row("unit: a bias in a list", lambda: Unit([1.0], [2.0]), ValueError, "Unit: b has shape (1,); want one number"),
    Row("unit: softmax", lambda: Unit([1.0], activation="softmax"), ValueError,
        "Unit: there is no activation 'softmax' for one unit; there is: id"),
    Row("unit: on a number too few",
        lambda: Unit([1.0, 2.0])([1.0]), ValueError, "Unit: w has 2 elements, X has shape (1,); want (2,) or (..., 2)"),
    Row("unit: a bias of 71 bits", lambda: Unit([1.0], 2**70)([0.0]), np.float64(2.0**70)),
    Row("unit: nothing", lambda: Unit([])([]), np.float64(0.0)),
    Row("unit: activation in a list", lambda: Unit([1.0], activation=["tanh"]), ValueError, "there is no activation ["),
    Row("unit: on giants", lambda: Unit([1.0])([2**70]), np.float64(2.0**70)),
    Row("unit: on an integer no float is", lambda: Unit([1.0])([TOO_BIG]), OverflowError, "Unit: X holds 90071992547"),
    Row("unit: on bfloat16", lambda: Unit(brain(3.0))(brain(4.0)), np.float32(12.0)),
    Row("network: nothing", lambda: Network([]), ValueError, "Network: there is no layer; want one or more"),
    Row("network: layers that do not fit", lambda: Network([Layer(TALL), Layer(np.ones((1, 4)))]), ValueError,
        "Network: layers[0] gives 3 numbers, layers[1] takes 4; want as many of both"),
    Row("network: a unit", lambda: Network([ONE, Unit([1.0])]), TypeError, "Network: layers[1] has type Unit; want a"),
    Row("network: a number", lambda: Network(5), TypeError, "Network: layers has type int; want several of Layer"),
    Row("network: None", lambda: Network(None), TypeError, "Network: layers has type NoneType; want several of Layer"),
    Row("network: a layer alone", lambda: Network(ONE), TypeError, "Network: layers has type Layer; want several"),
    Row("network: text", lambda: Network("ab"), TypeError, "Network: layers[0] has type str; want a Layer"),
    Row("network: a generator", lambda: Network(layer for layer in (ONE, ONE))([2.0]), np.array([2.0])),
    Row("network: on text", lambda: Network([ONE])(["a"]), TypeError, "Layer: X has dtype <U1"),
    *(Row(f"levels.use({name!r})", lambda name=name: levels.use(name), ValueError, f"{name!r} is not a level; this")
      for name in (None, "", 5, "AVX", "Baseline", b"baseline", ("baseline",))),
    *(Row(f"set_num_threads({n!r})", lambda n=n: onedot.set_num_threads(n), error, f"n is {n!r}; want")
      for n, error in ((0, ValueError), (-1, ValueError), (None, TypeError), (1.0, TypeError), (True, TypeError))),
]  # fmt: skip

ROWS = [*ACTIVATIONS, *GEOMETRY, *PLANES, *UNITS]

TestCalls = checks_of(ROWS, least=280)
