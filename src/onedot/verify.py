"""The corpus as digests: one SHA-256 an operation, one over all, and those that are published.

To publish after adding to `onedot.corpus`: run `onedot verify`, check that every level prints the same
SHA-256, and copy the digests it calls new into `PUBLISHED_BY_OPERATION`. A published digest never changes
short of a major version: the bits are public API.
"""

import hashlib
import math
from collections.abc import Iterator, Mapping

import numpy as np

from onedot.corpus import OPERATIONS, Draw, Result

__all__ = ["PUBLISHED", "PUBLISHED_BY_OPERATION", "differences", "digest", "digests", "overall"]

PUBLISHED_BY_OPERATION = {
    "dot cancellation": "5cf3309595a611d7a3606cdb84ab884472fcb79d91730d46d286fe55812727b8",
    "dot float16": "2ded6be572884b504fdc2f666798b47226ef1daecdf38757ecd176d1e72fae84",
    "dot float32": "6aa2037835baf32249c9a8d24ca8223c9366292bb74a59a66d10fc7a67fc205c",
    "dot float64": "ec1c579c79cce0c6c32ef2b1cc2ffd9b8a0749c85584cba2454ac1622994562f",
    "dot integers": "36251cab42f9fa273032cd305a44449ae8afd9d9a25c4e60289de9306b6549aa",
    "dot integers and floats": "7b98f478348db66725a7f514a756cdd8278818147a8bf37343c1f75c16a5db6d",
    "dot layouts": "444cbb94014978de9838d8792bad1038de104349ce329b3c4498be1bbc36856f",
    "dot mixed widths": "b23e114384d868b3d522ce69575b360fe6a9d2ef224b3407df8aaad205a37c24",
    "dot range": "af4e6d8fa3e716906cf15ef408bbcfb77c5e45d136f89c80f92c0409a159a842",
    "dot specials": "d739a4fbc07ae1022f483d1bb6f3f1b31523cbb3b266cb917b6234f5cf04a191",
}

NAN = bytes.fromhex("000000000000f87f")


def digests() -> dict[str, str]:
    """The SHA-256 of the results of each operation of the corpus, run at the level in use."""
    return {name: _digest(OPERATIONS[name](Draw(name))) for name in sorted(OPERATIONS)}


def _digest(results: Iterator[Result]) -> str:
    sha = hashlib.sha256()
    with np.errstate(all="ignore"):  # the corpus overflows on purpose
        for result in results:
            sha.update(encode(result))
    return sha.hexdigest()


def encode(result: Result) -> bytes:
    """A result as bytes: floats little-endian, integers in decimal, every NaN alike, as payloads are not promised."""
    if isinstance(result, float):
        return b"float " + (NAN if math.isnan(result) else np.array(result, "<f8").tobytes())
    if isinstance(result, int):
        return f"int {result}\n".encode()
    v = np.where(np.isnan(result), result.dtype.type("nan"), result) if result.dtype.kind == "f" else result
    return f"{v.dtype.name} {v.shape} ".encode() + v.astype(v.dtype.newbyteorder("<")).tobytes()


def overall(by_operation: Mapping[str, str]) -> str:
    """The SHA-256 over the names of operations and their digests, in the order of the names."""
    lines = [f"{name} {by_operation[name]}\n" for name in sorted(by_operation)]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def digest() -> str:
    """The SHA-256 of the whole corpus, run at the level in use."""
    return overall(digests())


def differences(by_operation: Mapping[str, str]) -> list[str]:
    """The names of the operations whose digest is not the published one, or that have only one of the two."""
    names = sorted(by_operation.keys() | PUBLISHED_BY_OPERATION.keys())
    return [name for name in names if by_operation.get(name) != PUBLISHED_BY_OPERATION.get(name)]


PUBLISHED = overall(PUBLISHED_BY_OPERATION)
"""The SHA-256 of the whole corpus, the same at every level and on every machine."""
