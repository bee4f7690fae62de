"""A user's program: what a type checker says of every result is what the result is.

It is run, and checked by mypy and pyright, strictly, which fail at `assert_type` where a type is another, and at a
comment that lets a fault pass where there is none.
"""

from fractions import Fraction
from typing import Any, assert_type

import numpy as np
from numpy.typing import NDArray

import onedot
from onedot import Hyperplane, Layer, Network, Unit, activations, exact, geometry, search, single

Matrix = np.ndarray[tuple[int, int], np.dtype[np.float64]]
Vector = np.ndarray[tuple[int], np.dtype[np.float64]]


def products(A: Matrix, x: Vector, X: NDArray[np.float32]) -> None:
    assert_type(onedot.dot(x, [1.0, 2.0]), float | int)
    assert_type(onedot.matvec(A, x), NDArray[np.float64])
    assert_type(onedot.vecmat(x, A), NDArray[np.float64])
    assert_type(onedot.matvec(X, X), NDArray[np.float32])
    assert_type(onedot.matvec([[1, 2]], [3, 4]), NDArray[Any])
    assert_type(onedot.matvec(A, x, out=np.empty_like(x)), Vector)
    assert_type(onedot.vecdot(A, A), NDArray[np.float64])
    assert_type(onedot.vecdot(A, x), NDArray[np.float64])
    assert_type(onedot.vecdot(x, x), np.float64)
    assert_type(onedot.vecdot(X, X), NDArray[np.float32])
    assert_type(onedot.vecdot(A, A, axis=0), NDArray[np.float64])
    assert_type(onedot.matmul(A, A), NDArray[np.float64])
    assert_type(onedot.matmul(A, x), NDArray[np.float64])
    assert_type(onedot.matmul(x, x), np.float64)
    assert_type(onedot.matmul(A, A, out=np.empty_like(A)), Matrix)
    assert_type(exact.matvec(A, x), NDArray[np.float64])
    assert_type(exact.matmul(X, X), NDArray[np.float32])
    assert_type(exact.vecdot(x, x), np.float64)
    assert_type(exact.sign(x, x), int)
    assert_type(single.dot(X[0], X[0]), float)
    assert_type(single.matvec(X, X), NDArray[np.float32])
    assert_type(single.vecmat(X[0], X.astype(np.float16)), NDArray[np.float32])
    assert_type(single.matmul(X, X), NDArray[np.float32])
    assert_type(exact.fraction(x, x), Fraction)


def measures(A: Matrix, x: Vector) -> None:
    assert_type(geometry.norm(x), np.float64)
    assert_type(geometry.norm(A), NDArray[np.float64])
    assert_type(geometry.norm([3.0, 4.0]), np.float64)
    assert_type(geometry.cosine(x, x), np.float64)
    assert_type(geometry.cosine(A, x, zero="nan"), NDArray[np.float64])
    assert_type(geometry.angle([1, 0], [0, 1]), np.float64)
    assert_type(geometry.angle([[1, 0]], [0, 1]), NDArray[np.float64])
    assert_type(geometry.alignment(A, x), NDArray[np.int8])
    assert_type(geometry.alignment(x, x), np.int8)
    assert_type(geometry.project(x, x), NDArray[Any])


def models(A: Matrix, x: Vector) -> None:
    layer = Layer(np.eye(2), activation="relu")
    assert_type(layer(x), NDArray[Any])
    assert_type(layer(A, out=np.empty_like(A)), Matrix)
    assert_type(Network([layer])(A), NDArray[Any])
    assert_type(Unit([1.0, 1.0])(A), NDArray[Any])
    assert_type(Unit([1.0, 1.0])(x), np.floating[Any])
    single_unit = Unit(np.ones(2, np.float32), tier="single")
    assert_type(single_unit(np.ones(2, np.float32)), np.floating[Any])
    plane = Hyperplane([1.0, 1.0], b=-1.0)
    assert_type(plane.side(x), np.int8)
    assert_type(plane.contains(A), NDArray[np.bool])
    assert_type(plane.distance([1.0, 2.0]), np.float64)


def fits(A: Matrix) -> None:
    fit = onedot.fit_perceptron(A, [1, -1])
    assert_type(fit.predict(A), NDArray[np.int64])
    assert_type(fit.converged, bool)
    assert_type(onedot.fit_lms(A, [1.0, 2.0]).predict(A), NDArray[np.float64])


def searches(A: Matrix, x: Vector) -> None:
    scores, rows = search.top_k(A, x, 1)
    assert_type(scores, NDArray[Any])
    assert_type(rows, NDArray[np.intp])
    assert_type(search.top_k(A, A, np.int64(1), metric="cosine", mask=[True, True])[1], NDArray[np.intp])
    index = search.Index(A, metric="cosine")
    assert_type(index.search(x, 2)[1], NDArray[np.intp])
    assert_type(len(index), int)
    assert_type(search.merge([index.search(x, 2), index.search(x, 2)], 3, starts=[0, 2])[1], NDArray[np.intp])
    assert_type(search.cosines(A, A), NDArray[Any])
    assert_type(search.distances(A, x), NDArray[Any])


def likelihoods(A: Matrix) -> None:
    fit = onedot.fit_logistic(A, ["a", "b"], C=10.0, solver="newton")
    assert_type(fit, onedot.LogisticFit)
    assert_type(fit.predict_proba(A), NDArray[np.float64])
    assert_type(fit.predict(A), NDArray[Any])
    assert_type(fit.converged, bool)
    assert_type(fit.summary(["x", "y"]), str)
    assert_type(fit.separation, onedot.Complete | onedot.QuasiComplete | None)


def layers_of_others(A: Matrix) -> None:
    model = onedot.sklearn.LogisticRegression(C=10.0).fit(A, [0, 1])
    assert_type(model, onedot.sklearn.LogisticRegression)
    assert_type(model.predict_proba(A), NDArray[np.float64])
    network = Network.from_sklearn(model, tier="law")
    assert_type(network, Network)
    assert_type(network[0], Layer)
    assert_type(len(network), int)


def estimators(A: Matrix) -> None:
    perceptron = onedot.sklearn.Perceptron(max_iter=20)
    assert_type(perceptron.fit(A, [0, 1]), onedot.sklearn.Perceptron)
    assert_type(perceptron.fit(A, [0, 1]).partial_fit(A, [0, 1]).coef_, NDArray[np.float64])


def proofs(A: Matrix) -> None:
    answer = onedot.separability(A, [1, -1])
    if answer:
        assert_type(answer, onedot.Separable)
        assert_type(answer.margin, float)
    else:
        assert_type(answer, onedot.Inseparable)
        assert_type(answer.coefficients, tuple[Fraction, ...])


def kinds(A: Matrix) -> None:
    answer = onedot.separation(A, ["a", "b"], bias=False, sample_weight=[1.0, 2.0])
    if isinstance(answer, onedot.QuasiComplete):
        assert_type(answer.on_plane, NDArray[np.bool_])
        assert_type(answer.variables.infinite, tuple[str, ...])
    elif isinstance(answer, onedot.Complete):
        assert_type(answer.margin, float)
    else:
        assert_type(answer, onedot.Overlap)
        assert_type(answer.certificate.coefficients, tuple[Fraction, ...])
    match answer:
        case onedot.Overlap(certificate=certificate):
            assert_type(certificate.coefficients, tuple[Fraction, ...])
        case onedot.Complete() | onedot.QuasiComplete():
            assert_type(answer.verify(A, ["a", "b"]), bool)


def faults(x: Vector) -> None:
    """What is wrong is found before the program runs."""
    Layer(np.eye(2), activation="rely")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    Unit(x, tier="double")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    Unit(x, activation="softmax")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    geometry.cosine(x, x, zero="ignore")  # type: ignore[call-overload] # pyright: ignore[reportCallIssue, reportArgumentType]
    search.top_k(x, x, 1, metric="euclidean")  # type: ignore[call-overload] # pyright: ignore[reportArgumentType]
    search.top_k(x, x)  # type: ignore[call-overload] # pyright: ignore[reportCallIssue]
    onedot.matvek(x, x)  # type: ignore[attr-defined] # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


assert_type(activations.NAMES[0] in ("identity", "softmax"), bool)
