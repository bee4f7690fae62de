"""Linear models and multi-layer perceptrons of scikit-learn, by the attributes that their fits leave."""

from __future__ import annotations

from typing import Any

import numpy as np

from onedot._importers.affine import Chain, Dense

__all__ = ["dense_of_sklearn"]

NAMES = {"identity": "identity", "logistic": "sigmoid", "tanh": "tanh", "relu": "relu", "softmax": "softmax"}
WANTED = "want a fitted MLPClassifier, MLPRegressor or linear model, or a Pipeline of scalers and one of these"


# Classes whose probabilities are the sigmoid or the softmax of scores, and those whose answers are no w·x + b at all.
LIKELIHOODS = {"LogisticRegression", "LogisticRegressionCV", "LinearDiscriminantAnalysis"}
CENTRED = {"_PLS"}  # x less its mean
LINKED = {"_GeneralizedLinearRegressor"}  # exp(w·x + b), unless the link is the identity
IN_PAIRS = {"BaseSVC"}  # of three classes or more, votes of a model for each two


def dense_of_sklearn(op: str, model: Any) -> list[Dense]:
    """The layers of a fitted model: probabilities of classifiers that have them, scores of others, predictions."""
    chain = Chain()
    steps = [step for _, step in model.steps] if hasattr(model, "steps") else [model]
    for transformer in steps[:-1]:
        _scaler(op, transformer, chain)
    last = steps[-1]
    if hasattr(last, "coefs_"):
        for W, b, f in zip(last.coefs_, last.intercepts_, _activations(last), strict=True):
            if f not in NAMES:
                raise ValueError(f"{op}: the model has the activation {f!r}; want one of {', '.join(NAMES)}")
            _layer(chain, W.T, b, NAMES[f])
    elif hasattr(last, "coef_") and hasattr(last, "intercept_"):
        _linear(op, last, chain)
    else:
        held = "has no coef_ with intercept_, nor coefs_"
        held += " (its best_estimator_ may)" if hasattr(last, "best_estimator_") else ""
        raise TypeError(f"{op}: the model is of type {type(last).__name__}, and {held}; {WANTED}")
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
    if len(W) == 1 and getattr(model, "multi_class", "") == "multinomial":  # until scikit-learn 1.7
        W, b = 2 * W, 2 * b  # the softmax of -w·x - b and w·x + b
    _layer(chain, W, b, _of_scores(op, model, len(W)))


def _of_scores(op: str, model: Any, units: int) -> str:
    """What makes of the scores w·x + b what the model answers; an error where it answers in another way."""
    kind, kinds = type(model).__name__, {of.__name__ for of in type(model).__mro__}
    several = len(getattr(model, "classes_", ())) > 2
    if kinds & CENTRED or (kinds & LINKED and not _is_identity(model)) or (kinds & IN_PAIRS and several):
        raise TypeError(f"{op}: what a {kind} answers is no w·x + b of its coef_ and intercept_; {WANTED}")
    if not hasattr(model, "predict_proba"):
        return "identity"
    of_each = getattr(model, "solver", "") == "liblinear" or getattr(model, "multi_class", "") == "ovr"
    if units > 1 and (of_each or kind == "SGDClassifier"):
        raise ValueError(f"{op}: the {kind} has a likelihood for each class; want one whose classes share a likelihood")
    if not kinds & LIKELIHOODS and not (kind == "SGDClassifier" and model.loss == "log_loss"):
        raise TypeError(f"{op}: probabilities of a {kind} are no sigmoid or softmax of its scores; {WANTED}")
    return "sigmoid" if units == 1 else "softmax"


def _is_identity(model: Any) -> bool:
    """Whether a generalised linear model has no link: only Tweedie's may."""
    link = getattr(model, "link", "log")
    return bool(link == "identity" or (link == "auto" and model.power <= 0))


def _scaler(op: str, transformer: Any, chain: Chain) -> None:
    """x of StandardScaler, MinMaxScaler, MaxAbsScaler or RobustScaler, or as it is."""
    kind = type(transformer).__name__
    if isinstance(transformer, str) and transformer == "passthrough":
        return
    if kind not in ("StandardScaler", "MinMaxScaler", "MaxAbsScaler", "RobustScaler") or getattr(
        transformer, "clip", False
    ):
        raise TypeError(f"{op}: the pipeline holds a {kind}; {WANTED}")
    if not hasattr(transformer, "scale_"):
        raise TypeError(f"{op}: the {kind} of the pipeline is not fitted; {WANTED}")
    if kind == "MinMaxScaler":
        chain.scale(transformer.scale_)
        chain.shift(transformer.min_)
        return
    centre = getattr(transformer, "mean_" if kind == "StandardScaler" else "center_", None)
    centred = getattr(transformer, "with_mean" if kind == "StandardScaler" else "with_centering", False)
    if centred and centre is not None:
        chain.shift(-centre)
    if transformer.scale_ is not None:
        chain.scale(1.0 / transformer.scale_)
