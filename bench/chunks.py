"""Products of dask arrays: against Dask's own, what a chunk costs, what a worker holds, and from disk.

python bench/chunks.py products     # 4 GB in two workers' memory, against A @ x
python bench/chunks.py overhead     # 400 chunks of 1 MB, against A @ x and tasks that do nothing
python bench/chunks.py mixing       # epochs of a perceptron in two shards, by two workers and by one
python bench/chunks.py memory       # the most that a worker holds, of 4 GB that is drawn as it is needed
python bench/chunks.py bits 200 8   # so many random chunkings of 12 products and 4 fits in 8 processes: one hash each
python bench/chunks.py disk FILE    # float32 in FILE, of which 8 GB are made if it is not there, against reading it

All but `bits` take some two minutes each on two idle cores.
"""

import hashlib
import importlib
import os
import resource
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain, product
from pathlib import Path

import dask
import dask.array as da
import distributed
import numpy as np

import onedot
from onedot._reference.law import BLOCK

MB, GB = 2**20, 2**30
QUIET = {  # no profile of workers every 10 ms, and no complaint that they end
    "distributed.logging.distributed": "error",
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.interval": "1s",
}


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
    m, n = 32768, 16384
    x = np.linspace(-1.0, 1.0, n)
    with workers(2) as client:
        for chunks in ((1024, n), (4096, 4096), (4000, 4000)):
            A = client.persist(drawn((m, n), chunks))
            distributed.wait(A)
            some = slice(m // 2, m // 2 + 3)
            assert onedot.matvec(A, x)[some].compute().tolist() == onedot.matvec(A[some].compute(), x).tolist()
            calls = {"A @ x": (A @ x).compute, "onedot": onedot.matvec(A, x).compute}
            if chunks[1] == n:
                calls["onedot.exact"] = onedot.exact.matvec(A, x).compute
            times = seconds(calls, 3)
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
    for n, d in ((1_000_000, 100), (100_000, 1000), (4_000_000, 100)):
        times = {}
        for count in (1, 2, 1, 2):
            with workers(count) as client:
                client.run(importlib.import_module, "onedot.dask.perceptron")
                X = client.persist(drawn((n, d), (n // 2, d)))
                rows = da.arange(n, chunks=n // 2)
                y = ((rows % 7 > 3) ^ (rows % 11 == 0)).persist()  # which no plane separates
                distributed.wait([X, y])
                assert len(set(client.who_has(X).values())) == count  # a shard for each worker
                for epochs in (3, 13):
                    model = onedot.dask.Perceptron(n_shards=2, max_iter=epochs, tol=None, shuffle=False)
                    took = seconds({"": partial(model.fit, X, y)}, 2)[""]
                    times[count, epochs] = min(took, times.get((count, epochs), took))
        of_one, of_two = ((times[count, 13] - times[count, 3]) / 10 for count in (1, 2))
        said = f"{of_one * 1e3:.1f} ms by one worker, {of_two * 1e3:.1f} ms by two: {of_one / of_two:.2f}"
        print(f"an epoch of {n}x{d}: {said}", flush=True)


def hash_of(result):
    return hashlib.sha256(np.ascontiguousarray(result).tobytes()).hexdigest()[:16]


def chunked(rng, v):
    """v with up to two cuts along a long axis, and one along a short one; some chunks are empty."""
    cuts = [np.sort(rng.integers(0, n + 1, rng.integers(0, 3 if n > BLOCK else 2))) for n in v.shape]
    chunks = (tuple(np.diff([0, *cut, n]).tolist()) for cut, n in zip(cuts, v.shape, strict=True))
    return da.from_array(v, chunks=tuple(chunks))


def bits(count, processes):
    """Hashes of products and fits of random chunkings on a cluster, of which that in memory is to be the only one."""
    count = int(count)
    with workers(int(processes)) as client:
        client.run(importlib.import_module, "onedot.dask.perceptron")
        client.run(importlib.import_module, "onedot.dask.logistic")
        for name, wanted, found in chain(products_of(count), fits_of(count)):
            hashes = {wanted, *found}
            said = f"| {name} | {processes} | {len(found)} | {len(hashes)} | {wanted} |"
            print(said if len(hashes) == 1 else f"{said} **{hashes - {wanted}}**", flush=True)


def products_of(count):
    """Of each product: its name, the hash in memory, those of so many chunkings, of which 50 are on their way."""
    n, rng = 3 * BLOCK + 77, np.random.default_rng(0)
    shapes = {"dot": ((n,), (n,)), "matvec": ((3, n), (n,)), "vecmat": ((n,), (n, 3)), "matmul": ((2, n), (n, 2))}
    for name, tier in product(shapes, ("law", "exact", "single")):
        a, b = (rng.standard_normal(shape).astype("f4") for shape in shapes[name])
        function, space = getattr(onedot.dask, name), onedot if tier == "law" else getattr(onedot, tier)
        wanted = space.matmul(a, b) if (name, tier) == ("vecmat", "exact") else getattr(space, name)(a, b)
        found = []
        for first in range(0, count, 50):
            some = (function(chunked(rng, a), chunked(rng, b), tier=tier) for _ in range(min(50, count - first)))
            found += map(hash_of, dask.compute(*some))
        yield f"{name}, {tier}", hash_of(np.asarray(wanted, "f4" if name != "dot" or tier == "single" else "f8")), found


def fits_of(count):
    """The same of each fit, of which four are on their way."""
    rng = np.random.default_rng(1)
    X = rng.standard_normal((2 * BLOCK + 777, 4))
    y = (X[:, 0] + rng.logistic(size=len(X)) > 0).astype(int)
    for name, form in (
        ("Perceptron", {"max_iter": 2, "tol": None}),
        ("Perceptron", {"max_iter": 2, "tol": None, "n_shards": 3, "mixing": "mistakes", "average": True}),
        ("LogisticRegression", {"solver": "newton", "tol": 1e-2}),
        ("LogisticRegression", {"solver": "lbfgs", "tol": 1e-2}),
    ):

        def hash_of_fit(samples, name=name, form=form):
            fit = getattr(onedot.dask, name)(**form).fit(*samples)
            return hash_of(np.append(fit.coef_, fit.intercept_))

        in_memory = getattr(onedot.sklearn, name)(**form).fit(X, y)
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(hash_of_fit, [(chunked(rng, X), chunked(rng, y)) for _ in range(count)]))
        yield f"{name}({form})", hash_of(np.append(in_memory.coef_, in_memory.intercept_)), found


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
    """Throughput of matvec, and of ten epochs, from a file that is not in memory, in Dask's threads."""
    if not Path(path).exists():
        made(path, (65536, 32768))
    size = Path(path).stat().st_size
    shape = size // (4 * 32768), 32768
    x = np.linspace(-1.0, 1.0, shape[1], dtype="f4")

    def mapped(chunks):
        def block(block_info=None):
            span = tuple(slice(*ends) for ends in block_info[None]["array-location"])
            return np.memmap(path, "f4", "r", shape=shape)[span]

        meta = np.empty((0, 0), "f4")
        return da.map_blocks(block, chunks=da.core.normalize_chunks(chunks, shape), dtype="f4", meta=meta)

    def learn():
        rows = np.arange(shape[0])
        y = rows % 2 ^ (rows // 512 % 8 == 0)  # of rows that are the same, an eighth: so epochs do not end early
        model = onedot.dask.Perceptron(n_shards=16, max_iter=10, tol=None, shuffle=False)
        with dask.config.set(scheduler="threads"):
            model.fit(mapped((shape[0] // 16, -1)), y)
        assert model.n_iter_ == 10

    def multiply(*chunks):
        onedot.matvec(mapped(chunks), x).compute(scheduler="threads")

    for name, times, work in (
        ("read, the first time", 1, partial(read, path)),
        ("read", 1, partial(read, path)),
        ("matvec, chunks (512, 32768)", 1, partial(multiply, 512, -1)),
        ("matvec, chunks (4096, 4096)", 1, partial(multiply, 4096, 4096)),
        ("ten epochs, 16 shards, which memory holds after the first if it is that large", 10, learn),
    ):
        forgotten(path)
        start = time.perf_counter()
        held = most_held(work)
        took = time.perf_counter() - start
        speed = times * size / GB / took
        print(f"{name}: {times} x {size / GB:.1f} GB in {took:.1f} s, {speed:.2f} GB/s, {held} MB held", flush=True)


if __name__ == "__main__":
    dask.config.set(QUIET)
    every = {f.__name__: f for f in (products, overhead, mixing, bits, memory, disk)}
    every[sys.argv[1]](*sys.argv[2:])
