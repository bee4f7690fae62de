# The leading axes of operands and of their result: broadcast, merged, and in the order that suits a kernel.

cdef enum:
    MOST_AXES = 16


cdef struct Rows:  # an operand as rows of n elements: its leading axes, the last first
    Py_ssize_t n
    Py_ssize_t step
    int count
    Py_ssize_t size[MOST_AXES]
    Py_ssize_t strides[MOST_AXES]


cdef struct Axes:  # the leading axes of a result, the last first, and the strides there of A, x and the result
    int count
    Py_ssize_t size[MOST_AXES]
    Py_ssize_t strides[3][MOST_AXES]


cdef inline void add_axis(Rows *rows, Py_ssize_t size, Py_ssize_t stride) noexcept:
    rows.size[rows.count], rows.strides[rows.count] = size, stride
    rows.count += 1


cdef inline bint read_rows(Rows *rows, cnp.ndarray v, Layout layout) noexcept:
    """False if there are too many axes, or too few."""
    cdef int d = cnp.PyArray_NDIM(v), own = 1 if layout < COLUMNS else 2, i
    if not own <= d < MOST_AXES:
        return False
    rows.n, rows.step, rows.count = cnp.PyArray_DIM(v, d - own), cnp.PyArray_STRIDE(v, d - own), 0
    if layout == SHARED_ROWS:
        add_axis(rows, 1, 0)
    elif layout >= COLUMNS:
        add_axis(rows, cnp.PyArray_DIM(v, d - 1), cnp.PyArray_STRIDE(v, d - 1))
        if layout == SHARED_COLUMNS:
            add_axis(rows, 1, 0)
    for i in range(d - own):
        add_axis(rows, cnp.PyArray_DIM(v, d - own - 1 - i), cnp.PyArray_STRIDE(v, d - own - 1 - i))
    return True


cdef inline bint broadcast(Axes *axes, const Rows *a, const Rows *x) noexcept:
    """The axes of the result, without its strides; False if those of a and x do not fit."""
    cdef Py_ssize_t a_size, x_size
    cdef int i
    axes.count = max(a.count, x.count)
    for i in range(axes.count):
        a_size, x_size = a.size[i] if i < a.count else 1, x.size[i] if i < x.count else 1
        if a_size != x_size and a_size != 1 and x_size != 1:
            return False
        axes.size[i] = x_size if a_size == 1 else a_size
        axes.strides[0][i] = 0 if a_size == 1 else a.strides[i]
        axes.strides[1][i] = 0 if x_size == 1 else x.strides[i]
    return True


cdef inline bint continues(const Axes *axes, int outer, int inner) noexcept:
    """Whether one axis goes on where another ends, in all three arrays."""
    cdef int k
    for k in range(3):
        if axes.strides[k][outer] != axes.strides[k][inner] * axes.size[inner]:
            return False
    return True


cdef inline void move_axis(Axes *axes, int source, int target) noexcept:
    cdef int k
    axes.size[target] = axes.size[source]
    for k in range(3):
        axes.strides[k][target] = axes.strides[k][source]


cdef inline void merge(Axes *axes) noexcept:
    """As few axes as strides can tell, two at the least."""
    cdef int i, k, kept = axes.count
    if kept > 1:
        kept = 0
        for i in range(axes.count):
            if axes.size[i] == 1:
                continue
            if kept and continues(axes, i, kept - 1):
                axes.size[kept - 1] *= axes.size[i]
                continue
            if i != kept:
                move_axis(axes, i, kept)
            kept += 1
    while kept < 2:
        axes.size[kept] = 1
        for k in range(3):
            axes.strides[k][kept] = 0
        kept += 1
    axes.count = kept


cdef void longest_last(Axes *axes) noexcept:
    """The axes in order of their sizes, so that a kernel gets as many rows at once as there are."""
    cdef int i, k
    for i in range(1, axes.count):
        k = i
        while k and axes.size[k] > axes.size[k - 1]:
            move_axis(axes, k, MOST_AXES - 1)
            move_axis(axes, k - 1, k)
            move_axis(axes, MOST_AXES - 1, k - 1)
            k -= 1


cdef inline Py_ssize_t parts_of(const Axes *axes) noexcept:
    """How many parts of two axes there are; no product of sizes overflows, as there is a result of that size."""
    cdef Py_ssize_t parts = 1
    cdef int i
    for i in range(2, axes.count):
        parts *= axes.size[i]
    return parts
