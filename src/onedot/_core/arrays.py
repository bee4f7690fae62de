"""What callers pass, as NumPy arrays: one reading of every kind of input, and one wording of every refusal."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from onedot._core.dlpack import ForeignTypeError, from_dlpack
from onedot._core.frames import columns_of, is_table, may_miss, numbers_of
from onedot._core.lossy import check_lossless, is_masked, unit_of
from onedot.levels.refusals import shown

__all__ = [
    "as_array",
    "as_float64",
    "as_floats",
    "as_native",
    "base_array",
    "check_single",
    "fits_float64",
    "is_bfloat16",
    "is_integer",
    "number",
    "overlaps_itself",
    "read_floats",
    "result_dtype",
    "rounded_to",
    "vectors",
    "wide_dtype",
]

MOST_WORK = 2**20  # candidates that NumPy looks at to tell whether memory is shared: some milliseconds


_FLOATS = (np.float64, np.float32, np.float16)
_WANTED = "want float64, float32, float16, bfloat16, an integer type or bool"
_WANTED_SINGLE = "want float32, float16 or bfloat16"


def vectors(op: str, x: ArrayLike, y: ArrayLike, *, bfloat16: bool = False) -> tuple[NDArray[Any], NDArray[Any]]:
    """x and y as 1-D arrays of one length, of floats, integers or bools, copied only if not yet arrays."""
    a, b = as_array(op, "x", x, bfloat16=bfloat16), as_array(op, "y", y, bfloat16=bfloat16)
    for name, v in (("x", a), ("y", b)):
        if v.ndim != 1:
            hint = "; matvec takes a matrix and a vector, matmul two matrices" if v.ndim > 1 else ""
            raise ValueError(f"{op}: {name} has shape {v.shape}; want one dimension{hint}")
    if len(a) != len(b):
        raise ValueError(f"{op}: x has {_elements(a)}, y has {_elements(b)}; want as many of both")
    return a, b


def _elements(v: NDArray[Any]) -> str:
    return f"{len(v)} element{'' if len(v) == 1 else 's'}"


def base_array(v: Any) -> NDArray[Any] | None:
    """The array that a NumPy array is, whatever a subclass says; None of anything else, and of masks and of units.

    Shape, strides, dtype and flags of a subclass may be properties that say what they like, and `__class__`, which
    isinstance asks, may be one of any object. What is about to be written to is read from the base array alone.
    """
    if type(v) is not np.ndarray and (not issubclass(type(v), np.ndarray) or is_masked(v) or unit_of(v)):
        return None
    return np.ndarray.view(v, np.ndarray)


def overlaps_itself(v: NDArray[Any]) -> bool:
    """Whether two elements of a base array share memory, or NumPy finds that too hard to tell.

    The indices of two elements agree up to some axis and differ along it: all before it may be 0, as may the smaller
    of the two along it. NumPy solves exactly whether memory of those with a 0 there is memory of those without.
    """
    if v.flags.forc:
        return False
    rest = v
    for _ in v.shape:
        if np.may_share_memory(rest[:1], rest[1:], max_work=MOST_WORK):  # type: ignore[arg-type]  # any number is one
            return True
        rest = rest[0]
    return False


def is_integer(v: NDArray[Any]) -> bool:
    """Whether v holds integers or bools; the only object arrays that get this far hold Python integers."""
    return v.dtype.kind in "iubO"


def is_bfloat16(dtype: np.dtype[Any]) -> bool:
    """Whether a dtype is the bfloat16 of the package ml_dtypes, which need not be installed.

    Its name alone says little: that of a void type is its class's, which anyone may call "bfloat16".
    """
    return dtype.isbuiltin == 2 and dtype.itemsize == 2 and dtype.kind == "V" and dtype.name == "bfloat16"


def check_single(op: str, name: str, v: NDArray[Any], otherwise: str) -> None:
    """Raise TypeError if v holds anything but float32, float16 or bfloat16; `otherwise` is what takes all else."""
    if v.dtype.type not in (np.float32, np.float16) and not is_bfloat16(v.dtype):
        given = f"has dtype {v.dtype}" if v.dtype.kind != "O" else "holds integers"
        raise TypeError(f"{op}: {name} {given}; want float32, float16 or bfloat16, or {otherwise}")


def result_dtype(a: NDArray[Any], b: NDArray[Any]) -> np.dtype[Any]:
    """The narrowest float dtype that holds the elements of two arrays of floats, or of floats and integers that fit.

    Of float16 and bfloat16 that is float32, of an integer beside floats float64.
    """
    if is_integer(a) or is_integer(b):
        return np.dtype(np.float64)
    if a.dtype == b.dtype:
        return a.dtype.newbyteorder("=")
    return np.result_type(*(np.float32 if is_bfloat16(v.dtype) else v.dtype for v in (a, b))).newbyteorder("=")


def wide_dtype(a: NDArray[Any], b: NDArray[Any]) -> np.dtype[Any]:
    """float64 or, where that holds the elements of both, float32."""
    dtype = result_dtype(a, b)
    return dtype if dtype.itemsize > 2 else np.dtype(np.float32)


def rounded_to(dtype: np.dtype[Any], values: NDArray[np.float64]) -> NDArray[Any]:
    """Binary64 numbers rounded once to a narrower dtype.

    bfloat16 is reached by way of float32, rounded to odd: what is inexact gets an odd last bit, which no later
    rounding mistakes for a tie (Boldo and Melquiond, "Emulation of FMA and correctly rounded sums: proved
    algorithms using rounding to odd", 2008, https://doi.org/10.1109/TC.2007.70819).
    """
    with np.errstate(all="ignore"):
        if not is_bfloat16(dtype):
            return values.astype(dtype)
        near = values.astype(np.float32)
        towards = np.where(values > near, np.float32(np.inf), np.float32(-np.inf))
        even_but_inexact = (near != values) & (near.view(np.uint32) & 1 == 0)
        return np.where(even_but_inexact, np.nextafter(near, towards), near).astype(dtype)


def as_floats(op: str, names: tuple[str, str], a: NDArray[Any], b: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Both of them as `as_native` makes float64 of them, a piece at a time; an OverflowError as `as_float64` raises."""
    first, second = (v if fits_float64(v) else as_float64(op, name, v) for name, v in zip(names, (a, b), strict=True))
    return first, second


def fits_float64(v: NDArray[Any]) -> bool:
    """Whether v holds floats, or integers that float64 holds as their size or their range tells."""
    if v.dtype.kind == "O":
        return False
    if v.dtype.kind not in "iu" or v.dtype.itemsize < 8 or v.size == 0:
        return True
    return int(v.min()) >= -(2**53) and int(v.max()) <= 2**53


def as_float64(op: str, name: str, v: NDArray[Any]) -> NDArray[Any]:
    """Integers as float64, an OverflowError where that would round one; floats as they are."""
    if not is_integer(v):
        return v
    if fits_float64(v):
        return v.astype(np.float64)
    values = [_exactly(op, name, integer) for integer in v.ravel().tolist()]
    return np.array(values, dtype=np.float64).reshape(v.shape)


def read_floats(op: str, name: str, x: Any) -> NDArray[Any]:
    """What a caller passed as an array of floats, its integers as `as_float64` makes them."""
    return as_float64(op, name, as_array(op, name, x))


def _exactly(op: str, name: str, integer: int) -> float:
    try:
        value = float(integer)
    except OverflowError:
        value = float("inf")
    if value != integer:  # Python compares an int with a float exactly
        raise OverflowError(
            f"{op}: {name} holds {shown(integer)}, which float64 cannot represent; "
            "want integers that it can or, of a product, integers on both sides"
        )
    return value


def number(op: str, name: str, value: Any, wanted: str) -> float:
    """One number as a float. Text is none, though float() reads it, and no integer is rounded."""
    if type(value) is float:
        return value
    if type(value) is np.ndarray and value.ndim == 0:
        value = value[()]
    if isinstance(value, int | np.integer):
        return _exactly(op, name, int(value))
    check_lossless(op, name, value)
    dimensions: int = getattr(value, "ndim", 0)
    try:
        if dimensions or isinstance(value, str | bytes | bytearray):
            raise TypeError
        return float(value)
    except (TypeError, ValueError):
        raise TypeError(f"{op}: {name} is {shown(value)}; want {wanted}") from None
    except OverflowError:
        raise OverflowError(f"{op}: {name} is {shown(value)}, beyond float64; want {wanted}") from None


def as_native(v: NDArray[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    """v itself if a kernel for dtype can read it where it lies, otherwise a copy, which keeps strides of 0."""
    if v.dtype == dtype and v.flags.aligned:
        return v
    distinct = v[tuple(slice(0, 1) if step == 0 else slice(None) for step in v.strides)]
    return np.broadcast_to(distinct.astype(dtype), v.shape)


def as_array(op: str, name: str, x: Any, *, bfloat16: bool = False) -> NDArray[Any]:
    """x as an array of floats, integers or bools; Python integers too large for int64 as objects.

    bfloat16 becomes float32 unless the caller computes with it.
    """
    v = _read(op, name, x)
    return v.astype(np.float32) if is_bfloat16(v.dtype) and not bfloat16 else v


def _read(op: str, name: str, x: Any) -> NDArray[Any]:
    if type(x) is not np.ndarray:
        check_lossless(op, name, x)
        if is_table(x):
            return _from_columns(op, columns_of(name, x))
    if hasattr(x, "__array__") or hasattr(x, "__array_interface__") or hasattr(x, "__array_struct__"):
        v = _from_array(op, name, x)
    elif hasattr(x, "__dlpack__"):
        v = _from_dlpack(op, name, x)
    elif _has_buffer(x):
        v = _from_buffer(op, name, memoryview(x))
    else:
        return _from_numbers(op, name, x)
    if type(v) is not np.ndarray:
        check_lossless(op, name, v)  # which `__array__` may have given
    own = np.ndarray.view(v, np.ndarray)  # whose shape no code of the caller's can change
    return _of_numbers(op, name, own)


def _of_numbers(op: str, name: str, v: NDArray[Any]) -> NDArray[Any]:
    if is_bfloat16(v.dtype):
        return v if v.dtype.isnative else v.view("u2").byteswap().view(v.dtype.newbyteorder("="))
    if v.dtype.kind not in "iub" and v.dtype.type not in _FLOATS:
        raise TypeError(f"{op}: {name} has dtype {v.dtype}; {_wanted(op, name)}{_remedy(name, v)}")
    return v


def _wanted(op: str, name: str) -> str:
    """The types that an operation takes, by its name and that of the argument."""
    if name == "mask":
        return "want bool"
    return _WANTED_SINGLE if op.startswith("single.") else _WANTED


def _remedy(name: str, v: NDArray[Any]) -> str:
    """How to make an array of numbers of objects that hold numbers, for the end of a refusal."""
    if v.dtype != object or not v.size:
        return ""
    first = v.reshape(-1)[0]
    if v.ndim and isinstance(first, np.ndarray | list | tuple):
        return f"; np.stack(np.asarray({name})) makes one array of arrays of one length"
    if v.ndim == 0 and isinstance(first, Mapping):
        return f"; list({name}.values()) is a list of a mapping's"
    return f"; list({name}) is a list of them" if v.ndim == 0 and isinstance(first, Iterable) else ""


def _has_buffer(x: Any) -> bool:
    try:
        memoryview(x)
    except TypeError:
        return False
    return True


def _from_array(op: str, name: str, x: Any) -> NDArray[Any]:
    """What `__array__` gives or, where that knows no such type, DLPack: a tensor of torch has both."""
    if may_miss(x):
        return numbers_of(op, name, x)
    try:
        return np.asanyarray(x)  # not asarray, after which a masked array could not be told from others
    except TypeError as error:
        if not hasattr(x, "__dlpack__"):
            raise
        try:
            return _from_dlpack(op, name, x)
        except (RuntimeError, BufferError):
            raise error from None


def _from_columns(op: str, columns: list[tuple[str, Any]]) -> NDArray[Any]:
    """Columns of several types side by side: integers if all are, otherwise floats, without rounding an integer."""
    arrays = [as_array(op, name, column) for name, column in columns]
    integers = all(map(is_integer, arrays))
    if not integers:
        arrays = [as_float64(op, name, v) for (name, _), v in zip(columns, arrays, strict=True)]
    dtype = np.result_type(*arrays)
    if integers and dtype.kind == "f":  # int64 beside uint64
        dtype = np.dtype(object)
    return np.stack([v.astype(dtype) for v in arrays], axis=1)


def _from_dlpack(op: str, name: str, x: Any) -> NDArray[Any]:
    try:
        return from_dlpack(x)
    except ForeignTypeError as error:
        raise TypeError(f"{op}: {name} is a DLPack tensor of {error}; {_wanted(op, name)}") from None


def _from_buffer(op: str, name: str, x: "memoryview[Any]") -> NDArray[Any]:
    try:
        return np.asarray(x)
    except ValueError:
        raise TypeError(f"{op}: {name} is a buffer of format {x.format!r}; {_wanted(op, name)}") from None


def _from_numbers(op: str, name: str, x: Any) -> NDArray[Any]:
    """A list, or whatever else NumPy reads as one, with no integer in it rounded on the way."""
    if hasattr(x, "tocsr"):
        raise TypeError(f"{op}: {name} is a sparse matrix; want a dense one, which {name}.toarray() makes")
    if type(x) is int:
        return np.array(x, dtype=object)  # of any size
    try:
        v = np.asarray(x)
    except ValueError as error:
        raise ValueError(f"{op}: {name} is ragged; want rows of one length ({error})") from None
    if v.dtype.kind not in "fO" or v.ndim == 0 or _holds_floats(x):
        return _of_numbers(op, name, v)
    leaves = np.array(x, dtype=object)
    items = [_number(leaf) for leaf in leaves.ravel()]
    if not all(isinstance(item, (int, float)) for item in items):
        return _of_numbers(op, name, v)
    numbers = np.empty(len(items), dtype=object)
    if items and all(isinstance(item, int) for item in items):
        numbers[:] = items
        return numbers.reshape(leaves.shape)
    numbers[:] = [_exactly(op, name, item) if isinstance(item, int) else item for item in items]
    return numbers.reshape(leaves.shape).astype(v.dtype if v.dtype.kind == "f" else np.float64)


def _holds_floats(x: Any) -> bool:
    """Whether a list is of floats alone, or of such lists, or of arrays of floats: it holds no integer to be rounded.

    The types of a row are soon looked at, where every element of a list of vectors would take 0.5 us.
    """
    kinds = set(map(type, x)) if type(x) in (list, tuple) else set()
    if kinds == {np.ndarray}:
        return all(row.dtype.kind == "f" for row in x)
    return kinds == {float} or (kinds in ({list}, {tuple}) and all(map(_holds_floats, x)))


def _number(item: Any) -> Any:
    """An integer or a float as Python's own, whatever else it was."""
    if issubclass(type(item), np.ndarray):
        item = np.ndarray.view(item, np.ndarray)
    scalar = isinstance(item, np.generic) or (type(item) is np.ndarray and item.ndim == 0)
    if scalar and (item.dtype.kind in "iub" or item.dtype.type in _FLOATS):
        return item.item()
    if scalar and is_bfloat16(item.dtype):
        return float(item)
    return item
