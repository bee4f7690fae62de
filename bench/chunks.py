"""Products of dask arrays: against Dask's own, what a chunk costs, what a worker holds, and from disk.

python bench/chunks.py products     # 2 GB in two workers' memory, against A @ x
python bench/chunks.py overhead     # 400 chunks of 1 MB, against A @ x and tasks that do nothing
python bench/chunks.py mixing       # epochs of a perceptron in two shards, by two workers and by one
python bench/chunks.py memory       # the most that a worker holds, of 4 GB that is drawn as it is needed
python bench/chunks.py bits 200 8   # so many random chunkings of 12 products and 4 fits in 8 processes: one hash each
python bench/chunks.py disk FILE    # float32 in FILE, of which 8 GB are made if it is not there, against reading it
"""

import hashlib
import os
import resource
import sys
import threading
import time
from functools import partial
from itertools import product
from pathlib import Path

import dask
import dask.array as da
import distributed
import numpy as np

import onedot

MB, GB = 2**20, 2**30


def seconds(call, repeats):
    """The least of some repeats of every call in turn, by its name."""
    least = {name: float("inf") for name in call}
    for _ in range(repeats):
        for name, work in call.items():
            start = time.perf_counter()
            work()
            least[name] = min(least[name], time.perf_counter() - start)
    return least


def workers(count):
    return distributed.Client(n_workers=count, threads_per_worker=1, host="127.0.0.1", dashboard_address=":0")


def drawn(shape, chunks, dtype="f8"):
    """Numbers that cost little to draw, so that memory and not a generator is measured."""

    def block(block_info=None):
        info = block_info[None]
        rows, columns = (np.arange(a, b) for a, b in info["array-location"])
        return np.add((rows % 7 / 7 - 0.4)[:, None], columns % 1009 / 1009 - 0.5, dtype=dtype)

    chunked = da.core.normalize_chunks(chunks, shape)
    return da.map_blocks(block, chunks=chunked, dtype=dtype, meta=np.empty((0, 0), dtype))


def products():
    """Wall time of one product, data in the workers' memory."""
    m, n = 16384, 16384
    x = np.linspace(-1.0, 1.0, n)
    with workers(2) as client:
        for chunks in ((1024, n), (4096, 4096), (4000, 4000), (1000, 10000)):
            A = client.persist(drawn((m, n), chunks))
            distributed.wait(A)
            some = slice(m // 2, m // 2 + 3)
            assert onedot.matvec(A, x)[some].compute().tolist() == onedot.matvec(A[some].compute(), x).tolist()
            calls = {"A @ x": (A @ x).compute, "onedot": onedot.matvec(A, x).compute}
            if chunks[1] == n:
                calls["onedot.exact"] = onedot.exact.matvec(A, x).compute
            times = seconds(calls, 5)
            print(
                f"{A.nbytes / GB:.0f} GB, chunks {chunks}:", *(f"{k} {v:.3f} s" for k, v in times.items()), flush=True
            )
            del A, calls


def nothing(A):
    """As many tasks as A has chunks, each of which hands on a number, and adds up nothing."""
    return A.map_blocks(lambda block: block[:, 0], drop_axis=1, dtype=A.dtype)


def overhead():
    """What a chunk of 1 MB costs beyond its arithmetic."""
    count, x = 400, np.linspace(-1.0, 1.0, 4096)
    block = np.random.default_rng(0).standard_normal((32, 4096))
    alone = seconds({"": lambda: onedot.matvec(block, x)}, 300)[""]
    y = np.linspace(-1.0, 1.0, 8192)
    with workers(2) as client:
        for name, A, v in (
            ("whole rows", drawn((32 * count, 4096), (32, 4096)), x),
            ("split rows", drawn((16 * count, 8192), (32, 4096)), y),
        ):
            held = client.persist(A)
            distributed.wait(held)
            near = A.persist(scheduler="threads")
            calls = {
                "threads": partial(onedot.matvec(near, v).compute, scheduler="threads"),
                "threads, A @ x": partial((near @ v).compute, scheduler="threads"),
                "2 workers": onedot.matvec(held, v).compute,
                "2 workers, A @ x": (held @ v).compute,
                "2 workers, nothing": nothing(held).compute,
            }
            times = seconds(calls, 3)
            print(
                f"a chunk of 1 MB, {name}, beyond {alone * 1e3:.3f} ms:",
                *(f"{k} {least / count * 1e3 - alone * 1e3:.3f} ms," for k, least in times.items()),
            )
            del held, near, calls


def mixing():
    """What a second worker gains, of epochs over X that workers hold."""
    for n, d in ((1_000_000, 100), (100_000, 1000)):
        times = {}
        for count in (1, 2, 1, 2):
            with workers(count) as client:
                X = client.persist(drawn((n, d), (n // 2, d)))
                y = (drawn((n, 1), (n // 2, 1))[:, 0] > 0.0).persist()
                distributed.wait([X, y])
                for epochs in (5, 25):
                    model = onedot.dask.Perceptron(n_shards=2, max_iter=epochs, tol=None, shuffle=False)
                    took = seconds({"": partial(model.fit, X, y)}, 2)[""]
                    times[count, epochs] = min(took, times.get((count, epochs), took))
        of_one, of_two = ((times[count, 25] - times[count, 5]) / 20 for count in (1, 2))
        said = f"{of_one * 1e3:.1f} ms by one worker, {of_two * 1e3:.1f} ms by two: {of_one / of_two:.2f}"
        print(f"an epoch of {n}x{d}: {said}", flush=True)


def hash_of(result):
    return hashlib.sha256(np.ascontiguousarray(result).tobytes()).hexdigest()[:16]


def chunked(rng, v):
    cuts = [np.sort(rng.integers(0, n + 1, rng.integers(0, 4))) for n in v.shape]
    chunks = (tuple(np.diff([0, *cut, n]).tolist()) for cut, n in zip(cuts, v.shape, strict=True))
    return da.from_array(v, chunks=tuple(chunks))


def bits(count, processes):
    """How many hashes random chunkings give on a cluster, beside that in memory: one is right."""
    n, rng = 3 * 4096 + 77, np.random.default_rng(0)
    shapes = {"dot": ((n,), (n,)), "matvec": ((5, n), (n,)), "vecmat": ((n,), (n, 4)), "matmul": ((3, n), (n, 2))}
    with workers(int(processes)):
        for name, tier in product(shapes, ("law", "exact", "single")):
            a, b = (rng.standard_normal(shape).astype("f4") for shape in shapes[name])
            function, space = getattr(onedot.dask, name), onedot if tier == "law" else getattr(onedot, tier)
            wanted = space.matmul(a, b) if (name, tier) == ("vecmat", "exact") else getattr(space, name)(a, b)
            hashes = {hash_of(np.asarray(wanted, "f4" if name != "dot" or tier == "single" else "f8"))}
            for first in range(0, int(count), 20):
                some = [
                    function(chunked(rng, a), chunked(rng, b), tier=tier)
                    for _ in range(first, min(first + 20, int(count)))
                ]
                hashes |= set(map(hash_of, dask.compute(*some)))
            print(
                f"{processes} processes, {count} chunkings, {name}, {tier}: {len(hashes)} hash, {min(hashes)}",
                flush=True,
            )
        fits(count, processes)


def fits(count, processes):
    """The same of fits, which the caller has a cluster for."""
    rng = np.random.default_rng(1)
    X = rng.standard_normal((9000, 5))
    y = (X[:, 0] + rng.logistic(size=len(X)) > 0).astype(int)
    for name, form in (
        ("Perceptron", {"max_iter": 3, "tol": None}),
        ("Perceptron", {"max_iter": 3, "tol": None, "n_shards": 3, "mixing": "mistakes", "average": True}),
        ("LogisticRegression", {"solver": "newton"}),
        ("LogisticRegression", {"solver": "lbfgs"}),
    ):
        hashes = {hash_of(getattr(onedot.sklearn, name)(**form).fit(X, y).coef_)}
        for _ in range(int(count)):
            fit = getattr(onedot.dask, name)(**form).fit(chunked(rng, X), chunked(rng, y))
            hashes.add(hash_of(fit.coef_))
        said = f"{processes} processes, {count} chunkings, {name}({form})"
        print(f"{said}: {len(hashes)} hash, {min(hashes)}", flush=True)


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def memory():
    """The most that a worker has held, in MB, beyond what it held before."""
    n = 2**17
    x = np.linspace(-1.0, 1.0, n)
    for chunks in ((64, n), (1024, 8192), (1000, 8000)):
        with workers(2) as client:
            before = client.run(peak)
            A = drawn((4 * GB // (8 * n), n), chunks)
            onedot.matvec(A, x).compute()
            after = client.run(peak)
            size = max(A.chunks[0]) * max(A.chunks[1]) * 8 / MB
            print(
                f"matvec 4 GB, chunks {chunks} of {size:.0f} MB: a worker held",
                *(f"{after[w] - before[w]:.0f} MB" for w in after),
            )


def made(path, shape):
    block = np.random.default_rng(0).standard_normal((512, shape[1])).astype("f4")
    with open(path, "wb") as file:
        for _ in range(shape[0] // len(block)):
            file.write(block)
        os.fsync(file.fileno())


def forgotten(path):
    """Drop what the system holds of a file in memory."""
    with open(path, "rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def read(path):
    buffer = bytearray(8 * MB)
    with open(path, "rb", buffering=0) as file:
        while file.readinto(buffer):
            pass


def most_held(work):
    """The most memory of this process that was its own while it worked, in MB."""
    held, done = [0], threading.Event()

    def watch():
        while not done.wait(0.02):
            lines = Path("/proc/self/status").read_text().splitlines()
            held[0] = max(held[0], *(int(line.split()[1]) // 1024 for line in lines if line.startswith("RssAnon")))

    watcher = threading.Thread(target=watch)
    watcher.start()
    work()
    done.set()
    watcher.join()
    return held[0]


def disk(path):
    """Throughput of matvec from a file that is not in memory, in Dask's threads."""
    if not Path(path).exists():
        made(path, (65536, 32768))
    size = Path(path).stat().st_size
    shape = size // (4 * 32768), 32768
    x = np.linspace(-1.0, 1.0, shape[1], dtype="f4")

    def multiply(chunks):
        def block(block_info=None):
            span = tuple(slice(*ends) for ends in block_info[None]["array-location"])
            return np.memmap(path, "f4", "r", shape=shape)[span]

        meta = np.empty((0, 0), "f4")
        A = da.map_blocks(block, chunks=da.core.normalize_chunks(chunks, shape), dtype="f4", meta=meta)
        return onedot.matvec(A, x).compute(scheduler="threads")

    for name, work in (
        ("read, the first time", lambda: read(path)),
        ("read", lambda: read(path)),
        ("matvec, chunks (512, 32768)", lambda: multiply((512, -1))),
        ("matvec, chunks (4096, 4096)", lambda: multiply((4096, 4096))),
    ):
        forgotten(path)
        start = time.perf_counter()
        held = most_held(work)
        took = time.perf_counter() - start
        print(f"{name}: {size / GB:.1f} GB in {took:.1f} s, {size / GB / took:.2f} GB/s, {held} MB held", flush=True)


if __name__ == "__main__":
    dask.config.set({"distributed.logging.distributed": "error"})
    every = {f.__name__: f for f in (products, overhead, mixing, bits, memory, disk)}
    every[sys.argv[1]](*sys.argv[2:])
