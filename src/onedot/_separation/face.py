"""The largest set of points that a plane can have strictly on its right side, with none on the wrong one.

Two directions of which no point is on the wrong side have a sum of the same kind, and it has strictly on its right
side what either has. So there is a largest such set. It is found by facial reduction: as long as some points cancel,
sum c_i z_i = 0 with c_i > 0, every direction has all of them in its plane, so the rest is looked at in the space of
the directions that are 0 there, of fewer dimensions each time. It ends where a direction is positive at all
points that are left, or none is left.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from onedot._separation.clock import Clock
from onedot._separation.dixon import kernel
from onedot._separation.points import Form, Points
from onedot._separation.search import decide

__all__ = ["Face", "largest_face"]


class Face(NamedTuple):
    """g·row(i) > 0 at the points `off`, 0 at all others, whose span is that of points that cancel."""

    g: list[int]
    off: NDArray[np.intp]
    combination: dict[int, int]  # c > 0 with sum c_i row(i) = 0; of these points all that are not `off` are sums


def largest_face(points: Points, clock: Clock) -> Face:
    """The direction with the most points strictly on its right side, and the proof that no other has more."""
    off = np.arange(points.n) if points.bias else np.flatnonzero(np.asarray(points.X).any(axis=1))
    combination: dict[int, int] = {}
    basis: NDArray[Any] | None = None
    while len(off):
        off, g, found = _step(points, off, basis, clock)
        if g is not None:
            return Face(g, off, combination)
        if found:
            combination = _joined(points, combination, found, clock)
            if len(found) == points.width + 1:  # a circuit of so many spans the space
                break
            chosen = np.array([points.row(i) for i in combination], dtype=object)
            basis = kernel(chosen, clock.check).vectors
            if basis.shape[1] == 0:
                break
    return Face([0] * points.width, np.empty(0, np.intp), combination)


def _step(
    points: Points, off: NDArray[np.intp], basis: NDArray[Any] | None, clock: Clock
) -> tuple[NDArray[np.intp], list[int] | None, dict[int, int]]:
    """The points that are not 0 in all directions of the basis, and a direction positive there, or some that cancel."""
    if basis is not None and basis.shape[1] == 1:
        return _along(points, off, basis[:, 0].tolist())
    if basis is None:
        rest = points if len(off) == points.n else Points(points.X[off], points.y[off], points.bias)
    else:
        values = np.array([points.row(i) for i in off.tolist()], dtype=object) @ basis
        apart = (values != 0).any(axis=1)
        off, values = off[apart], values[apart]
        if not len(off):
            return off, None, {}
        rest = Points(values, np.ones(len(off), np.int8), bias=False)
    form, coefficients = decide(rest, clock)
    if form is None:
        return off, None, {int(off[i]): c for i, c in coefficients.items()}
    if basis is None:
        return off, _on_grid_of(points, rest, form), {}
    unscaled = np.array(_shifted(form.g, [max(rest.grid) - grid for grid in rest.grid]), dtype=object)
    return off, (basis @ unscaled).tolist(), {}


def _on_grid_of(points: Points, rest: Points, form: Form) -> list[int]:
    """The form on some of the points, which have a grid of their own, as one on the points, but for its scale."""
    shifts = [grid - own for grid, own in zip(points.grid, rest.grid, strict=True)]
    return _shifted(form.g, [shift - min(shifts) for shift in shifts])


def _shifted(integers: list[int], shifts: list[int]) -> list[int]:
    return [integer << shift for integer, shift in zip(integers, shifts, strict=True)]


def _along(
    points: Points, off: NDArray[np.intp], g: list[int]
) -> tuple[NDArray[np.intp], list[int] | None, dict[int, int]]:
    """The same where one direction and its opposite are all that is left."""
    signs = points.signs(g)[off]
    off, signs = off[signs != 0], signs[signs != 0]
    if len(off) and (signs == signs[0]).all():
        return off, [int(signs[0]) * each for each in g], {}
    if not len(off):
        return off, None, {}
    above, below = int(off[np.argmax(signs)]), int(off[np.argmin(signs)])
    values = [sum(a * b for a, b in zip(g, points.row(i), strict=True)) for i in (above, below)]
    return off, None, {above: -values[1], below: values[0]}


def _joined(points: Points, old: dict[int, int], new: dict[int, int], clock: Clock) -> dict[int, int]:
    """Points that cancel: the old ones, which do, and the new ones, whose sum is in the span of the old."""
    if not old:
        return new
    rows = np.array([points.row(i) for i in new], dtype=object)
    total = np.array(list(new.values()), dtype=object) @ rows
    chosen = np.array([points.row(i) for i in old], dtype=object)
    independent = kernel(chosen, clock.check).rows
    *a, scale = kernel(np.concatenate([chosen[independent], total[None]]).T, clock.check).vectors[:, 0].tolist()
    by_point = dict.fromkeys(old, 0) | dict(zip([list(old)[row] for row in independent], a, strict=True))
    times = max(0, *(-by_point[i] // c + 1 for i, c in old.items()))
    return {i: by_point[i] + times * c for i, c in old.items()} | {i: scale * c for i, c in new.items()}
