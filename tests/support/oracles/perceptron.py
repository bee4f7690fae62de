"""A perceptron as one writes it, on the law's dot: an oracle that shares no line with the package."""

import numpy as np

from support.oracles import law


def margin(w, x):
    """Weights as long as x, or longer by one: then the first is the bias, added last."""
    bias = len(w) - len(x)
    return law.dot(w[bias:], x) + w[0] if bias else law.dot(w, x)


def perceptron(X, y, epochs, *, bias=True, rate=1.0, orders=None):
    """Weights, the mistakes of each epoch, and the weights after every visit."""
    w = [0.0] * (len(X[0]) + bias)
    mistakes, history = [], []
    for epoch in range(epochs):
        mistakes.append(0)
        for i in orders[epoch] if orders else range(len(X)):
            x = [float(v) for v in X[i]]
            if y[i] * margin(w, x) <= 0:
                mistakes[-1] += 1
                for j, element in enumerate([1.0] * bias + x):
                    w[j] = w[j] + (rate * y[i]) * element
            history.append(list(w))
        if mistakes[-1] == 0:
            break
    return np.array(w), mistakes, history


def shuffled(order, state):
    """One epoch's order out of the one before, and the state of splitmix64 after it, as the reference says."""
    order = list(order)
    for i in range(len(order) - 1, 0, -1):
        while True:
            state = (state + 0x9E3779B97F4A7C15) & (2**64 - 1)
            z = state
            z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & (2**64 - 1)
            z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & (2**64 - 1)
            drawn = (z ^ (z >> 31)) >> 32
            place, rest = divmod(drawn * (i + 1), 2**32)
            if rest >= 2**32 % (i + 1):
                break
        order[i], order[place] = order[place], order[i]
    return order, state


def clouds(n, d, *, gap=1.0, seed=0):
    """n samples of d features and their labels, in two clouds that `gap` moves apart; both labels occur."""
    draw = np.random.default_rng([seed, n, d])
    y = np.where(np.arange(n) % 2, 1, -1)
    return draw.standard_normal((n, d)) + gap * y[:, None] / np.sqrt(d), y
