"""Which kind of separation: the answer is the true one, and it comes with a proof."""

from fractions import Fraction

import numpy as np
import pytest

from onedot import Complete, Overlap, QuasiComplete, separation
from support.oracles.kinds import on_plane, parts, vectors

KINDS = {True: Complete, False: Overlap}


def answer_of(X, y, **options):
    """The answer, once it is known to be a proof."""
    answer = separation(X, y, **options)
    weight = {key: value for key, value in options.items() if key == "sample_weight"}
    assert answer.verify(X, y, **weight) is True
    return answer


def is_as_the_oracle_says(answer, X, y, bias=True):
    """The kind, the points on the plane and the part of every coefficient, all found by enumeration."""
    z, places = vectors(X, y, bias)
    plane = on_plane(z)
    if len(plane) == len(z):
        assert isinstance(answer, Overlap)
        return
    if not plane:
        assert isinstance(answer, Complete)
        return
    assert isinstance(answer, QuasiComplete)
    wanted = sorted(plane) if places is None else sorted(places[i] for i in plane)
    assert np.argwhere(answer.on_plane).tolist() == [list(np.atleast_1d(i)) for i in wanted]
    names = answer.variables.names
    found = [answer.variables.infinite, answer.variables.finite, answer.variables.undetermined]
    assert found == [tuple(names[j] for j in each) for each in parts(z, plane)]
    b = [Fraction(value) for value in answer.direction.ravel().tolist()][-len(z[0]) :]
    values = [sum(p * q for p, q in zip(b, row, strict=True)) for row in z]
    assert [value > 0 for value in values] == [i not in plane for i in range(len(z))]
    assert min(values) == 0
    assert all(b[names.index(name)] == 0 for name in answer.variables.undetermined)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("d", [1, 2, 3])
def test_on_small_grids_the_kind_is_that_of_enumeration(d, bias):
    draw = np.random.default_rng([d, bias])
    seen = set()
    for _ in range(120):
        n = int(draw.integers(2, 8))
        X = draw.integers(-1, 2, (n, d))
        y = draw.integers(0, 2, n)
        if draw.random() < 0.5:  # nearly separated, so that all kinds come
            y = (X @ draw.integers(-1, 2, d) + draw.integers(-1, 2, n) * (draw.random(n) < 0.2) > 0).astype(int)
        y[:2] = 0, 1
        answer = answer_of(X, y, bias=bias)
        is_as_the_oracle_says(answer, X, y.tolist(), bias)
        seen.add(type(answer))
    assert seen == {Complete, QuasiComplete, Overlap}
