"""What margins say: the probability of each class, and the logarithm of it, in onedot's own exp and log."""

from typing import Any

import numpy as np

from onedot import activations
from onedot._training.epochs import Floats

__all__ = ["log_probabilities", "losses", "probabilities"]


def probabilities(M: Floats) -> Floats:
    """(n, k): of two classes with margins (n,) of the second, or of k with a margin each."""
    if M.ndim == 1:
        return np.stack([activations.sigmoid(-M), activations.sigmoid(M)], axis=-1)
    all_of_them: Floats = activations.softmax(M)
    return all_of_them


def log_probabilities(M: Floats) -> Floats:
    """Their logarithms, which keep their digits where a probability is 0 or 1 to rounding."""
    if M.ndim == 1:
        return np.stack([activations.log_expit(-M), activations.log_expit(M)], axis=-1)
    return np.stack([-losses(M, c) for c in range(M.shape[1])], axis=-1)


def losses(M: Floats, own: Any) -> Floats:
    """-log of the probability of a class each, `own`: log(1 + sum of e**(margin - that of own) over the others).

    The sum is made class by class, of logarithms: log(e**a + e**b) = max(a, b) + softplus(-|a - b|).
    """
    places = np.arange(len(M)), own
    leads = M - M[places][:, None]
    leads[places] = -np.inf
    total, *others = np.ascontiguousarray(leads.T)
    for lead in others:
        high, low = np.maximum(total, lead), np.minimum(total, lead)
        total = high + activations.softplus(low - high)
    result: Floats = activations.softplus(total)
    return result
