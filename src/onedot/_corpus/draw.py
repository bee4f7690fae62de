"""Numbers made by integer arithmetic alone, so that every machine makes the same: no random library, no libm."""

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onedot._core.dlpack import bfloat16_of_bits

__all__ = ["Draw", "with_bits"]

# Bits of the exponent and of the fraction.
FORMATS = {"float64": (11, 52), "float32": (8, 23), "float16": (5, 10), "bfloat16": (8, 7)}


class Draw:
    """A stream of 64-bit integers, and the numbers whose bits they are.

    The stream is splitmix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
    2014, https://doi.org/10.1145/2660193.2660195), started at the first 8 bytes of the SHA-256 of a name.
    """

    def __init__(self, name: str) -> None:
        self._state = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "little")

    def bits(self, n: int) -> NDArray[np.uint64]:
        """The next n integers of the stream."""
        gamma = 0x9E3779B97F4A7C15
        z = np.arange(1, n + 1, dtype=np.uint64) * np.uint64(gamma) + np.uint64(self._state)
        self._state = (self._state + n * gamma) % 2**64
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))

    def floats(self, dtype: str, n: int, low: int = -8, high: int = 8) -> NDArray[Any]:
        """n normal numbers: any sign, any fraction, and any exponent from low to high."""
        exponent_bits, fraction_bits = FORMATS[dtype]
        lowest = low + 2 ** (exponent_bits - 1) - 1
        sign = self.bits(n) % np.uint64(2)
        exponent = self.bits(n) % np.uint64(high - low + 1) + np.uint64(lowest)
        fraction = self.bits(n) >> np.uint64(64 - fraction_bits)
        head = sign << np.uint64(exponent_bits) | exponent
        return with_bits(dtype, head << np.uint64(fraction_bits) | fraction)

    def patterns(self, dtype: str, n: int) -> NDArray[Any]:
        """n bit patterns of any kind, now and then subnormal, infinite or NaN."""
        return with_bits(dtype, self.bits(n))

    def integers(self, dtype: str, n: int) -> NDArray[Any]:
        """n integers from the whole range of an integer dtype, or bools."""
        bits = self.bits(n)
        return (bits % np.uint64(2)).astype(bool) if dtype == "bool" else bits.astype(dtype)

    def thinned(self, X: NDArray[Any], keep: int) -> NDArray[Any]:
        """X with about one element of `keep` left, the others 0."""
        return np.where(self.bits(X.size).reshape(X.shape) % np.uint64(keep) == 0, X, X.dtype.type(0))


def with_bits(dtype: str, bits: NDArray[np.uint64]) -> NDArray[Any]:
    """The floats whose bits are the low ones of `bits`; bfloat16 in float32 where ml_dtypes is not installed."""
    if dtype == "bfloat16":
        return bfloat16_of_bits(bits.astype("u2"))
    return bits.astype(f"u{np.dtype(dtype).itemsize}").view(dtype)
