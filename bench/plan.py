"""How the cost of parameter mixing grows with rows, columns, shards and workers: an epoch, simulated event by event.

python bench/plan.py

A worker trains its shards one after the other. Weights go out to each worker, and those of each shard come back, in the
order in which shards are done, over the one link of the process that mixes, which starts and ends every task besides.
"""

import heapq

ROW = 30e-9  # s a row, of which every fourth is a mistake, and
ELEMENT = 0.45e-9  # s an element from memory: 75 ns a row of 100, 480 of 1000; bench/results/zen4-v4.md, Perceptron
TASK = 1e-3  # s of the processor that a task takes from the client and its scheduler; docs/performance.md, Dask
MIX = 1e-9  # s an element of a shard's weights that are added up: supposed
LINK = 1.25e9  # bytes/s, 10 Gbit/s: supposed
DISK = 1e9  # bytes/s of a worker whose part of X is more than its memory; bench/results/zen4-v4.md, dask
MEMORY = 64e9  # bytes of a worker: supposed


def epoch(rows, columns, shards, workers):
    """(seconds of an epoch, the part of them in which workers train), of shards of equally many rows."""
    weights = 8.0 * columns
    from_disk = 8.0 * rows * columns / workers > MEMORY
    train = rows / shards * (ROW + columns * max(ELEMENT, 8.0 / DISK if from_disk else 0.0))
    free = [((k + 1) * (weights / LINK + TASK), k) for k in range(min(workers, shards))]  # when each has the weights
    done = []
    for _ in range(shards):
        start, k = heapq.heappop(free)
        heapq.heappush(free, (start + train, k))
        done.append(start + train)
    ended = 0.0
    for ready in done:  # which come in order
        ended = max(ended, ready) + weights / LINK + TASK + MIX * columns
    return ended, train * shards / min(workers, shards) / ended


def main():
    print("| rows | columns | shards, workers | bytes back | an epoch | training |\n|---|---|---:|---:|---:|---:|")
    for rows, columns in ((1e8, 100), (1e9, 100), (1e11, 100), (1e8, 10_000), (1e7, 1_000_000)):
        for workers in (10, 100, 1000):
            seconds, part = epoch(rows, columns, workers, workers)
            said = f"{workers} | {8 * workers * columns:.0e} | {seconds:.3g} s | {part:.0%}"
            print(f"| {rows:.0e} | {columns} | {said} |")


if __name__ == "__main__":
    main()
