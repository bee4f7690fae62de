"""Every way an array can lie in memory, for every operation: the bits of the same numbers side by side."""

import numpy as np
from numpy.lib.stride_tricks import as_strided, sliding_window_view

import onedot
from onedot import Hyperplane, Layer, Unit, activations, exact, geometry, levels, search, single
from support.cells import in_one_test
from support.hostile import Row, checks_of
from support.rows import LAYOUTS

M, N = 5, 11
Y = np.where(np.arange(M) % 2, 1, -1)


def numbers(*shape, seed=0):
    """Of both signs, of few bits and not too large for any operation; none of them is 0."""
    draw = np.random.default_rng(seed)
    return draw.integers(1, 9, shape) * draw.choice([-0.25, 0.25], shape)


A, X = numbers(M, N, seed=1), numbers(N, seed=2)
W = numbers(3, N, seed=3)


def trained(a):
    w = np.zeros(N + 1)
    return onedot.perceptron_epoch(w, a, Y), w


def updated(a):
    w = np.zeros(N)
    return [onedot.perceptron_update(w, row, 1) for row in a], [onedot.lms_update(w, row, 1.0) for row in a], w


# Each takes a matrix (M, N).
OPERATIONS = {
    "dot": lambda a: [onedot.dot(row, row) for row in a],
    "matvec": lambda a: onedot.matvec(a, a),
    "vecmat": lambda a: onedot.vecmat(a[:, 0], a),
    "matmul": lambda a: (onedot.matmul(a, a.T), onedot.matmul(a.T, a), onedot.matmul(a[:, 0], a)),
    "vecdot": lambda a: (onedot.vecdot(a, a[0]), onedot.vecdot(a, a, axis=0)),
    "exact.dot": lambda a: [exact.dot(row, a[0]) for row in a],
    "exact.sign": lambda a: [exact.sign(row, a[0]) for row in a],
    "exact.fraction": lambda a: [exact.fraction(row, a[0]) for row in a],
    "exact.matvec": lambda a: exact.matvec(a, a[0]),
    "exact.matmul": lambda a: (exact.matmul(a, a.T), exact.matmul(a.T, a)),
    "exact.vecdot": lambda a: exact.vecdot(a, a[0]),
    "search": lambda a: (*search.top_k(a, a, 2), *search.Index(a, metric="cosine").search(a[0], 2)),
    **{name: lambda a, name=name: getattr(activations, name)(a) for name in activations.NAMES},
    "norm": geometry.norm,
    "cosine": lambda a: geometry.cosine(a, a[0]),
    "angle": lambda a: geometry.angle(a, a[0]),
    "project": lambda a: geometry.project(a, a[0]),
    "alignment": lambda a: geometry.alignment(a, a[0]),
    "Hyperplane": lambda a: (Hyperplane(a[0], 0.5).side(a), Hyperplane(a[1]).distance(a)),
    "Layer": lambda a: (Layer(W, activation="tanh")(a), Layer(a, activation="softmax")(W)),
    "Unit": lambda a: Unit(a[0], 0.25, "sigmoid")(a),
    "perceptron_epoch": trained,
    "updates": updated,
    "fit_perceptron": lambda a: onedot.fit_perceptron(a, Y, max_epochs=3).weights,
    "fit_lms": lambda a: onedot.fit_lms(a, a[:, 0], epochs=2).weights,
    "separability": lambda a: type(onedot.separability(a, Y)).__name__,
    "separation": lambda a: type(onedot.separation(a, Y)).__name__,
    "fit_logistic": lambda a: onedot.fit_logistic(a, Y, max_iter=2).predict_proba(a),
}

OTHER_LAYOUTS = {
    "one row over and over": lambda a: np.broadcast_to(a[:1], a.shape),
    "one column over and over": lambda a: np.broadcast_to(a[:, :1], a.shape),
    "one number over and over": lambda a: np.broadcast_to(a[0, 0], a.shape),
    "rows that overlap": lambda a: sliding_window_view(a.ravel()[: M + N - 1].copy(), N),
    "a field of records": lambda a: np.rec.fromarrays([np.zeros(a.shape, "i1"), a], names="a, b").view(np.ndarray)["b"],
}

SINGLE = {
    "single.dot": lambda a: [single.dot(row, a[0]) for row in a],
    "single.matvec": lambda a: (single.matvec(a, a[0]), single.matvec(a, a)),
    "single.vecmat": lambda a: single.vecmat(a[:, 0], a),
    "single.matmul": lambda a: (single.matmul(a, a.T), single.matmul(a.T, a)),
    "single.vecdot": lambda a: (single.vecdot(a, a[0]), single.vecdot(a, a, axis=0)),
    "a single Layer": lambda a: (
        Layer(W.astype("f4"), activation="tanh", tier="single")(a),
        Layer(a, activation="softmax", tier="single")(W.astype("f4")),
    ),
}
OPERATIONS |= SINGLE


def row_of(operation, layout, lay_out, dtype):
    a = lay_out(A.astype(dtype))
    with levels.using("reference"):
        wanted = OPERATIONS[operation](np.ascontiguousarray(a, np.dtype(dtype)))
    return Row(f"{operation}, {dtype}, {layout}", lambda: OPERATIONS[operation](a), wanted)


ROWS = [
    row_of(operation, layout, lay_out, dtype)
    for operation in OPERATIONS
    for dtype in ("float64", "float32", "float16")
    for layout, lay_out in (LAYOUTS | OTHER_LAYOUTS).items()
    if dtype == ("float32" if operation in SINGLE else "float64")
    or (
        layout in ("misaligned", "byte-swapped", "backwards", "one row over and over")
        and not (operation in SINGLE and dtype == "float64")
    )
]

TestCalls = checks_of(ROWS, least=800)


# What is written over what is read: the result is as if it were written elsewhere.
SQUARE = numbers(N, N, seed=4)
OVERLAPS = {
    "matvec over its vector": lambda f, a: f.matvec(a, a[0], out=a[0]),
    "matvec over a column": lambda f, a: f.matvec(a, a[0], out=a[:, 3]),
    "matvec over the diagonal": lambda f, a: f.matvec(a, a[0], out=as_strided(a, (N,), (sum(a.strides),))),
    "a product over its matrix": lambda f, a: f.matvec(a, a, out=a),
    "a product over its matrix, backwards": lambda f, a: f.matvec(a, a, out=a[::-1, ::-1]),
    "a product over its matrix, turned": lambda f, a: f.matvec(a, a, out=a.T),
    "matmul over its first matrix": lambda f, a: f.matmul(a, a, out=a),
    "matmul over its second, turned": lambda f, a: f.matmul(a, SQUARE.astype(a.dtype), out=a.T),
    "vecdot over a row": lambda f, a: f.vecdot(a, a[0], out=a[0]),
}  # fmt: skip
OVER_ITSELF = {
    "vecmat over its vector": lambda a: onedot.vecmat(a[0], a, out=a[0]),
    "vecmat over a column": lambda a: onedot.vecmat(a[0], a, out=a[:, 2]),
    "Layer over its samples": lambda a: Layer(a.copy(), activation="tanh")(a, out=a),
    "Layer over its samples, turned": lambda a: Layer(a.copy(), activation="relu")(a, out=a.T),
    **{f"{name} over itself": lambda a, name=name: getattr(activations, name)(a, out=a) for name in activations.NAMES},
    **{f"{name} over itself, backwards": lambda a, name=name: getattr(activations, name)(a, out=a[::-1])
       for name in activations.NAMES},
    **{f"{name} over itself, a row on": lambda a, name=name: getattr(activations, name)(a[:-1], out=a[1:])
       for name in activations.NAMES},
}  # fmt: skip
OVER_ITSELF |= {
    f"{f.__name__.removeprefix('onedot.')}: {name}": lambda a, f=f, call=call: call(f, a)
    for f in (onedot, exact, single)
    for name, call in OVERLAPS.items()
}


@in_one_test(("name", "dtype"), [(n, t) for n in OVER_ITSELF for t in ("float64", "float32")[n.startswith("single") :]])
def test_what_is_written_over_what_is_read_is_as_if_it_were_not(level, name, dtype):
    a = SQUARE.astype(dtype)
    found = OVER_ITSELF[name](a).copy()
    assert found.dtype == dtype
    assert found.tobytes() == written_elsewhere(name, SQUARE.astype(dtype)).tobytes()


def written_elsewhere(name, a):
    """The same call with an out of its own."""
    tier = {"exact": exact, "single": single}.get(name.partition(":")[0], onedot)
    function = name.split()[0] if name.split()[0] in activations.NAMES else ""
    if function:
        return getattr(activations, function)(a[:-1] if "a row on" in name else a)
    if "vecmat" in name:
        return onedot.vecmat(a[0], a)
    if "Layer" in name:
        return Layer(SQUARE.astype(a.dtype), activation="relu" if "turned" in name else "tanh")(a)
    if "product" in name:
        return tier.matvec(a, a)
    if "matmul" in name:
        return tier.matmul(a, SQUARE.astype(a.dtype))
    return tier.vecdot(a, a[0])


SCATTERED = {
    "strided": lambda v: np.repeat(v, 2, axis=1)[:, ::2],
    "backwards": lambda v: v[:, ::-1].copy()[:, ::-1],
    "strided both ways": lambda v: np.repeat(np.repeat(v, 3, axis=0), 2, axis=1)[::3, ::2],
    "upside down": lambda v: np.repeat(v[::-1], 2, axis=1)[::-1, ::2],
}


def test_products_of_scattered_matrices_that_are_copied_are_those_of_others(level):
    draw = np.random.default_rng(4)
    shapes = [(2, 4, 1100), *([(70, 64, 66), (100, 256, 90)] if level != "reference" else [])]
    tiers = {"f8": (onedot, exact), "f4": (onedot, exact, single), "i4": (onedot, exact), "?": (onedot,)}
    for m, k, n in shapes:
        given, other = draw.integers(-9, 9, (m, k)), draw.integers(-9, 9, (k, n))
        for dtype, spaces in tiers.items():
            a, b = given.astype(dtype), other.astype(dtype)
            for space in spaces:
                wanted = space.matmul(a, b)
                for lay in SCATTERED.values():
                    assert space.matmul(a, lay(b)).tobytes() == wanted.tobytes()
                    assert space.matmul(lay(a), lay(b)).tobytes() == wanted.tobytes()
                    assert space.matmul(a[0], lay(b)).tobytes() == wanted[0].tobytes()


def test_a_result_may_overlap_a_scattered_operand_that_is_copied(level):
    b = np.random.default_rng(5).integers(-9, 9, (64, 64)) * 0.25
    for lay in SCATTERED.values():
        for space in (onedot, exact):
            wanted, out = space.matmul(b, b), lay(b)
            assert space.matmul(out, out, out=out) is out
            assert out.tobytes() == wanted.tobytes()
