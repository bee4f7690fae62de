"""Linear models and multi-layer perceptrons of scikit-learn, by the attributes that their fits leave."""

from __future__ import annotations

from typing import Any

import numpy as np

from onedot._importers.affine import Chain, Dense

__all__ = ["dense_of_sklearn"]

NAMES = {"identity": "identity", "logistic": "sigmoid", "tanh": "tanh", "relu": "relu", "softmax": "softmax"}
WANTED = "want a fitted MLPClassifier, MLPRegressor or linear model, or a Pipeline of scalers and one of these"


def dense_of_sklearn(op: str, model: Any) -> list[Dense]:
    """The layers of a fitted model: probabilities of classifiers that have them, scores of others, predictions."""
    chain = Chain()
    steps = [step for _, step in model.steps] if hasattr(model, "steps") else [model]
    for transformer in steps[:-1]:
        _scaler(op, transformer, chain)
    last = steps[-1]
    if hasattr(last, "coefs_"):
        for W, b, f in zip(last.coefs_, last.intercepts_, _activations(last), strict=True):
            _layer(chain, W.T, b, NAMES[f])
    elif hasattr(last, "coef_"):
        _linear(op, last, chain)
    else:
        raise TypeError(f"{op}: the model is of type {type(last).__name__}, and has no coef_ or coefs_; {WANTED}")
    return chain.layers()


def _activations(model: Any) -> list[str]:
    return [model.activation] * (len(model.coefs_) - 1) + [model.out_activation_]


def _layer(chain: Chain, W: Any, b: Any, activation: str) -> None:
    chain.weights(W)
    chain.shift(b)
    chain.activation(activation)


def _linear(op: str, model: Any, chain: Chain) -> None:
    coef = model.coef_.toarray() if hasattr(model.coef_, "toarray") else np.asarray(model.coef_)
    W = coef if coef.ndim == 2 else coef[None]
    b = np.broadcast_to(np.asarray(model.intercept_, W.dtype), len(W))
    activation = "identity"
    if type(model).__name__ in ("LogisticRegression", "LogisticRegressionCV"):
        if getattr(model, "solver", "") == "liblinear" and len(W) > 1:
            raise ValueError(
                f"{op}: solver='liblinear' fits a model a class; want one whose classes share a likelihood"
            )
        activation = "sigmoid" if len(W) == 1 else "softmax"
    _layer(chain, W, b, activation)


def _scaler(op: str, transformer: Any, chain: Chain) -> None:
    """x of StandardScaler, MinMaxScaler, MaxAbsScaler or RobustScaler, or as it is."""
    kind = type(transformer).__name__
    if isinstance(transformer, str):
        if transformer == "passthrough":
            return
    elif kind == "MinMaxScaler" and not transformer.clip:
        chain.scale(transformer.scale_)
        chain.shift(transformer.min_)
        return
    elif kind in ("StandardScaler", "MaxAbsScaler", "RobustScaler"):
        centre = getattr(transformer, "mean_" if kind == "StandardScaler" else "center_", None)
        centred = getattr(transformer, "with_mean" if kind == "StandardScaler" else "with_centering", False)
        if centred and centre is not None:
            chain.shift(-centre)
        if transformer.scale_ is not None:
            chain.scale(1.0 / transformer.scale_)
        return
    raise TypeError(f"{op}: the pipeline holds a {kind}; {WANTED}")
