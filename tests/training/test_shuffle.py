"""Orders: the documented generator word for word, at every level, and every order equally likely."""

from collections import Counter
from itertools import permutations

import numpy as np
import pytest

from onedot._training import order
from onedot._training.order import Orders
from support.cells import in_one_test
from support.oracles import perceptron as oracle


@in_one_test("n", [1, 2, 3, 10, 1000])
@in_one_test("seed", [0, 1, -1, 2**64 - 1, 2**70 + 5, np.int64(7)])
def test_orders_are_those_of_the_documented_generator(level, n, seed):
    orders, expected, state = Orders(n, seed), list(range(n)), int(seed) % 2**64
    for _ in range(3):
        expected, state = oracle.shuffled(expected, state)
        assert orders.next().tolist() == expected


def test_without_a_seed_the_order_is_the_given_one(level):
    orders = Orders(5, None)
    assert [orders.next().tolist() for _ in range(2)] == [[0, 1, 2, 3, 4]] * 2


def test_two_epochs_have_different_orders(level):
    orders = Orders(100, 0)
    assert orders.next().tolist() != orders.next().copy().tolist()


def test_every_order_of_4_comes_about_equally_often(level):
    """6000 orders of 24 kinds, 250 each: six standard deviations are 93."""
    counts = Counter()
    orders = Orders(4, 12345)
    for _ in range(6000):
        counts[tuple(orders.next().tolist())] += 1
    assert set(counts) == set(permutations(range(4)))
    assert all(abs(count - 250) < 93 for count in counts.values())


def test_numbers_that_would_favour_a_place_are_drawn_again(level):
    """The state is the one before a number whose upper half is 0, which 3 places cannot share out evenly."""
    state = np.array([(-0x9E3779B97F4A7C15) % 2**64], np.uint64)  # the next number of splitmix64 is then 0
    order = np.arange(3, dtype=np.intp)
    from onedot import levels

    levels.kernels().shuffle(order, state)
    assert order.tolist() == oracle.shuffled([0, 1, 2], (-0x9E3779B97F4A7C15) % 2**64)[0]
    assert int(state[0]) == oracle.shuffled([0, 1, 2], (-0x9E3779B97F4A7C15) % 2**64)[1]


def test_more_samples_than_32_bits_tell_apart_are_refused(monkeypatch):
    monkeypatch.setattr(order, "LONGEST", 9)
    with pytest.raises(ValueError, match="there are 10 samples; want at most 9"):
        Orders(10, 0)
