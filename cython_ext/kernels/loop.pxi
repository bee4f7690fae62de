# The plain loop that every tile is measured by: onedot bench --op dot, "Cython loop".

cdef double loop_sum(const element[::1] x, const element[::1] y, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
    """The sum of a block of products, in thirty-two running sums."""
    cdef double lanes[LANES]
    cdef Py_ssize_t i, k, whole = stop - (stop - start) % LANES
    memset(lanes, 0, sizeof(lanes))
    for i in range(start, whole, 32):
        for k in range(LANES):
            lanes[k] += <double> x[i + k] * <double> y[i + k]
    for i in range(whole, stop):
        lanes[i - whole] += <double> x[i] * <double> y[i]
    return fold_blocks(lanes, LANES)


def loop_dot(const element[::1] x, const element[::1] y):
    """x·y of up to 256 blocks."""
    cdef double sums[DIRECT_BLOCKS]
    cdef Py_ssize_t k, n = x.shape[0]
    with nogil:
        for k in range(pieces(n, BLOCK)):
            sums[k] = loop_sum(x, y, k * BLOCK, min(n, (k + 1) * BLOCK))
    return fold_blocks(sums, pieces(n, BLOCK))
