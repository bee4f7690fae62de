"""The libraries that compute the same, each by its quickest calls, those of them that are installed."""

import importlib
import importlib.util
from types import ModuleType

import numpy as np

from onedot import machine
from onedot.benchmark.operation import DTYPES, Contender

__all__ = ["OWN_TYPE", "dot_peers", "installed", "versions"]

OWN_TYPE = dict(zip(DTYPES, DTYPES, strict=True))


def dot_peers() -> list[Contender]:
    """NumPy's function and its quicker method, SciPy's BLAS, NumKong and SimSIMD."""
    peers = [
        Contender("np.dot", "peer", dict.fromkeys(DTYPES, np.dot), OWN_TYPE),
        Contender("ndarray.dot", "peer", dict.fromkeys(DTYPES, np.ndarray.dot), OWN_TYPE),
    ]
    if blas := installed("scipy.linalg.blas"):
        peers.append(Contender("SciPy BLAS", "peer", {"float64": blas.ddot, "float32": blas.sdot}, OWN_TYPE))
    for name in ("NumKong", "SimSIMD"):
        if module := installed(name.lower()):
            peers.append(Contender(name, "peer", dict.fromkeys(DTYPES, module.dot), OWN_TYPE))
    return peers


def versions() -> dict[str, str]:
    """The version of every package that takes part and is installed, and which BLAS it brings."""
    packages = ("NumPy", "SciPy", "NumKong", "SimSIMD", "scikit-learn", "threadpoolctl")
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
