"""The law of onedot word for word as its contract states it: an oracle that shares no line with the package."""

LANES = 32
BLOCK = 4096


def fold(v):
    while len(v) > 1:
        h = len(v) // 2
        v = [a + b for a, b in zip(v[:h], v[h:], strict=True)]
    return v[0]


def padded(v):
    """v with 0.0 up to a power of two; an empty sum is 0.0."""
    width = 1
    while width < len(v):
        width *= 2
    return v + [0.0] * (width - len(v))


def dot(x, y):
    partials = []
    for start in range(0, len(x), BLOCK):
        lanes = [0.0] * LANES
        for i in range(start, min(start + BLOCK, len(x))):
            lanes[(i - start) % LANES] += x[i] * y[i]
        partials.append(fold(lanes))
    return fold(padded(partials))
