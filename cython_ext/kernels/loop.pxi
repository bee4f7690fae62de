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
    """x·y."""
    cdef double few[DIRECT_BLOCKS]
    cdef double *sums = few
    cdef Py_ssize_t k, n = x.shape[0], blocks = pieces(n, BLOCK)
    if blocks > DIRECT_BLOCKS:
        sums = <double *> malloc(blocks * sizeof(double))
        if sums is NULL:
            raise MemoryError()
    with nogil:
        for k in range(blocks):
            sums[k] = loop_sum(x, y, k * BLOCK, min(n, (k + 1) * BLOCK))
    result = fold_blocks(sums, blocks)
    if sums is not few:
        free(sums)
    return result
