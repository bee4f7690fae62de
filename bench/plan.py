"""How the cost of parameter mixing grows with rows, columns, shards and workers: an epoch, simulated event by event.

python bench/plan.py

A worker trains its shards one after the other. Weights go out to each worker, and those of each shard come back, over
the one link of the process that mixes, in the order in which shards are done; it also starts and ends every task.
"""

import heapq

ROW = 30e-9  # s a row, of which every fourth is a mistake, and
ELEMENT = 0.45e-9  # s an element from memory: 75 ns a row of 100, 480 of 1000; bench/results/zen4-v4.md, Perceptron
TASK = 2e-3  # s of the scheduler for a task: bench/results/zen4-v4.md, dask
MIX = 1e-9  # s an element of a shard's weights that are added up
LINK = 1.25e9  # bytes/s: 10 Gbit/s
DISK = 1e9  # bytes/s a worker, where its part of X is more than its memory
MEMORY = 64e9  # bytes a worker


def epoch(rows, columns, shards, workers):
    """(seconds of an epoch, the part of it in which workers train), of shards of the same number of rows."""
    weights, of_shard = 8.0 * columns, rows / shards
    beyond = 8.0 * rows * columns / workers > MEMORY
    train = of_shard * (ROW + columns * max(ELEMENT, 8.0 / DISK if beyond else 0.0))
    free = [((k + 1) * (weights / LINK + TASK), k) for k in range(min(workers, shards))]  # when each has the weights
    heapq.heapify(free)
    done = []
    for _ in range(shards):
        start, k = heapq.heappop(free)
        heapq.heappush(free, (start + train, k))
        done.append(start + train)
    link = 0.0
    for ready in sorted(done):
        link = max(link, ready) + weights / LINK + TASK + MIX * columns
    return link, train * shards / min(workers, shards) / link


def main():
    print("| rows | columns | workers = shards | bytes | an epoch | of it training |\n|---|---|---|---|---|---|")
    for rows, columns in ((10**8, 10**2), (10**9, 10**2), (10**11, 10**2), (10**9, 10**4), (10**9, 10**6)):
        for workers in (1, 10, 100, 1000):
            seconds, part = epoch(rows, columns, workers, workers)
            sent = 8 * workers * columns
            print(f"| {rows:.0e} | {columns:.0e} | {workers} | {sent:.0e} | {seconds:.3g} s | {part:.0%} |")


if __name__ == "__main__":
    main()
