"""Arrays that lie: subclasses whose attributes and methods say other things than the arrays are.

A call that gets them is refused, or gives what it gives with the arrays themselves, and writes to nothing else.
"""

from types import SimpleNamespace

import numpy as np

from onedot._corpus.perceptron import Csr
from support.fuzz.arrays import Bytes
from support.fuzz.calls import call_of
from support.fuzz.guard import Guard
from support.fuzz.outcome import compared, is_refusal, outcome, said_of, same_at_every_level

SHAPES = ((1000,), (), (0,), (1,), (2, 3), (4, 1000), (2**62,), (-1,), (1.5,), "ab", None, 7)
STRIDES = ((8,), (0,), (-8,), (1,), (2**40,), (8, 8), (), (4000, 8), None)
DTYPES = (*map(np.dtype, ("f8", "f4", "f2", "i8", "u1", "?", ">f8", "c16", "O", "V3", "U1")), None, "f8", float)
READY = dict.fromkeys(("c_contiguous", "f_contiguous", "contiguous", "aligned", "writeable", "forc"), True)
FLAGS = (SimpleNamespace(**READY), SimpleNamespace(**dict.fromkeys(READY, False)), READY, None)
SIZES = (0, 1, 3, 1000, 10**6, -1, 2**70, 1.5, None)
OTHERS = (np.ones(1000), np.zeros(0), np.zeros((3, 3)), np.float64(1), 3, None, "ab", (), [1.0])
ANSWERS = (*OTHERS, True, False, NotImplemented)
INTERFACE = {"shape": (1000,), "typestr": "<f8", "data": (4096, False), "version": 3}

# What an attribute says, or a method answers, instead of the truth.
LIES = {
    "shape": SHAPES,
    "strides": STRIDES,
    "dtype": DTYPES,
    "flags": FLAGS,
    "data": (b"", bytes(8), memoryview(bytes(4)), 0, None),
    "ndim": SIZES,
    "size": SIZES,
    "itemsize": SIZES,
    "nbytes": SIZES,
    "base": OTHERS,
    "ctypes": (SimpleNamespace(data=0), SimpleNamespace(data=2**63), None),
    "T": OTHERS,
    "flat": OTHERS,
    "__class__": (np.ndarray, np.ma.MaskedArray, np.generic, float, int, list, tuple, str, Csr, type(None)),
    "__array_interface__": (INTERFACE, {**INTERFACE, "shape": (-1,)}, {}, None, 3),
    "__array_struct__": (None, 3, b""),
    "__array_priority__": (1e308, -1.0, None),
    "format": ("csr", "csc", None),
    "indptr": OTHERS,
    "tocsr": OTHERS,
    "mask": OTHERS,
}
PROTOCOL = ("array", "array_ufunc", "array_function", "array_wrap", "array_finalize", "dlpack")
OPERATORS = ("len", "getitem", "setitem", "iter", "bool", "float", "int", "index", "eq", "add", "iadd", "mul", "copy")
METHODS = ("astype", "reshape", "view", "copy", "ravel", "min", "max", "any", "all", "item", "tolist", "tobytes")
ANSWERED = (*(f"__{name}__" for name in (*PROTOCOL, *OPERATORS)), *METHODS, "setflags", "squeeze", "transpose")
LIES |= dict.fromkeys(ANSWERED, ANSWERS)
AFTER = (0, 0, 0, 1, 2, 3, 5)  # how often the truth is told first
LAYOUT = ("shape", "strides", "dtype", "flags", "ndim", "size", "nbytes", "itemsize", "__len__")
NAMES = (*LIES, *4 * LAYOUT)
WHICH = (True, True, True, False)
LYING = 24  # bytes that choose lies; the others make the call


def attribute(name, lie, truths):
    """A property that lies."""
    told = []

    def read(self):
        told.append(name)
        return lie if len(told) > truths else getattr(np.asarray(self), name)

    return property(read, lambda self, value: None)


def method(name, lie, truths):
    """A method that lies."""
    told = []

    def answer(self, *arguments, **keywords):
        told.append(name)
        if len(told) > truths:
            return lie
        return getattr(np.ndarray, name)(self, *arguments, **keywords)

    return answer


def forged(data, v):
    """A view of v of a type that lies about one to three things, and what about."""
    names = [data.one_of(NAMES) for _ in range(data.one_of((1, 1, 2, 3)))]
    said = {name: (data.one_of(LIES[name]), data.one_of(AFTER)) for name in names}
    return of_type(v, said), names


def of_type(v, said):
    members = {name: (method if name in ANSWERED else attribute)(name, *lie) for name, lie in said.items()}
    return np.ndarray.view(v, type("Forged", (np.ndarray,), members))


def impostor(data, v):
    """Another array that says of itself what v would, about all or all but a few things, and that other array."""
    ways = (lambda: v[..., :1], lambda: v[:1], lambda: v[..., : v.shape[-1] // 2], lambda: v[:0], lambda: read_only(v))
    ways += (lambda: v.view("u1"), lambda: v.view("i8"), lambda: v.view(">f8"), lambda: v[..., ::2], lambda: v[::-1])
    try:
        other = data.one_of(ways)()
    except (IndexError, TypeError, ValueError):  # v has no such part, as its shape or type is another
        other = v
    left_out = [data.one_of(LAYOUT) for _ in range(data.one_of((0, 0, 1, 2)))]
    true = {name: len(v) if name == "__len__" and v.ndim else getattr(v, name, 0) for name in LAYOUT}
    said = {name: (of, 0) for name, of in true.items() if name not in left_out}
    return other, said


def read_only(v):
    v = v[...]
    v.flags.writeable = False
    return v


class Forgery:
    """A call whose arrays are guarded and, but for some, forged: or the same call of the arrays that they are."""

    def __init__(self, data, call, honest=False):
        self.guard, self.lies, self.honest = Guard(), [], honest
        self.is_guarded = data.one_of(WHICH)
        arguments = [self._forged(data, v) for v in call.arguments]
        keywords = {name: self._forged(data, v) for name, v in call.keywords.items()}
        self.call = call._replace(arguments=arguments, keywords=keywords)

    def _forged(self, data, v):
        if type(v) is Csr:
            return v._replace(**{name: self._forged(data, getattr(v, name)) for name in ("data", "indices", "indptr")})
        if not isinstance(v, np.ndarray):
            return v
        v = self.guard.moved(v) if self.is_guarded else v
        if not data.one_of(WHICH):
            return v
        if data.one_of((True, False)):
            v, said = impostor(data, v)
            self.lies.append(f"to be {said.get('shape')}")
            return v if self.honest else of_type(v, said)
        lying, names = forged(data, v)
        self.lies.append(names)
        return v if self.honest else lying


def arrays(call):
    """What is in the arrays of a call."""
    given = [part for v in (*call.arguments, *call.keywords.values()) for part in (v[:3] if type(v) is Csr else [v])]
    return tuple(compared(v) for v in given if issubclass(type(v), np.ndarray))


def made(call):
    """What the call gives or raises."""
    return outcome(lambda: call.function(*call.arguments, **call.keywords))


def forgery_of(data, honest=False):
    return Forgery(Bytes(data[:LYING]), call_of(Bytes(data[LYING:])), honest)


def described(data):
    """The call, and what its arrays lie about."""
    forgery = forgery_of(data, honest=True)
    return f"{forgery.call}, forged {forgery.lies}"


def told(data):
    """What a call makes of arrays that lie: what it makes of honest ones, or a refusal that changes nothing."""
    honest, forgery = forgery_of(data, honest=True), forgery_of(data)
    before = arrays(honest.call)
    wanted, found = made(honest.call), made(forgery.call)
    forgery.guard.check()
    if is_refusal(found):
        assert arrays(forgery.call) == before, f"refused, and changed: {found}"
    else:
        assert found == wanted, f"it is {found}, and honestly {wanted}"
        assert arrays(forgery.call) == arrays(honest.call), "the arrays hold something else"
    return found


def check(data):
    """Lies are refused or change nothing, the same at every level. The name of the function, and what came of it.

    Of several lies any may be the one that is refused: a lie may be another each time, and no level asks as often.
    """

    def answer():
        found = told(data)
        return (Exception, "refused") if is_refusal(found) else found

    with said_of(lambda: described(data)):
        found = same_at_every_level(answer, lambda: "it")
    return call_of(Bytes(data[LYING:])).function.__name__, found
