"""The bench of training times right weights only, which it finds in integers."""

import numpy as np
import pytest

from onedot._benchmark.measure import Effort, WrongResultError, check, measure
from onedot._benchmark.model import Contender
from onedot._benchmark.operations.perceptron import IN_ORDER, PERCEPTRON, exact_weights, separable, text_like, tough
from support.oracles.perceptron import perceptron

BRIEFLY = Effort(repeats=2, seconds=1e-5)


def cases(dtype):
    return PERCEPTRON.cases(dtype, ((30, 5),), False)


def test_the_oracle_in_integers_is_the_perceptron():
    X, y = tough(40, 6, "float64")
    assert exact_weights(X, y, IN_ORDER) == perceptron(X.tolist(), y.tolist(), 10)[0].tolist()


def test_the_separable_samples_are_and_the_others_are_not():
    X, y = separable(300, 10, "float64")
    assert perceptron(X.tolist(), y.tolist(), 100)[1][-1] == 0
    X, y = tough(1000, 20, "float64")
    assert perceptron(X[:200].tolist(), y[:200].tolist(), 10)[1][-1] > 0


def test_texts_have_integers_in_few_columns():
    pytest.importorskip("scipy")
    X, y = text_like("float32", 50, 300, 20)
    assert X.dtype == np.float32
    assert X.has_canonical_format
    assert np.array_equal(X.data, np.round(X.data))
    assert set(y) == {1, -1}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_every_contender_is_right(dtype):
    for make_case in cases(dtype).values():
        small = make_case()
        for row in measure(small, PERCEPTRON.contenders(), BRIEFLY):
            assert row.wrong is None, row.contender.name
            assert bool(row.seconds) == row.contender.takes(small)


def test_weights_that_are_off_by_one_are_refused():
    def off(X, y, options):
        w = np.array(exact_weights(X, y, options), float)
        w[-1] += 1.0
        return w

    functions = {"float64": off}
    with pytest.raises(WrongResultError, match="at "):
        check(Contender("off", "peer", functions, {"float64": "float64"}), cases("float64")["30x5"]())
