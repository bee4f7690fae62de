"""The generator and the shuffle behind every random order of samples."""

from collections.abc import MutableSequence

__all__ = ["shuffle"]


def shuffle(order: MutableSequence[int], state: MutableSequence[int]) -> None:
    """Exchange order[i] with order[j] for i from the last down to 1, each j <= i with the same probability.

    The generator is splitmix64, whose state moves on. j is the upper half of the product of i + 1 and the
    upper 32 bits of a number drawn; numbers that would favour some j are drawn again (Lemire, "Fast random
    integer generation in an interval", 2019, https://doi.org/10.1145/3230636).
    """
    for i in range(len(order) - 1, 0, -1):
        product = (next_bits(state) >> 32) * (i + 1)
        while product % 2**32 < 2**32 % (i + 1):
            product = (next_bits(state) >> 32) * (i + 1)
        j = product >> 32
        order[i], order[j] = int(order[j]), int(order[i])


def next_bits(state: MutableSequence[int]) -> int:
    """The next 64 bits of splitmix64 (Steele, Lea and Flood, 2014, https://doi.org/10.1145/2660193.2660195)."""
    z = (int(state[0]) + 0x9E3779B97F4A7C15) % 2**64
    state[0] = z
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB % 2**64
    return z ^ (z >> 31)
