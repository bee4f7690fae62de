"""Integers beside floats: as float64 where that holds every one of them, refused where it would round one."""

import numpy as np
import pytest

import onedot

LARGEST = 2**53


@pytest.mark.parametrize("dtype", ["int64", "uint64", ">i8"])
@pytest.mark.parametrize("n", [1, 5, 70_000])
def test_integers_are_taken_up_to_the_largest_that_float64_holds_with_all_before_it(level, dtype, n):
    x, ones = np.zeros(n, dtype), np.ones(n)
    for value in (1, LARGEST - 1, LARGEST, LARGEST + 2, 2**62, 2**63 - 1024):
        x[-1] = value
        assert onedot.dot(x, ones) == float(value)
        assert onedot.matvec(x[None], ones).tolist() == [float(value)]
    for value in (LARGEST + 1, 2**62 + 1, 2**63 - 1):
        x[-1] = value
        with pytest.raises(OverflowError, match=rf"x holds {value}, which float64 cannot represent"):
            onedot.dot(x, ones)


@pytest.mark.parametrize("value", [-LARGEST, -LARGEST - 2, -(2**63)])
def test_negative_integers_are_taken_likewise(level, value):
    assert onedot.dot(np.array([value, 0]), np.ones(2)) == float(value)
    with pytest.raises(OverflowError, match=f"x holds {-LARGEST - 1}, which"):
        onedot.dot(np.array([value, -LARGEST - 1]), np.ones(2))


def test_no_integers_beside_no_floats_add_up_to_zero(level):
    assert onedot.dot(np.empty(0, "int64"), np.empty(0)) == 0.0


ROWS = [
    [[1.5, LARGEST + 1], [0.5, 0.25]],
    [(1.5, 0.5), (LARGEST + 1, 0.25)],
    ((1.5, 0.5), [LARGEST + 1, 0.25]),
    [np.array([1.5, 0.5]), np.array([LARGEST + 1, 0])],
    [np.float64([1.5, 0.5]), [LARGEST + 1, 0.25]],
]


@pytest.mark.parametrize("rows", ROWS, ids=range(len(ROWS)))
def test_an_integer_is_found_wherever_it_lies_among_rows_of_floats(rows):
    with pytest.raises(OverflowError, match=f"X holds {LARGEST + 1}, which float64 cannot represent"):
        onedot.search.top_k(rows, [1.0, 1.0], 1)


def test_rows_of_floats_in_lists_tuples_and_arrays_are_what_numpy_makes_of_them():
    X = np.random.default_rng(0).standard_normal((5, 3))
    for dtype in (np.float64, np.float32, np.float16):
        held = list(X.astype(dtype))
        assert onedot.search.Index(held).X.tobytes() == X.astype(dtype).tobytes()
        assert onedot.search.Index(tuple(held)).X.dtype == dtype
    for rows in (X.tolist(), [*map(tuple, X.tolist())], tuple(map(list, X.tolist())), [X[0], *X[1:].tolist()]):
        assert onedot.search.Index(rows).X.tobytes() == X.tobytes()
    mixed = onedot.search.Index([X[0].astype(np.float32), X[1]]).X
    assert mixed.tobytes() == np.stack([X[0].astype(np.float32), X[1]]).tobytes()
