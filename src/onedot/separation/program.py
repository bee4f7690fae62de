"""The linear program in floats: a guess at a plane, and at the points that would prove that there is none."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["guess"]


def guess(floats: NDArray[np.float64], seconds: float) -> tuple[list[float], list[int], NDArray[np.intp]]:
    """The direction that keeps the points z_i = y_i (1, x_i) farthest from 0, and the points that hold it there.

    Maximise t subject to z_i·v >= t and -1 <= v <= 1, by HiGHS [1]_. Its tolerance is about 1e-7, so this proves
    nothing, in either case. Columns are moved to the middle of their range and scaled by powers of two for it.

    Returns
    -------
    v, exponents : the weights v[j] * 2**exponents[j] of the columns, without a bias, as columns were moved.
    support : points of positive multiplier, the weightiest first; empty where HiGHS gave no answer.

    References
    ----------
    .. [1] Q. Huangfu, J. A. J. Hall, "Parallelizing the dual revised simplex method", Math. Program. Comput. 10
       (2018), 119-142. https://doi.org/10.1007/s12532-017-0130-5
    """
    n, width = floats.shape
    y = floats[:, 0]
    columns = floats[:, 1:] * y[:, None]
    columns -= (columns.max(axis=0) / 2 + columns.min(axis=0) / 2)[None, :]
    ranges = np.abs(columns).max(axis=0)
    exponents = np.frexp(ranges)[1]
    columns = np.ldexp(columns, -exponents) * y[:, None]
    answer = _linprog()(
        np.concatenate([np.zeros(width), [-1.0]]),
        A_ub=np.column_stack([-y, -columns, np.ones(n)]),
        b_ub=np.zeros(n),
        bounds=[(-1.0, 1.0)] * width + [(None, None)],
        method="highs",
        options={"time_limit": seconds},
    )
    if answer.status != 0:
        return [0.0] * width, [0] * width, np.empty(0, np.intp)
    multipliers = -answer.ineqlin.marginals
    order = np.argsort(-multipliers, kind="stable")
    support: NDArray[np.intp] = order[multipliers[order] > 0][: width + 1]
    weights = np.where(ranges > 0, answer.x[1:-1], 0.0)
    return [0.0, *weights.tolist()], [0, *(-exponents).tolist()], support


def _linprog() -> Any:
    try:
        from scipy.optimize import linprog
    except ImportError as error:
        raise ImportError(
            "separability: SciPy 1.12 or newer, which solves the linear program, cannot be imported; "
            'want it installed: pip install "onedot[separability]"'
        ) from error
    return linprog
