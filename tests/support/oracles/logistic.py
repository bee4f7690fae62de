"""Coefficients of logistic regression to fifty digits, by Newton's method in mpmath: slow, and sure."""

import mpmath as mp

DIGITS = 50


def coefficients(X, y, ridge=0, weights=None):
    """(w, standard errors), bias first, of least sum_i s_i loss_i + ridge/2 ||w without bias||**2; y holds 0 and 1."""
    with mp.workdps(DIGITS + 15):
        Z = mp.matrix([[1, *map(mp.mpf, map(float, row))] for row in X])
        s = [mp.mpf(1)] * len(y) if weights is None else [mp.mpf(float(v)) for v in weights]
        w = mp.zeros(Z.cols, 1)
        penalty = mp.diag([0] + [mp.mpf(ridge)] * (Z.cols - 1))
        for _ in range(60):
            p = [1 / (1 + mp.exp(-m)) for m in Z * w]
            g = Z.T * mp.matrix([v * (q - t) for v, q, t in zip(s, p, y, strict=True)]) + penalty * w
            H = Z.T * mp.diag([v * q * (1 - q) for v, q in zip(s, p, strict=True)]) * Z + penalty
            if mp.norm(g) < mp.mpf(10) ** -DIGITS:
                break
            w -= mp.lu_solve(H, g)
        else:
            raise AssertionError("no convergence: the oracle is not fit for this problem")
        inverse = H**-1
        return [float(v) for v in w], [float(mp.sqrt(inverse[j, j])) for j in range(Z.cols)]


def next_margins(X, y, w, weights, digits=700):
    """(n,) the change of every margin in the next step of Newton's method without a penalty, bias first; y 0 and 1."""
    with mp.workdps(digits):
        Z = mp.matrix([[1, *map(mp.mpf, map(float, row))] for row in X])
        s = [mp.mpf(float(v)) for v in weights]
        p = [1 / (1 + mp.exp(-m)) for m in Z * mp.matrix([mp.mpf(float(v)) for v in w])]
        g = Z.T * mp.matrix([v * (q - t) for v, q, t in zip(s, p, y, strict=True)])
        H = Z.T * mp.diag([v * q * (1 - q) for v, q in zip(s, p, strict=True)]) * Z
        return [float(v) for v in Z * mp.lu_solve(H, -g)]
