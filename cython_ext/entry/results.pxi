# The array that results are written to: a new one, or the caller's where they can be written to it as they come.

cdef inline object new_result(int dtype, const Axes *axes):
    cdef cnp.npy_intp shape[MOST_AXES]
    cdef int i
    for i in range(axes.count):
        shape[axes.count - 1 - i] = axes.size[i]
    return cnp.PyArray_SimpleNew(axes.count, shape, number_of(dtype))


cdef inline void bounds(cnp.ndarray v, const char **first, const char **end) noexcept:
    """The memory that an array lies in."""
    cdef int i
    cdef Py_ssize_t reach
    first[0], end[0] = cnp.PyArray_BYTES(v), cnp.PyArray_BYTES(v) + cnp.PyArray_ITEMSIZE(v)
    for i in range(cnp.PyArray_NDIM(v)):
        reach = (cnp.PyArray_DIM(v, i) - 1) * cnp.PyArray_STRIDE(v, i)
        if reach < 0:
            first[0] += reach
        else:
            end[0] += reach


cdef bint apart(cnp.ndarray v, cnp.ndarray w) noexcept:
    """Whether two arrays lie in memory of their own."""
    cdef const char *v_first
    cdef const char *v_end
    cdef const char *w_first
    cdef const char *w_end
    bounds(v, &v_first, &v_end)
    bounds(w, &w_first, &w_end)
    return v_end <= w_first or w_end <= v_first


cdef bint distinct(cnp.ndarray v) noexcept:
    """Whether no element shares memory with another, where strides tell at once: the larger steps over the smaller."""
    cdef int i, k
    cdef Py_ssize_t step, other, reach
    for i in range(cnp.PyArray_NDIM(v)):
        step, reach = abs(cnp.PyArray_STRIDE(v, i)), cnp.PyArray_ITEMSIZE(v)
        if cnp.PyArray_DIM(v, i) < 2:
            continue
        for k in range(cnp.PyArray_NDIM(v)):
            other = abs(cnp.PyArray_STRIDE(v, k))
            if k != i and cnp.PyArray_DIM(v, k) > 1 and other <= step:
                reach += (cnp.PyArray_DIM(v, k) - 1) * other
        if step < reach:
            return False
    return True


cdef bint takes(cnp.ndarray out, const Axes *axes, int dtype):
    """Whether results of this dtype can be written to out as they come."""
    cdef int i, own = dtype_of(out)
    if (cnp.PyArray_NDIM(out) != axes.count or not cnp.PyArray_ISWRITEABLE(out) or not cnp.PyArray_ISALIGNED(out)
            or (own != dtype and not (dtype < FLOATS and own < WIDE_FLOATS and own < dtype))):
        return False
    for i in range(axes.count):
        if cnp.PyArray_DIM(out, axes.count - 1 - i) != axes.size[i]:
            return False
    return distinct(out)
