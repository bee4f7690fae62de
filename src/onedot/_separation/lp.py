"""Linear programs in floats: guesses at a plane, and at the samples that would prove that there is none."""

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onedot._core.extras import install
from onedot._separation.points import Form, Points, times

__all__ = ["guesses"]

ROUNDS = 8  # of corrections, each of 20 bits or more; two or three suffice nearly always
BEYOND = 30  # bits by which to look closer where samples lie in the plane itself
NOISE = 2.0**-40  # of the greatest multiplier; where others are 0, HiGHS returns up to 1e-14

Supports = list[NDArray[np.intp]]


def guesses(points: Points, seconds_left: Callable[[], float]) -> Iterator[tuple[Form, Supports]]:
    """Forms that may separate, of any bias, each with sets of samples that may be inseparable, until ideas run out."""
    program = _Program(points)
    yield program.solve(seconds_left())
    form, _ = program.solve(seconds_left(), on_average=True)
    yield form, []
    scale: int | None = None
    for _ in range(ROUNDS):
        form, gap = points.with_best_bias(form)
        nearer = gap.bit_length() - 1 + form.exponent if gap else (scale or 0) - BEYOND
        if scale is not None and nearer >= scale:
            return
        scale = nearer
        correction, supports = program.correct(form, scale, seconds_left())
        form = _sum(form, correction)
        yield form, supports


def _sum(a: Form, b: Form) -> Form:
    e = min(a.exponent, b.exponent)
    pairs = zip(a.g, b.g, strict=True)
    return Form([(x << a.exponent - e) + (y << b.exponent - e) for x, y in pairs], e)


class _Program:
    """Maximise t subject to z_i·v + offset_i >= t and -1 <= v <= 1, by HiGHS [1]_.

    Its tolerance is about 1e-7, so its answers prove nothing. For its sake the columns of z_i = y_i (1, x_i) are moved
    to the middle of their range, if there is a bias to make up for it, and scaled by powers of two.

    .. [1] Q. Huangfu, J. A. J. Hall, "Parallelizing the dual revised simplex method", Math. Program. Comput. 10
       (2018), 119-142. https://doi.org/10.1007/s12532-017-0130-5
    """

    def __init__(self, points: Points) -> None:
        self.points = points
        bias, y = int(points.bias), points.y[:, None].astype(np.float64)
        columns = points.floats[:, bias:] * y
        if bias:
            columns -= columns.max(axis=0) / 2 + columns.min(axis=0) / 2
        ranges = np.abs(columns).max(axis=0)
        exponents = np.frexp(ranges)[1]
        self.varies = np.concatenate([np.ones(bias, bool), ranges > 0])
        self.z = np.concatenate([y[:, :bias], np.ldexp(columns, -exponents) * y], axis=1)
        self.exponents = [-e - top for e, top in zip([0] * bias + exponents.tolist(), points.top, strict=True)]

    def solve(self, seconds: float, on_average: bool = False) -> tuple[Form, Supports]:
        """The v of the greatest t, and the samples that keep it from being greater: those that surely do, and all.

        Where even the best v is all but 0, it may come out as 0. So `on_average` bounds the mean of z_i·v, to 1,
        instead of v.
        """
        return self._solve(self.z, np.zeros(len(self.z)), seconds, on_average)

    def correct(self, form: Form, scale: int, seconds: float) -> tuple[Form, Supports]:
        """The same for the sum of `form` and 2**scale * v, from the samples that this can change [1]_.

        .. [1] A. M. Gleixner, D. E. Steffy, K. Wolter, "Iterative refinement for linear programming", INFORMS J.
           Comput. 28 (2016), 449-464. https://doi.org/10.1287/ijoc.2016.0692
        """
        shift = form.exponent - scale
        reach = 4 * self.points.width  # z_i·v is at most the width
        limit = reach << -shift if shift < 0 else reach >> shift
        near = self.points.up_to(form.g, limit)
        rows = np.array([i for _, i in near], dtype=np.intp)
        offsets = np.array([times(value, shift) for value, _ in near])
        correction, supports = self._solve(self.z[rows], offsets, seconds, on_average=False)
        return Form(correction.g, correction.exponent + scale), [rows[support] for support in supports]

    def _solve(
        self, z: NDArray[np.float64], offsets: NDArray[np.float64], seconds: float, on_average: bool
    ) -> tuple[Form, Supports]:
        n, width = z.shape
        answer = _linprog()(
            np.concatenate([np.zeros(width), [-1.0]]),
            A_ub=np.column_stack([-z, np.ones(n)]),
            b_ub=offsets,
            A_eq=np.concatenate([z.mean(axis=0), [0.0]])[None, :] if on_average else None,
            b_eq=[1.0] if on_average else None,
            bounds=[(None, None) if on_average else (-1.0, 1.0)] * width + [(None, None)],
            method="highs",
            options={"time_limit": seconds},
        )
        if answer.status != 0:
            return Form([0] * width, 0), []
        multipliers = -answer.ineqlin.marginals
        order = np.argsort(-multipliers, kind="stable")[: width + 1]
        sure, support = (order[multipliers[order] > limit] for limit in (NOISE * multipliers.max(), 0.0))
        supports = [sure, support] if len(sure) < len(support) else [support]
        v = np.where(self.varies, answer.x[:-1], 0.0)
        return self.points.form(v.tolist(), self.exponents), supports


def _linprog() -> Any:
    try:
        return import_module("scipy.optimize").linprog
    except ImportError as error:
        raise ImportError(
            "separability: SciPy 1.12 or newer, which solves the linear program, cannot be imported; "
            f"want it installed: {install('separability')}"
        ) from error
