"""The libraries that compute the same, each by its quickest calls, those of them that are installed."""

import importlib
import importlib.util
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onedot._benchmark import machine
from onedot._benchmark.model import ALL_DTYPES, DTYPES, HALVES, INTEGERS, WRAPPING, Contender

__all__ = ["CONVERTED", "OWN_TYPE", "converting", "dot_peers", "installed", "versions"]

OWN_TYPE = dict(zip(ALL_DTYPES, ALL_DTYPES, strict=True)) | dict.fromkeys(HALVES, "float32")
"""The type that a peer may sum in: that of the elements, but float32 for halves."""

CONVERTED = (" f32", " i64", " f64")
"""How the names of contenders end that convert their arguments first."""


def dot_peers() -> list[Contender]:
    """NumPy's function and its quicker method, both also after a conversion, SciPy's BLAS, NumKong and SimSIMD."""
    peers = [
        Contender("np.dot", "peer", dict.fromkeys(ALL_DTYPES, np.dot), OWN_TYPE, wraps=WRAPPING),
        Contender("ndarray.dot", "peer", dict.fromkeys(DTYPES, np.ndarray.dot), OWN_TYPE),
        *converting("np.dot", np.dot),
    ]
    if blas := installed("scipy.linalg.blas"):
        peers.append(Contender("SciPy BLAS", "peer", {"float64": blas.ddot, "float32": blas.sdot}, OWN_TYPE))
    for name in ("NumKong", "SimSIMD"):
        if module := installed(name.lower()):
            functions = dict.fromkeys((*DTYPES, "float16", "int8", "uint8"), module.dot)
            functions["bfloat16"] = _of_bits(module.dot)
            peers.append(Contender(name, "peer", functions, OWN_TYPE, convert=_bits_of_bfloat16))
    return peers


def _of_bits(dot: Callable[..., Any]) -> Callable[..., Any]:
    """The function for bfloat16 as uint16; the name of the type is quicker by position."""
    return lambda x, y: dot(x, y, "bf16")


def _bits_of_bfloat16(v: NDArray[Any]) -> NDArray[Any]:
    """bfloat16 as uint16, which with the name of the type both libraries read quickest; anything else as it is."""
    return v.view(np.uint16) if v.dtype.kind == "V" else v


def converting(name: str, function: Callable[..., Any]) -> list[Contender]:
    """A function of NumPy's after what one must write before it: both arguments converted, at every call.

    To float32, by whose BLAS halves are quicker; to int64 and float64, in which small integers add up without wrapping.
    """
    narrow = [dtype for dtype in INTEGERS if dtype != "int64"]
    return [
        _converting(f"{name} f32", function, np.float32, dict.fromkeys(HALVES, "float32")),
        _converting(f"{name} i64", function, np.int64, dict.fromkeys(narrow, "int64")),
        _converting(f"{name} f64", function, np.float64, dict.fromkeys(narrow, "float64")),
    ]


def _converting(name: str, function: Callable[..., Any], to: type, accumulator: dict[str, str]) -> Contender:
    def converted(x: NDArray[Any], y: NDArray[Any]) -> Any:
        return function(x.astype(to), y.astype(to))

    return Contender(name, "peer", dict.fromkeys(accumulator, converted), accumulator)


def versions() -> dict[str, str]:
    """The version of every package that takes part and is installed, and which BLAS it brings."""
    packages = (
        "NumPy",
        "SciPy",
        "NumKong",
        "SimSIMD",
        "faiss-cpu",
        "usearch",
        "ml_dtypes",
        "scikit-learn",
        "threadpoolctl",
    )
    found = {package: version for package in packages if (version := machine.version_of(package))}
    threadpoolctl = installed("threadpoolctl")
    for library in threadpoolctl.threadpool_info() if threadpoolctl else ():
        if library["user_api"] == "blas":
            blas = f"{library['internal_api']} {library['version']} for {library.get('architecture')}"
            owner = next((package for package in found if f"{package.lower()}.libs" in library["filepath"]), None)
            found[owner or "BLAS"] = f"{found[owner]} with {blas}" if owner else blas
    return found


def installed(module: str) -> ModuleType | None:
    """The module, None if its package is not installed; a package that is there but broken raises."""
    if importlib.util.find_spec(module.partition(".")[0]) is None:
        return None
    return importlib.import_module(module)
