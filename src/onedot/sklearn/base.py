"""What both estimators share: parameters, input, the start of training, decisions, and no trace of a fit that fails."""

from __future__ import annotations

import numbers
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple, Self

import numpy as np
from joblib import effective_n_jobs
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state
from sklearn.utils.class_weight import compute_class_weight
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from onedot._core.arrays import as_array, as_float64, base_array, is_integer, number
from onedot._core.attributes import floats_of
from onedot._core.environment import in_default_environment
from onedot._core.lossy import check_lossless
from onedot._entry import matvec
from onedot._training.csr import csr_parts, is_csr
from onedot._training.epochs import Floats, Training, read_rows
from onedot.levels.refusals import shown
from onedot.sklearn.problem import Problem, Validation
from onedot.sklearn.sparse import check_sparse
from onedot.sklearn.training_loop import Course, run_all, validation_split

__all__ = ["LinearClassifier", "Past"]


class Steps(NamedTuple):
    """What certificates have to know of the steps since the weights were `start`; an entry a unit."""

    start: Floats
    mistakes: Floats
    least: Floats  # of their sizes
    peak: Floats  # the largest |weight|, at the start or later

    @classmethod
    def none(cls, W: Floats) -> Steps:
        return cls(W.copy(), np.zeros(len(W)), np.full(len(W), np.inf), np.zeros(len(W)))


class Past(NamedTuple):
    """What averages and certificates have to know of the training so far; an entry a unit."""

    units: list[int | None]  # that were trained
    shown: Floats  # the weights as users see them, unless they set others
    sums: Floats  # of steps, each times the number of samples before it; zeros unless weights are averaged
    seen: Floats  # samples, for averages
    steps: Steps

    @classmethod
    def none(cls, W: Floats, units: list[int | None]) -> Past:
        return cls(units, W, np.zeros_like(W), np.zeros(len(W)), Steps.none(W))


class LinearClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A linear classifier trained sample by sample."""

    classes_: NDArray[Any]
    coef_: Floats
    intercept_: Floats
    n_iter_: int
    t_: float
    _past: Past
    _weights: Floats
    _gave_up: bool
    _biased: bool  # whether weights begin with a bias
    _bias_input: float  # what it is the weight of: 0 where no step is to change it

    # The error state is set outermost, because that gives a function of Python's own: scikit-learn routes metadata,
    # as weights of samples, to no other.

    # Fit -----------------------------------------------------------------------------------------------

    @np.errstate(all="ignore")
    @in_default_environment
    def fit(
        self,
        X: Any,
        y: ArrayLike,
        coef_init: ArrayLike | None = None,
        intercept_init: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
    ) -> Self:
        """Train until an epoch leaves nothing to learn, nothing improves any more, or max_iter epochs are done.

        Parameters
        ----------
        X : array_like or CSR matrix, shape (n_samples, n_features)
            Read where it lies if it is float64 or float32 in C order, or CSR of either in canonical form.
        y : array_like, shape (n_samples,)
            Labels of two classes or more.
        coef_init : array_like, shape of coef_, optional
            The weights to start with.
        intercept_init : array_like, shape of intercept_, optional
            The biases to start with or, without `fit_intercept`, to stay with.
        sample_weight : array_like, shape (n_samples,), optional
            Multiplies the steps of each sample. Samples of weight 0 are as if they were not there: nothing depends on
            their features or labels, or on how many they are.

        Returns
        -------
        self
            If training fails or is interrupted, the estimator is as it was before.

        Raises
        ------
        ValueError
            If a parameter, a shape or a label is not what it should be, or X holds NaN or infinity.
        TypeError
            If something is masked or of another type than numbers, or labels have no order among them.
        OverflowError
            If float64 cannot represent an integer, or numbers overflow in training.
        """
        with _restored_on_error(self):
            self._check_parameters()
            X, y, weights = _counted(*self._validated(X, y, reset=True), sample_weight)
            classes, codes = _distinct("y", y)
            kept = self.warm_start and hasattr(self, "coef_")
            if kept and not np.array_equal(classes, self.classes_):
                raise ValueError(f"warm_start: y has classes {classes}; want those of the fit before, {self.classes_}")
            self.classes_ = classes
            problem = self._problem(X, y, codes, weights)
            self.t_ = 1.0
            self._start(problem, kept, coef_init, intercept_init)
            self._past = self._past._replace(steps=Steps.none(self._weights))  # a certificate is of the X of this fit
            self._train(problem, self.max_iter)
        self._warn_of_the_end()
        return self

    @np.errstate(all="ignore")
    @in_default_environment
    def partial_fit(
        self, X: Any, y: ArrayLike, classes: ArrayLike | None = None, sample_weight: ArrayLike | None = None
    ) -> Self:
        """Train one epoch, going on from the weights there are.

        Parameters
        ----------
        X, y, sample_weight
            As for `fit`.
        classes : array_like, shape (n_classes,), optional
            All classes that there will ever be; wanted in the first call.

        Returns
        -------
        self
            If training fails or is interrupted, the estimator is as it was before.
        """
        with _restored_on_error(self):
            self._check_parameters()
            if self.early_stopping:
                raise ValueError("early_stopping should be False with partial_fit, which holds nothing out")
            first = not hasattr(self, "classes_")
            if not first:
                self.classes_ = self._known_classes()
            X, y, weights = _counted(*self._validated(X, _as_integers(y), reset=first), sample_weight)
            self._enter_classes(classes)
            codes = _places(self.classes_, y)
            if isinstance(self.class_weight, str):
                raise ValueError(
                    "partial_fit: class_weight is 'balanced', which wants all labels at once; "
                    "want a dict, such as compute_class_weight('balanced', classes=classes, y=y) gives"
                )
            problem = self._problem(X, y, codes, weights)
            self.t_ = 1.0 if first else number(type(self).__name__, "t_", self.t_, "a number")
            self._start(problem, not first, None, None)
            self._train(problem, 1)
        return self

    def _enter_classes(self, classes: ArrayLike | None) -> None:
        if classes is None:
            if not hasattr(self, "classes_"):
                raise ValueError("classes must be passed on the first call to partial_fit.")
            return
        distinct, _ = _distinct("classes", np.asarray(self._own("classes", classes)))
        if len(distinct) < 2:
            raise ValueError(f"partial_fit: classes are {shown(distinct, str)}; want two or more")
        if hasattr(self, "classes_") and not np.array_equal(distinct, self.classes_):
            raise ValueError(f"partial_fit: classes are {shown(distinct, str)}; want those of the first call")
        self.classes_ = distinct

    def _validated(self, X: Any, y: ArrayLike, reset: bool) -> tuple[Any, NDArray[Any]]:
        """X and y as arrays. That X is finite is checked in training, when it is read anyway."""
        X, y = validate_data(
            self,
            self._own("X", X),
            self._own("y", y),
            accept_sparse="csr",
            dtype=[np.float64, np.float32],
            order="C",
            ensure_all_finite=False,
            reset=reset,
        )
        labels: NDArray[Any] = np.asarray(y)
        if labels.dtype.kind not in "iubU":  # of which any are classes; to ask takes a sixth of a millisecond
            try:
                check_classification_targets(labels)
            except TypeError as error:
                raise _unordered("y") if "not supported between" in str(error) else error from None
        return X, labels

    def _check_lossless(self, name: str, v: Any) -> None:
        """Refuse what scikit-learn would take without its mask or unit, as the floats next to its integers, or in parts
        that lead out of bounds."""
        op = type(self).__name__
        if name == "X":
            check_sparse(op, v)
        check_lossless(op, name, v)
        base = base_array(v)  # what a subclass says of itself may hide its integers
        for part in _parts(v if base is None else base) if name == "X" else []:
            as_float64(op, name, _integers(op, name, part))

    def _own(self, name: str, X: Any) -> Any:
        """X by NumPy's or SciPy's own class: scikit-learn and SciPy believe what a subclass says of itself, and that
        any dtype is one of NumPy's."""
        self._check_lossless(name, X)
        if is_csr(X) and hasattr(X, "tocsr"):
            data, indices, indptr, n, d = csr_parts(type(self).__name__, X)
            index = indices.dtype if indptr[-1] <= np.iinfo(indices.dtype).max else np.int64  # SciPy wants one for both
            own = csr_array((n, d))
            own.data, own.indices, own.indptr = data, indices.astype(index, copy=False), indptr.astype(index)
            return own
        is_array = issubclass(type(X), np.ndarray) and not issubclass(type(X), np.matrix)  # which it refuses
        if is_array:
            return np.asarray(X)
        return _array_of(type(self).__name__, name, X) if _is_foreign(X) else X

    def _problem(self, X: Any, y: NDArray[Any], codes: NDArray[np.intp], weights: Floats) -> Problem:
        if len(self.classes_) < 2:
            raise ValueError(f"The number of classes has to be greater than one; got {len(self.classes_)} class")
        rows = read_rows(type(self).__name__, X)
        class_weights = np.ones(len(self.classes_))
        if self.class_weight is not None:
            try:
                class_weights[:] = compute_class_weight(self.class_weight, classes=self.classes_, y=y)
            except OverflowError:
                raise OverflowError(
                    "class_weight holds a number beyond float64; want finite ones of 0 or more"
                ) from None
            if not np.all(np.isfinite(class_weights)) or np.any(class_weights < 0.0):
                raise ValueError(f"class_weight is {shown(self.class_weight)}; want finite numbers of 0 or more")
        problem = Problem(rows, codes.astype(np.intp), weights, class_weights)
        if not np.any(problem.factors(None)):
            raise ValueError("class_weight times sample_weight is zero for all samples; want a positive one for some")
        return problem

    # The weights ---------------------------------------------------------------------------------------

    def _start(self, problem: Problem, kept: bool, coef_init: Any, intercept_init: Any) -> None:
        """Set the weights to go on from, bias first, and what certificates and averages have to know of the past."""
        units = 1 if len(self.classes_) == 2 else len(self.classes_)
        intercept = self._floats("intercept_", self.intercept_, (units,)) if kept else np.zeros(units)
        if intercept_init is not None:
            intercept = _initial("intercept_init", intercept_init, (units,))
        self._biased = bool(self.fit_intercept or np.any(intercept))
        input_before = getattr(self, "_bias_input", 1.0)
        self._bias_input = float(self.fit_intercept or not self._biased)
        bias, d = int(self._biased), problem.rows.d
        W, goes_on = np.zeros((units, bias + d)), False
        if kept:
            W, goes_on = self._last_weights(W.shape)
        if coef_init is not None:
            W[:, bias:], goes_on = _initial("coef_init", coef_init, (units, d)), False
        if intercept_init is not None and bias:
            W[:, 0], goes_on = intercept, False
        goes_on = goes_on and self._past.units == self._units() and input_before == self._bias_input
        self._past = self._checked_past(W.shape) if goes_on else Past.none(W, self._units())
        self._weights = W

    def _last_weights(self, shape: tuple[int, int]) -> tuple[Floats, bool]:
        """The weights to go on from, and whether training left them: otherwise coef_ and intercept_ have been set.

        Those that training ended with are not coef_ and intercept_ where these are averages.
        """
        bias = int(self._biased)
        coef, intercept = self._used_weights(shape[1] - bias)
        W = np.hstack([intercept[:, None], coef]) if bias else coef.copy()
        past = getattr(self, "_past", None)  # which weights set before any fit have not
        if past is not None and not isinstance(past, Past):
            raise ValueError(f"{type(self).__name__}: _past has type {type(past).__name__}; want a new fit")
        if past is None or not np.array_equal(W, past.shown):
            return W, False
        return self._floats("_weights", self._weights, shape).copy(), True

    def _used_weights(self, d: int) -> tuple[Floats, Floats]:
        """coef_ and intercept_ as they are now, whoever has set them, for d features."""
        classes = len(self._known_classes())
        units = 1 if classes == 2 else classes
        return self._floats("coef_", self.coef_, (units, d)), self._floats("intercept_", self.intercept_, (units,))

    def _known_classes(self) -> NDArray[Any]:
        classes = np.asarray(self.classes_)
        if classes.ndim != 1 or len(classes) < 2:
            name = type(self).__name__
            raise ValueError(f"{name}: classes_ has shape {classes.shape}; want two classes or more, or a new fit")
        return classes

    def _checked_past(self, shape: tuple[int, int]) -> Past:
        """The past of weights of this shape, in which nobody has changed what kernels are given."""
        past, each = self._past, shape[:1]
        if not isinstance(past.steps, Steps):
            raise ValueError(f"{type(self).__name__}: _past.steps has type {type(past.steps).__name__}; want a new fit")
        steps = self._each_of(past.steps, {"start": shape, "mistakes": each, "least": each, "peak": each})
        visits = self._each_of(past, {"sums": shape, "seen": each})
        return Past(past.units, past.shown, visits["sums"], visits["seen"], Steps(**steps))

    def _each_of(self, held: Past | Steps, shapes: dict[str, tuple[int, ...]]) -> dict[str, Floats]:
        """Arrays by name; the least step of none is infinite."""
        return {
            name: self._floats(f"_past.{name}", getattr(held, name), shape, name != "least")
            for name, shape in shapes.items()
        }

    def _floats(self, name: str, value: Any, shape: tuple[int, ...], finite: bool = True) -> Floats:
        return floats_of(type(self).__name__, name, value, shape, "a new fit", finite)

    # Training ------------------------------------------------------------------------------------------

    def _train(self, problem: Problem, max_iter: int) -> None:
        seed = self._seed() if self.shuffle or self.early_stopping else 0
        held_out = np.zeros(problem.rows.n, bool)
        if self.early_stopping:
            held_out = validation_split(problem.codes, self.validation_fraction, seed)
        units = self._units()
        trainings = [self._training(problem, unit) for unit in units]
        seen = [training.seen for training in trainings]
        members, order_seed = np.flatnonzero(~held_out), seed if self.shuffle else None
        courses = [
            self._course(problem, unit, held_out, max_iter, self._total_weight(training, members))
            for unit, training in zip(units, trainings, strict=True)
        ]
        outcomes = run_all(courses, trainings, members, order_seed, effective_n_jobs(self.n_jobs))
        self.n_iter_ = max(len(outcome.mistakes) for outcome in outcomes)
        self.t_ = self.t_ + max(now.seen - before for now, before in zip(trainings, seen, strict=True))
        self._finish(trainings)
        self._record(problem, members, trainings, outcomes)
        self._gave_up = any(outcome.gave_up for outcome in outcomes)

    def _warn_of_the_end(self) -> None:
        if self.tol is not None and self._gave_up:
            warnings.warn(
                f"{type(self).__name__}: {self.max_iter} epochs were not enough to converge; want a larger max_iter",
                ConvergenceWarning,
                stacklevel=4,  # past fit and what sets its error state
            )

    def _units(self) -> list[int | None]:
        """What is trained by itself: of two classes the second, of more each against the rest; None is all at once."""
        return [1] if len(self.classes_) == 2 else list(range(len(self.classes_)))

    def _place(self, unit: int | None) -> Any:
        """Where the unit's weights are in those of all."""
        return slice(None) if unit is None else 0 if len(self.classes_) == 2 else unit

    def _training(self, problem: Problem, unit: int | None) -> Training:
        """What one unit trains."""
        kernel, samples = self._lesson(problem, unit)
        place = self._place(unit)
        w, sums = self._weights[place].copy(), self._past.sums[place].copy()
        training = Training(type(self).__name__, kernel, problem.rows, samples, w, sums if self.average else sums[:0])
        training.bias_input = self._bias_input
        training.seen = float(np.max(self._past.seen[place]))
        training.peak = max(training.peak, float(np.max(self._past.steps.peak[place])))
        return training

    def _course(
        self, problem: Problem, unit: int | None, held_out: NDArray[np.bool_], max_iter: int, total_weight: float
    ) -> Course:
        """How one unit trains."""
        several = unit is not None and len(self.classes_) > 2
        return Course(
            name=f"class {self.classes_[unit]}, " if several else "",
            max_iter=max_iter,
            tol=self.tol,
            n_iter_no_change=self.n_iter_no_change,
            verbose=self.verbose,
            total_weight=total_weight,
            ends=self._nothing_to_learn,
            score=Validation(problem, unit, held_out).accuracy if held_out.any() else None,
        )

    def _finish(self, trainings: list[Training]) -> None:
        """Set what predictions use, and what further training goes on from."""
        bias = int(self._biased)
        W = np.vstack([training.w for training in trainings])
        shown, sums, seen = W, np.zeros_like(W), np.zeros(len(W))
        if self.average:
            shown = np.vstack([training.averaged() for training in trainings])
            sums = np.vstack([training.sums for training in trainings])
            seen = _for_each(W, [training.seen for training in trainings])
        peak = _for_each(W, [training.peak for training in trainings])
        self._past = Past(self._past.units, shown, sums, seen, self._past.steps._replace(peak=peak))
        self._weights = W
        self.coef_ = shown[:, bias:].copy()
        self.intercept_ = shown[:, 0].copy() if bias else np.zeros(len(shown))

    def _seed(self) -> int:
        """random_state if it is an integer, otherwise a number drawn from it."""
        if isinstance(self.random_state, numbers.Integral):
            return int(self.random_state)
        return int(check_random_state(self.random_state).randint(np.iinfo(np.int32).max))

    # Parameters ----------------------------------------------------------------------------------------

    def _check_parameters(self) -> None:
        for flag in ("fit_intercept", "shuffle", "early_stopping", "warm_start", "average"):
            self._want(flag, "True or False", lambda v: isinstance(v, bool | np.bool_))
        self._want("verbose", "True, False or an integer of 0 or more", _is_verbosity)
        self._want("n_jobs", "None or an integer", lambda v: v is None or _is_integer(v))
        self._want("max_iter", "an integer of 1 or more", lambda v: _is_integer(v) and v >= 1)
        self._want("n_iter_no_change", "an integer of 1 or more", lambda v: _is_integer(v) and v >= 1)
        self._want("eta0", "a positive finite number", self._is_rate)
        self._want("tol", "None or a number of 0 or more", lambda v: v is None or (_is_real(v) and v >= 0.0))
        self._want("validation_fraction", "a number between 0 and 1", lambda v: _is_real(v) and 0.0 < v < 1.0)

    def _want(self, name: str, wanted: str, is_right: Any) -> None:
        value = getattr(self, name)
        if not is_right(value):
            raise ValueError(f"{type(self).__name__}: {name} is {shown(value)}; want {wanted}")

    def _is_rate(self, value: Any) -> bool:
        return _is_real(value) and 0.0 < float(value) < np.inf

    # Decisions -----------------------------------------------------------------------------------------

    @np.errstate(all="ignore")
    @in_default_environment
    def decision_function(self, X: Any) -> Floats:
        """The margins w·x + b, each rounded as in training: the dot by the one-dot law, then the sum.

        Parameters
        ----------
        X : array_like or CSR matrix, shape (n_samples, n_features)

        Returns
        -------
        ndarray, shape (n_samples,) for two classes, otherwise (n_samples, n_classes)

        Raises
        ------
        ValueError
            If X is not what it should be, or coef_, intercept_ or classes_ were set and do not fit.
        OverflowError
            If a margin overflows: it would be no basis for a decision.
        """
        check_is_fitted(self)
        X = validate_data(
            self, self._own("X", X), accept_sparse="csr", dtype=[np.float64, np.float32], order="C", reset=False
        )
        rows = read_rows(type(self).__name__, X)
        coef, intercept = self._used_weights(rows.d)
        if isinstance(rows.parts, tuple):
            margins = np.stack([rows.margins(type(self).__name__, w) for w in coef], axis=1)
        else:
            margins = matvec(coef, rows.parts)
        with np.errstate(over="ignore", invalid="ignore"):
            scores = margins + intercept
        beyond = np.flatnonzero(~np.isfinite(scores).all(axis=1))
        if len(beyond):
            name = type(self).__name__
            raise OverflowError(f"{name}: the margin of row {beyond[0]} overflows; want X on a smaller scale")
        return np.asarray(scores if len(coef) > 1 else scores[:, 0])

    @np.errstate(all="ignore")
    @in_default_environment
    def predict(self, X: Any) -> NDArray[Any]:
        """The class of the largest margin, the first if several are; of two classes the second if it is positive.

        Parameters
        ----------
        X : array_like or CSR matrix, shape (n_samples, n_features)

        Returns
        -------
        ndarray, shape (n_samples,)
        """
        scores = self.decision_function(X)
        places = (scores > 0.0).astype(np.intp) if scores.ndim == 1 else scores.argmax(axis=1)
        return np.asarray(self._known_classes()[places])

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags


@contextmanager
def _restored_on_error(estimator: BaseEstimator) -> Iterator[None]:
    """The estimator's attributes as they were before, if the block raises; those it has are replaced, not changed."""
    before = dict(vars(estimator))
    try:
        yield
    except BaseException:
        vars(estimator).clear()
        vars(estimator).update(before)
        raise


def _parts(X: Any) -> list[Any]:
    """What holds the numbers of X: the columns of a table, which NumPy would bring to one type, or what is stored."""
    if hasattr(X, "columns"):
        return [X.iloc[:, j] for j in range(X.shape[1])] if hasattr(X, "iloc") else [X[name] for name in X.columns]
    if not hasattr(X, "tocoo"):
        return [X]
    return [X.data if isinstance(getattr(X, "data", None), np.ndarray) and X.format != "lil" else X.tocoo().data]


def _is_foreign(v: Any) -> bool:
    """Whether v is an array of another library, as a tensor is: not NumPy's, no table or its column, nor sparse."""
    others = isinstance(v, np.ndarray | np.generic) or any(hasattr(v, name) for name in ("columns", "iloc", "tocsr"))
    return not others and (hasattr(v, "__array__") or hasattr(v, "__dlpack__"))


def _array_of(op: str, name: str, v: Any) -> NDArray[Any]:
    """The array of a foreign one; labels may be text."""
    if name == "X" or not hasattr(v, "__array__"):
        return as_array(op, name, v)
    labels = np.asanyarray(v)
    check_lossless(op, name, labels)
    return np.asarray(labels)


def _integers(op: str, name: str, part: Any) -> NDArray[Any]:
    """The integers among numbers, none of them rounded; whatever else is wrong is for scikit-learn to say.

    But for fractions beyond float64, of which it would say nothing.
    """
    kind = getattr(getattr(part, "dtype", None), "kind", "O")
    none = np.empty(0, np.int64)
    if kind not in "iuO":
        return none
    try:
        v = np.array(part, dtype=object) if kind == "O" else np.asarray(part)
    except (TypeError, ValueError):
        return none
    if v.dtype.kind in "iu":
        return v
    leaves = [leaf for leaf in v.ravel().tolist() if isinstance(leaf, numbers.Rational)]
    integers = [int(leaf) for leaf in leaves if isinstance(leaf, numbers.Integral)]
    for leaf in leaves if len(integers) < len(leaves) else []:
        number(op, name, leaf, "numbers within its range")
    return np.array(integers, dtype=object)


def _for_each(W: Floats, values: list[float]) -> Floats:
    """A value for each row of W: its own or, if all were trained at once, the same."""
    return np.broadcast_to(np.array(values, dtype=np.float64), len(W)).copy()


def _counted(X: Any, y: NDArray[Any], sample_weight: ArrayLike | None) -> tuple[Any, NDArray[Any], Floats]:
    """The samples whose weight is not 0, and their weights: nothing that follows can tell that there were others."""
    weights = _sample_weights(sample_weight, X.shape[0])
    counted = weights != 0.0
    return (X, y, weights) if counted.all() else (X[counted], y[counted], weights[counted])


def _as_integers(labels: Any) -> Any:
    """Python integers in an array of objects, which scikit-learn takes for no labels, as an array of integers."""
    is_objects = type(labels) is np.ndarray and labels.dtype == object
    integers = is_objects and all(isinstance(label, numbers.Integral) for label in labels.ravel())
    return np.array(labels.tolist()) if integers else labels


def _places(classes: NDArray[Any], labels: NDArray[Any]) -> NDArray[np.intp]:
    """The place of each label among the classes."""
    try:
        codes = np.searchsorted(classes, labels)
    except TypeError:
        raise _unordered("y") from None
    codes[codes == len(classes)] = 0
    unknown = np.flatnonzero(classes[codes] != labels)
    if len(unknown):
        label = labels[unknown[:1]].tolist()[0]
        raise ValueError(f"partial_fit: y holds {shown(label)}; want labels among classes {classes}")
    return codes


def _sample_weights(sample_weight: ArrayLike | None, n: int) -> Floats:
    if sample_weight is None:
        return np.ones(n)
    weights = _floats("sample_weight", sample_weight)
    if weights.ndim == 0:
        weights = np.full(n, weights)
    if weights.ndim != 1:
        raise ValueError(f"Sample weights must be 1D array or scalar, got {weights.ndim}D array; want shape ({n},)")
    if weights.shape != (n,):
        raise ValueError(f"sample_weight.shape == {weights.shape}, expected ({n},)")
    if not np.all(np.isfinite(weights)) or np.any(weights < 0.0):
        raise ValueError("sample_weight holds NaN, infinity or negative numbers; want finite ones of 0 or more")
    if not np.any(weights):
        raise ValueError("sample_weight is zero for all samples; want a positive weight for one of each class")
    return weights


def _floats(name: str, given: ArrayLike) -> Floats:
    """Numbers as float64, a copy; none of them rounded, and no text read as one."""
    v = as_array("fit", name, given)
    return np.array(as_float64("fit", name, v) if is_integer(v) else v, dtype=np.float64)


def _distinct(name: str, labels: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """The labels in order, each once, and the place of each."""
    try:
        distinct, codes = np.unique(labels, return_inverse=True)
    except TypeError:
        raise _unordered(name) from None
    return distinct, codes


def _unordered(name: str) -> TypeError:
    return TypeError(f"fit: the labels in {name} have no order among them; want all of one type")


def _initial(name: str, given: ArrayLike, shape: tuple[int, ...]) -> Floats:
    v = _floats(name, given)
    if v.size != int(np.prod(shape)):
        raise ValueError(f"{name} has shape {v.shape}; want {shape}")
    if not np.all(np.isfinite(v)):
        raise ValueError(f"{name} holds NaN or infinity; want finite numbers")
    return v.reshape(shape)


def _is_integer(value: Any) -> bool:
    return isinstance(value, numbers.Integral) and not isinstance(value, bool)


def _is_real(value: Any) -> bool:
    """Whether it is a number within the range of float64."""
    if not isinstance(value, numbers.Real) or isinstance(value, bool):
        return False
    with suppress(OverflowError):
        return float(value) == float(value)
    return False


def _is_verbosity(value: Any) -> bool:
    return isinstance(value, bool | np.bool_) or (_is_integer(value) and value >= 0)
