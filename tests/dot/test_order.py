"""Sums computed by hand, where any other order than the law's gives another number, at every level.

With 1e16 about, whose neighbours are 2 apart, 1e16 + 1 == 1e16: which of the ones survive tells the order.
"""

import math

import numpy as np

import onedot
from onedot._reference.law import BLOCK
from support.bits import bits
from support.cells import in_one_test

BIG = 1e16
HUGE = 1e308  # twice this overflows


def placed(n, values):
    """A vector of n zeros but for `values`, a dict from place to value."""
    x = np.zeros(n)
    x[list(values)] = list(values.values())
    return x


# What lies where, among how many, and the sum.
BY_HAND = {
    "elements 32 apart share a lane, from left to right": (96, {0: BIG, 32: 1.0, 64: -BIG}, 0.0),
    "so what cancels first leaves what comes later": (96, {0: BIG, 32: -BIG, 64: 1.0}, 1.0),
    "a lane runs through the whole block": (BLOCK, {7: BIG, 7 + 32 * 64: 1.0, 7 + 32 * 127: -BIG}, 0.0),
    "a tail shorter than the lanes goes on in them": (65, {0: BIG, 32: -BIG, 64: 1.0}, 1.0),
    "lanes 16 apart are added first": (32, {0: BIG, 16: -BIG, 8: 1.0}, 1.0),
    "and swallow a one": (32, {0: BIG, 16: 1.0, 8: -BIG}, 0.0),
    "then lanes 8 apart": (32, {0: BIG, 8: -BIG, 4: 1.0}, 1.0),
    "then lanes 4 apart": (32, {0: BIG, 4: -BIG, 2: 1.0}, 1.0),
    "then lanes 2 apart": (32, {0: BIG, 2: -BIG, 1: 1.0}, 1.0),
    "and neighbours last": (32, {0: BIG, 1: -BIG, 2: 1.0}, 0.0),
    "fewer elements than lanes fold the same": (17, {0: BIG, 16: -BIG, 8: 1.0}, 1.0),
    "even three": (3, {0: BIG, 2: -BIG, 1: 1.0}, 1.0),
    "three from left to right would keep the one": (3, {0: BIG, 1: -BIG, 2: 1.0}, 0.0),
    "lanes end with their block": (2 * BLOCK, {0: BIG, 32: 1.0, BLOCK: -BIG, BLOCK + 32: 1.0}, 0.0),
    "and start again from zero": (2 * BLOCK, {0: 1.0, BLOCK: BIG, BLOCK + 32: -BIG}, 1.0),
    "two blocks, the second of one element": (BLOCK + 1, {BLOCK - 1: BIG, BLOCK: -BIG}, 0.0),
    "of three blocks the first and the third are added first": (3 * BLOCK, {0: BIG, BLOCK: 1.0, 2 * BLOCK: -BIG}, 1.0),
    "so the third swallows no one": (3 * BLOCK, {0: BIG, BLOCK: -BIG, 2 * BLOCK: 1.0}, 0.0),
    "of five blocks the first and the fifth": (5 * BLOCK, {0: BIG, 2 * BLOCK: 1.0, 4 * BLOCK: -BIG}, 1.0),
    "of five blocks the second has no partner but zero": (5 * BLOCK, {0: BIG, BLOCK: -BIG, 4 * BLOCK: 1.0}, 0.0),
    "of 300 blocks, 256 apart": (300 * BLOCK, {0: BIG, 256 * BLOCK: -BIG, 128 * BLOCK: 1.0}, 1.0),
    "overflow in a lane stays": (96, {0: HUGE, 32: HUGE, 64: -HUGE}, math.inf),
    "unless the order cancels before": (96, {0: HUGE, 32: -HUGE, 64: HUGE}, HUGE),
    "overflow in the fold stays": (32, {0: HUGE, 16: HUGE, 8: -HUGE}, math.inf),
    "unless the fold cancels before": (32, {0: HUGE, 16: -HUGE, 8: HUGE}, HUGE),
    "overflow among blocks stays": (3 * BLOCK, {0: -HUGE, 2 * BLOCK: -HUGE, BLOCK: HUGE}, -math.inf),
    "unless the blocks cancel before": (3 * BLOCK, {0: HUGE, 2 * BLOCK: -HUGE, BLOCK: HUGE}, HUGE),
    "opposite overflows are no number": (64, {0: HUGE, 32: HUGE, 1: -HUGE, 33: -HUGE}, math.nan),
}


@in_one_test("case", BY_HAND)
def test_the_order_is_the_one_worked_out_by_hand(level, case):
    n, values, expected = BY_HAND[case]
    x = placed(n, values)
    assert bits(onedot.dot(x, np.ones(n))) == bits(expected)
    assert bits(onedot.dot(np.ones(n), x)) == bits(expected)


@in_one_test("lane", range(32))
def test_every_lane_keeps_its_own_sum(level, lane):
    assert onedot.dot(placed(128, {lane: BIG, lane + 32: -BIG, lane + 64: 1.0}), np.ones(128)) == 1.0
    assert onedot.dot(placed(128, {lane: BIG, lane + 32: 1.0, lane + 64: -BIG}), np.ones(128)) == 0.0
