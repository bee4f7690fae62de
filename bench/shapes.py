"""Products in shapes and layouts beyond those of `onedot bench`, at every level, against the quickest way in NumPy.

    python bench/shapes.py                # one thread
    python bench/shapes.py --neighbour    # beside a process that multiplies matrices on another CPU
    OPENBLAS_CORETYPE=Haswell NPY_DISABLE_CPU_FEATURES=X86_V4,AVX512_ICL,AVX512_SPR python bench/shapes.py

The last holds NumPy to AVX2, as on a CPU without AVX-512. Every result is compared with NumPy's before it is timed; the
calls of a row are timed in turn. A row has onedot's time at each level and how many times as fast as NumPy that is.
"""

import argparse
import multiprocessing
import timeit
from functools import partial

import numpy as np
from scipy import special
from threadpoolctl import threadpool_limits

import onedot
from onedot import activations, geometry, levels, single
from onedot._benchmark.report import formatting

ROUNDS, SECONDS = 9, 0.006  # of calls in turn, each of which is repeated for about so long
RNG = np.random.default_rng(0)


def drawn(dtype, *shape):
    return RNG.uniform(-1, 1, shape).astype(dtype)


def tiers(name, dtype, *arguments, **options):
    """The product in every tier that takes the type."""
    found = {"": partial(getattr(onedot, name), *arguments, **options)}
    if dtype == "float32":
        found[" single"] = partial(getattr(single, name), *arguments, **options)
    return found


def large(dtype):
    """1500 samples of 1500 by 1000 units, and 1 and 1000 samples through a layer."""
    A, X = drawn(dtype, 1000, 1500), drawn(dtype, 1500, 1500)
    for layout, W, Z in (
        ("C order", A, X),
        ("weights F order", np.asfortranarray(A), X),
        ("samples transposed", A, np.asfortranarray(X)),
    ):
        yield f"layer 1500x1000x1500, {layout}", tiers("matvec", dtype, W, Z), [lambda W=W, Z=Z: Z @ W.T]
    b = np.zeros(1000, dtype)
    for samples in (1, 1000):
        Z = X[:samples]
        ours = {"": partial(onedot.Layer(A, b, "relu"), Z)}
        if dtype == "float32":
            ours[" single"] = partial(onedot.Layer(A, b, "relu", tier="single"), Z)
        yield f"Layer(relu), {samples} of 1500", ours, [lambda Z=Z: np.maximum(Z @ A.T, 0)]
    for samples, units, n in ((64, 64, 4096), (256, 256, 256)):
        Z, W = drawn(dtype, samples, n), drawn(dtype, units, n)
        yield f"layer {samples}x{units}x{n}", tiers("matvec", dtype, W, Z), [lambda Z=Z, W=W: Z @ W.T]


def narrow(dtype):
    """Matrices of a few columns or rows."""
    for m, n in ((10**6, 2), (10**6, 3)):
        A, x = drawn(dtype, m, n), drawn(dtype, n)
        yield f"matvec {m}x{n}", tiers("matvec", dtype, A, x), [lambda A=A, x=x: A @ x, partial(np.matvec, A, x)]
    for m, n in ((10**6, 2), (10**6, 3), (250000, 8), (3, 10**6)):
        A, x = drawn(dtype, m, n), drawn(dtype, m)
        yield f"vecmat {m}x{n}", tiers("vecmat", dtype, x, A), [lambda A=A, x=x: x @ A, partial(np.vecmat, x, A)]
    X, Y = (np.asfortranarray(drawn(dtype, 10**6, 3)) for _ in range(2))
    yield (
        "vecdot 1000000x3, F order",
        tiers("vecdot", dtype, X, Y),
        [
            partial(np.vecdot, X, Y),
            partial(np.einsum, "ij,ij->i", X, Y),
        ],
    )
    for units, n in ((1, 3), (3, 3), (3, 10), (8, 8), (16, 16)):
        A, X = drawn(dtype, units, n), drawn(dtype, 10**5, n)
        yield f"layer 100000x{units}x{n}", tiers("matvec", dtype, A, X), [lambda A=A, X=X: X @ A.T]


def stacks(dtype):
    """A product for each of many matrices."""
    A, X = drawn(dtype, 10**5, 3, 3), drawn(dtype, 10**5, 3)
    for name, arguments, ways in (
        ("matvec", (A, X), (partial(np.matvec, A, X), partial(np.einsum, "sij,sj->si", A, X))),
        ("vecmat", (X, A), (partial(np.vecmat, X, A), partial(np.einsum, "si,sij->sj", X, A))),
    ):
        yield f"{name} of 100000 3x3", tiers(name, dtype, *arguments), ways
    B, Z = drawn(dtype, 200, 32, 32), drawn(dtype, 200, 50, 32)
    turned = np.ascontiguousarray(B.swapaxes(-1, -2))
    yield "matvec of 200 32x32 by 50", tiers("matvec", dtype, B[:, None], Z), [lambda: Z @ turned]


def layouts(dtype):
    """Operands that are not contiguous, aligned or in the byte order of the machine."""
    x, y = drawn(dtype, 2, 2 * 10**6)[:, ::2]
    yield "dot of stride 2, 1000000", tiers("dot", dtype, x, y), [partial(np.dot, x, y)]
    A, x = drawn(dtype, 1000, 1000), drawn(dtype, 1000)
    memory = np.zeros(A.nbytes + 1, "u1")
    misaligned = memory[1:].view(dtype).reshape(A.shape)
    misaligned[...] = A
    wide = drawn(dtype, 1000, 2000)
    for layout, M in (
        ("misaligned", misaligned),
        ("byte-swapped", A.astype(np.dtype(dtype).newbyteorder())),
        ("every second column", wide[:, ::2]),
        ("columns reversed", A[:, ::-1]),
        ("rows reversed", A[::-1]),
    ):
        yield f"matvec 1000x1000, {layout}", tiers("matvec", dtype, M, x), [lambda M=M: M @ x, partial(np.matvec, M, x)]
    out = np.zeros(2000, dtype)[::2]
    yield (
        "matvec 1000x1000, out of stride 2",
        tiers("matvec", dtype, A, x, out=out),
        [partial(np.matvec, A, x, out=out)],
    )
    for layout, M in (("C order", drawn(dtype, 1500, 1500)), ("F order", drawn(dtype, 1500, 1500).T)):
        z = drawn(dtype, 1500)
        yield f"vecmat 1500x1500, {layout}", tiers("vecmat", dtype, z, M), [lambda z=z, M=M: z @ M]


def rows_of_vectors(dtype):
    """Geometry of many rows against the inexact formula."""
    for shape in ((10000, 64), (100, 10000)):
        X, Y = drawn(dtype, *shape), drawn(dtype, *shape)
        w = Y[0].copy()

        def cosine(X=X, Y=Y):
            return np.vecdot(X, Y) / np.sqrt(np.vecdot(X, X) * np.vecdot(Y, Y))

        size = "x".join(map(str, shape))
        yield f"alignment {size}", {"": partial(geometry.alignment, X, Y)}, [lambda X=X, Y=Y: np.sign(np.vecdot(X, Y))]
        yield f"angle {size}", {"": partial(geometry.angle, X, Y)}, [lambda f=cosine: np.arccos(f())]
        yield (
            f"project {size}",
            {"": partial(geometry.project, X, w)},
            [lambda X=X, w=w: ((X @ w) / (w @ w))[:, None] * w],
        )


def curves(dtype):
    """Activations of a million numbers."""
    v = 8 * drawn(dtype, 10**6)
    rows = v.reshape(1000, 1000)
    for name, way in (
        ("sigmoid", partial(special.expit, v)),
        ("tanh", partial(np.tanh, v)),
        ("relu", lambda: np.maximum(v, 0)),
        ("step", lambda: np.heaviside(v, np.asarray(1, dtype))),
    ):
        yield f"{name} of 1000000", {"": partial(getattr(activations, name), v)}, [way]
    yield "softmax 1000x1000", {"": partial(activations.softmax, rows)}, [partial(special.softmax, rows, axis=-1)]


def check(name, ours, ways, dtype):
    """Both within what rounding explains; a sign is compared where the formula's own is sure."""
    expected = np.asarray(ways[0](), "f8")
    for way in [*ways[1:], *ours.values()]:
        wrong = ~np.isclose(np.asarray(way(), "f8"), expected, rtol=1e-2 if dtype == "float32" else 1e-6, atol=1e-3)
        if wrong.mean() > (1e-3 if name.startswith("alignment") else 0):
            raise ArithmeticError(f"{name}: {way} differs from NumPy in {wrong.sum()} of {wrong.size}")


FAMILIES = {each.__name__: each for each in (large, narrow, stacks, layouts, rows_of_vectors, curves)}


def measured(ours, ways, names):
    """The least seconds of a call: NumPy's quickest way, by the name None, and each tier at each level, in turn."""
    calls = [(None, names[0], way) for way in ways]
    calls += [((tier, level), level, call) for tier, call in ours.items() for level in names]
    least = {}
    for _ in range(ROUNDS):
        for name, level, call in calls:
            with levels.using(level):
                taken = timeit.timeit(call, number=1)
                if taken < SECONDS:
                    number = int(SECONDS / taken) + 1
                    taken = timeit.timeit(call, number=number) / number
            least[name] = min(taken, least.get(name, taken))
    return least


def table(dtype, families):
    names = [name for name in levels.runnable()[::-1] if name not in ("baseline", "reference")]
    titles = "".join(f"{name:>11}     ×" for name in names)
    print(f"{dtype:<42}{titles}      NumPy")
    for family in families:
        for case, ours, ways in family(dtype):
            check(case, ours, ways, dtype)
            least = measured(ours, ways, names)
            theirs = least.pop(None)
            for tier in ours:
                times = [least[tier, name] for name in names]
                cells = "".join(f"{formatting.time(t):>11} {theirs / t:5.2f}" for t in times)
                print(f"{case + tier:<42}{cells} {formatting.time(theirs):>10}", flush=True)
    print()


def multiply(stop):
    """What a neighbour does, on one thread: products of 32 MB each."""
    A = np.ones((2048, 2048))
    with threadpool_limits(1):
        while not stop.is_set():
            A @ A


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--neighbour", action="store_true", help="beside a process that multiplies matrices")
    parser.add_argument("--only", nargs="+", choices=FAMILIES, default=FAMILIES)
    arguments = parser.parse_args()
    onedot.set_num_threads(1)
    stop = multiprocessing.get_context("spawn").Event()
    neighbour = multiprocessing.get_context("spawn").Process(target=multiply, args=(stop,))
    if arguments.neighbour:
        neighbour.start()
    try:
        with threadpool_limits(1, "blas"):
            for dtype in ("float64", "float32"):
                table(dtype, [FAMILIES[name] for name in arguments.only])
    finally:
        stop.set()
        if arguments.neighbour:
            neighbour.join()


if __name__ == "__main__":
    main()
