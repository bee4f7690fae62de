# Epochs, margins and squares as Python calls them.

cdef Py_ssize_t train(Epoch *e, double *w, double *sums, Py_ssize_t size, double[::1] tally) except -1:
    """Run the epoch on the weights, `size` of them a unit, or on a copy that is written back."""
    cdef Py_ssize_t k, done
    cdef void *memory = allocate(e, sums is not NULL)
    memcpy(e.tally, &tally[0], sizeof(e.tally))
    with nogil:
        for k in range(e.unit_count):
            read_unit(e, e.units + k, w + k * size, sums + k * size, size > e.rows.d)
            e.units[k].bias_input = e.tally[INPUT] if size > e.rows.d else 0.0
        done = run_epoch(e)
        for k in range(e.unit_count):
            write_unit(e, e.units + k, w + k * size, sums + k * size, size > e.rows.d)
    memcpy(&tally[0], e.tally, sizeof(e.tally))
    free(memory)
    return done


def perceptron_epoch(X, const Py_ssize_t[::1] order, const double[::1] steps, double[::1] w, double[::1] sums,
                     double[::1] tally):
    """perceptron_update for each row, in order; returns how many rows are done."""
    cdef Epoch e
    if not order.shape[0]:
        return 0
    read_rows(X, &e.rows)
    e.rule, e.unit_count = PERCEPTRON, 1
    e.order, e.count, e.steps = &order[0], order.shape[0], &steps[0]
    return train(&e, &w[0], &sums[0] if sums.shape[0] else NULL, w.shape[0], tally)


def joint_epoch(X, const Py_ssize_t[::1] order, samples, double[:, ::1] W, double[:, ::1] sums, double[::1] tally):
    """The same for a row of weights a class."""
    cdef Epoch e
    cdef const Py_ssize_t[::1] labels = samples[0]
    cdef const double[::1] steps = samples[1]
    if not order.shape[0]:
        return 0
    read_rows(X, &e.rows)
    e.rule, e.unit_count = JOINT, W.shape[0]
    e.order, e.count, e.steps, e.labels = &order[0], order.shape[0], &steps[0], &labels[0]
    return train(&e, &W[0, 0], &sums[0, 0] if sums.shape[0] else NULL, W.shape[1], tally)


def lms_epoch(X, const Py_ssize_t[::1] order, samples, double[::1] w, double[::1] sums, double[::1] tally):
    """lms_update for each row."""
    cdef Epoch e
    cdef const double[::1] targets = samples[0]
    cdef const double[::1] rates = samples[1]
    if not order.shape[0]:
        return 0
    read_rows(X, &e.rows)
    e.rule, e.unit_count = DELTA, 1
    e.order, e.count, e.steps, e.targets = &order[0], order.shape[0], &rates[0], &targets[0]
    return train(&e, &w[0], &sums[0] if sums.shape[0] else NULL, w.shape[0], tally)


cdef Py_ssize_t write_margins(const element *data, const index *indices, Epoch *e) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(e.count):
        if e.narrow is not NULL:
            e.narrow[i] = narrow_margin(data, indices, e, i)
            continue
        if index is not dense:
            if e.rows.d > FAR_WEIGHTS and not e.are_whole and i + 1 < e.count:
                fetch_unit(indices, e, i + 1)
        e.out[i] = margin_of(data, indices, e, e.units, i, i)
    return e.count


cdef Py_ssize_t write_sides(const element *data, const index *indices, Epoch *e) noexcept nogil:
    """The margins, or numbers of the same signs."""
    cdef Py_ssize_t i
    for i in range(e.count):
        if index is dense:
            e.out[i] = margin_of(data, indices, e, e.units, i, i)
        else:
            e.out[i] = csr_side(data, indices, e, i)
    return e.count


cdef Py_ssize_t write_squares(const element *data, const index *indices, Epoch *e) noexcept nogil:
    """out[i] = the margin of row i by weights that are row i: it is added to zeros, and subtracted again."""
    cdef Py_ssize_t i
    for i in range(e.count):
        add_row(data, indices, &e.rows, i, e.units.w, 1.0, 0.0)
        e.out[i] = margin_of(data, indices, e, e.units, i, i)
        add_row(data, indices, &e.rows, i, e.units.w, -1.0, 0.0)
    return e.count


cdef int write_each(object X, Rule rule, const double *w, Py_ssize_t size, double bias, out) except -1:
    """out[i] = the margin or the square of row i, as the rule has it, rounded to float32 if that is the type of out.

    The bias comes first in w if it is not given by itself.
    """
    cdef Epoch e
    cdef void *memory
    cdef double[::1] wide
    cdef float[::1] narrow
    if not len(out):
        return 0
    read_rows(X, &e.rows)
    e.rule, e.count, e.unit_count, e.out, e.narrow = rule, len(out), 1, NULL, NULL
    if out.itemsize == 8:
        wide = out
        e.out = &wide[0]
    else:
        narrow = out
        e.narrow = &narrow[0]
    memory = allocate(&e, False)
    with nogil:
        if w is not NULL:
            read_unit(&e, e.units, <double *> w, NULL, size > e.rows.d)  # nothing changes them
        if size <= e.rows.d:
            e.units.bias = bias
        run_epoch(&e)
    free(memory)
    return 0


def margins(X, const double[::1] w, out):
    """out[i] = the margin of row i, rounded to the type of out: float64 or float32."""
    write_each(X, MARGINS, &w[0], w.shape[0], 0.0, out)


def sides(X, const double[::1] w, double bias, out):
    """out[i] = the margin of row i by as many weights as X has columns, or another number of its sign."""
    write_each(X, SIDES, &w[0], w.shape[0], bias, out)


def squares(X, out):
    """out[i] = x·x for row i."""
    write_each(X, SQUARES, NULL, 0, 0.0, out)
