# Whether the indices of CSR rows are in order, and a random order of samples.

ctypedef fused column:
    int
    long long


cdef inline void see_start(const column *c, Py_ssize_t start, Py_ssize_t *falls, column *least,
                           column *most) noexcept nogil:
    """See the first column of a row and, before it, the last of another, between which a fall is none."""
    least[0] = c[start] if c[start] < least[0] else least[0]
    if start > 0:
        falls[0] -= c[start] <= c[start - 1]
        most[0] = c[start - 1] if c[start - 1] > most[0] else most[0]


def csr_order(const column[::1] indices, const long long[::1] indptr, Py_ssize_t d):
    """0 if the columns of each row rise strictly, 1 if they do not, -1 if one of them is not a column."""
    cdef Py_ssize_t i = 0, k, start = 0, stop, rows = indptr.shape[0] - 1, count = indptr[rows], falls = 0
    cdef column fallen, least = 0, most = -1
    cdef const column *c
    if not count:
        return 0
    c = &indices[0]
    with nogil:
        while start < count:
            stop = min(start + PACKED, count)
            fallen = 0
            for k in range(max(start, <Py_ssize_t> 1), stop):  # which compilers vectorise, whatever row it is
                fallen += c[k] <= c[k - 1]
            falls += fallen
            while i < rows and indptr[i] < stop:
                if indptr[i] < indptr[i + 1]:
                    see_start(c, indptr[i], &falls, &least, &most)
                i += 1
            start = stop
        most = c[count - 1] if c[count - 1] > most else most
        for k in range(count if falls else 0):  # if rows rise, their ends are enough
            least = c[k] if c[k] < least else least
            most = c[k] if c[k] > most else most
    return -1 if least < 0 or most >= d else 0 if not falls else 1


cdef inline unsigned long long next_bits(unsigned long long *state) noexcept nogil:
    """The next 64 bits of splitmix64."""
    cdef unsigned long long z
    state[0] += 0x9E3779B97F4A7C15ULL
    z = state[0]
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL
    return z ^ (z >> 31)


def shuffle(Py_ssize_t[::1] order, unsigned long long[::1] state):
    """Shuffle `order`: every permutation of it is equally likely."""
    cdef Py_ssize_t i, j, kept
    cdef unsigned long long product, part = 1ULL << 32, mask = (1ULL << 32) - 1
    with nogil:
        for i in range(order.shape[0] - 1, 0, -1):
            product = (next_bits(&state[0]) >> 32) * <unsigned long long> (i + 1)
            if (product & mask) < <unsigned long long> (i + 1):
                while (product & mask) < part % <unsigned long long> (i + 1):
                    product = (next_bits(&state[0]) >> 32) * <unsigned long long> (i + 1)
            j = <Py_ssize_t> (product >> 32)
            kept = order[i]
            order[i] = order[j]
            order[j] = kept
