"""Logistic regression over dask arrays: the weights of the fit in memory to the bit, for any chunks and any workers."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, ClassVar

import numpy as np

from onedot import sklearn as in_memory
from onedot._logistic.class_factors import class_factors
from onedot._logistic.existence import has_a_maximum
from onedot._logistic.fit import Search
from onedot._logistic.minimum import unreported
from onedot._logistic.problem import Problem, read_strength, read_total, ridge_of
from onedot._logistic.result import LogisticFit
from onedot._logistic.search import searched
from onedot._separation import Complete, QuasiComplete
from onedot._training.epochs import Floats
from onedot.dask.chunks import is_chunked
from onedot.dask.decisions import ChunkedDecisions
from onedot.dask.objective import Blocks, ChunkedObjective, Given
from onedot.dask.samples import class_counts, loaded, read_chunked
from onedot.levels.refusals import shown

__all__ = ["LogisticRegression"]

MOST_STEPS = 50  # of Newton's method, which takes five to ten where there is a maximum


class LogisticRegression(ChunkedDecisions, in_memory.LogisticRegression):
    """`onedot.sklearn.LogisticRegression` over dask arrays, dense or with CSR chunks: the same bits as in memory.

    Values, gradients and Hessians are sums over the samples, of blocks of 4096 rows: a task hands on those of its
    chunk, which is cut where blocks end, and they are folded once, in order. So the search takes the steps of that in
    memory, for any chunks, any scheduler and any workers, and where one of them dies. X is read once for each step
    tried, and once for each Hessian; `X.persist()` keeps it in the memory of the workers, where it has room, and CSR
    chunks are kept there by columns. Answers to dask arrays are dask arrays.

    Parameters
    ----------
    penalty, C, tol, fit_intercept, class_weight, solver, max_iter, verbose, warm_start, random_state, n_jobs
        As for `onedot.sklearn.LogisticRegression`, which is what learns from arrays in memory. Of dask arrays no weight
        of a sample is to be 0. Without a penalty the Hessian has to prove that there is a maximum, of dense samples
        with an intercept also about their mean, or it is an error: a search for what separates the classes wants all
        samples in memory.

    Examples
    --------
    >>> import dask.array as da
    >>> X = da.from_array([[0.0], [1.0], [2.0], [3.0]], chunks=(3, 1))
    >>> fit = onedot.dask.LogisticRegression().fit(X, ["no", "no", "yes", "yes"])
    >>> fit.predict(X).compute(), fit.score(X, ["no", "no", "yes", "yes"])
    (array(['no', 'no', 'yes', 'yes'], dtype='<U3'), 1.0)
    """

    _of_memory: ClassVar[type] = in_memory.LogisticRegression

    def predict_proba(self, X: Any) -> Any:
        """The probability of each class, shape (n_samples, n_classes): of a dask array a dask array."""
        return self._answered("predict_proba", X, np.dtype(np.float64), self._width(2))

    def predict_log_proba(self, X: Any) -> Any:
        """Their logarithms: of a dask array a dask array."""
        return self._answered("predict_log_proba", X, np.dtype(np.float64), self._width(2))

    def _found(self, X: Any, y: Any, sample_weight: Any, start: Floats | None) -> LogisticFit:
        op = type(self).__name__
        if not is_chunked(op, "X", X):
            return super()._found(X, loaded(op, "y", y), loaded(op, "sample_weight", sample_weight), start)
        strength = read_strength(op, None if np.inf == self.C else self.penalty, self.C)  # type: ignore[arg-type]
        search = Search.read(op, self.solver, self.tol, self.max_iter, "raise", int(self.verbose))
        samples = read_chunked(op, X, y, sample_weight)
        self.n_features_in_ = samples.shape[1]
        self.__dict__.pop("feature_names_in_", None)
        classes, _ = class_counts(op, samples.y)
        if len(classes) < 2:
            known = shown(classes.tolist()[0])
            raise ValueError(f"{op}: all samples are of one class, {known}; want two classes or more")
        blocks = Blocks(op, samples, classes)
        try:
            return search.fit(self._problem(op, blocks, classes, samples.shape[1], strength), start)
        finally:
            blocks.release()

    def _problem(self, op: str, blocks: Blocks, classes: Any, d: int, strength: float) -> Problem:
        of_each: list[float] = []

        def weight_of(c: int | None) -> float:
            if not of_each:
                of_each.extend(blocks.class_weights(len(classes)))
            return blocks.weighed(np.ones(len(classes))) if c is None else of_each[c]

        factors = class_factors(op, self.class_weight, classes, weight_of)
        total = read_total(op, blocks.weighed(factors))
        units = 1 if len(classes) == 2 else len(classes)
        given = Given(factors, total, bool(self.fit_intercept), units)
        objective = ChunkedObjective(op, blocks, given, d, ridge_of(op, strength, total))
        every = np.ones(blocks.n, np.bool_)
        return ChunkedProblem(op, objective, classes, total, strength == np.inf, every, [f"x{j}" for j in range(d)])


class ChunkedProblem(Problem):
    """A problem whose samples are elsewhere: nobody can look at all of them at once."""

    def separation(self) -> Complete | QuasiComplete | None:
        """None where the same samples about their mean show that classes overlap, which does not depend on where 0 is.

        A search among those proves it where it is lost in rounding far from 0; it has no part in what is found.
        """
        moved = self.objective.centred()
        if moved is not None:
            with suppress(OverflowError):
                reached = searched(moved.at(np.zeros(moved.shape)), False, "newton", 0.0, MOST_STEPS, unreported)
                if has_a_maximum(reached.point, moved.column_sizes()):
                    return None
        raise ValueError(
            f"{self.op}: nothing proves that the likelihood has a maximum: classes may be separable, a column a "
            "combination of others, or weights of samples too far apart; want penalty='l2', or X in memory, where it "
            "is found out"
        )
