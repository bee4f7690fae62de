# Epochs with a penalty: weights are scale * v, an l1 penalty is owed by all and paid by those of a row. The reference,
# penalized.py, says why.

cdef enum:
    SCALE
    OWED
    VISITS
    LAST_SQUARES
    LAST_SIZES
    ALL_SQUARES
    ALL_SIZES
    FACTOR
    RATE
    OF_SQUARES
    OF_SIZES

cdef double LEAST_SCALE = 1e-9


cdef Py_ssize_t penalized_rows(const element *data, const index *indices, Epoch *e) noexcept nogil:
    cdef Unit scaled = e.units[0]  # whose bias stands apart
    cdef double *state = e.state
    cdef double margin, step, right
    cdef Py_ssize_t t, i, ahead = rows_ahead(&e.rows)
    scaled.bias = 0.0
    for t in range(e.count):
        i, step = e.order[t], e.steps[e.order[t]]
        margin = state[SCALE] * margin_of(data, indices, e, &scaled, i, row_to_fetch(e, t, ahead))
        margin += e.units.bias
        if not finite(margin):
            return t
        if step == 0.0:
            continue
        right = margin * copysign(1.0, step)
        e.tally[LOSS] += state[OF_SQUARES] * state[LAST_SQUARES] + state[OF_SIZES] * state[LAST_SIZES]
        shrink(e, state)
        if right <= 0.0:
            count_step(e.tally, -right, right, scaled_step(data, indices, e, i, step))
        elif right < e.tally[LEAST]:
            e.tally[LEAST] = right
        if state[RATE] != 0.0:
            pay(data, indices, e, i)
        state[VISITS] += state[SCALE]
        e.tally[SEEN] += 1.0
    return e.count


cdef inline void shrink(Epoch *e, double *state) noexcept nogil:
    """The scale times the factor of a visit; v takes it over where it is small."""
    cdef double factor = state[FACTOR], scale
    state[SCALE] *= factor
    state[LAST_SQUARES] *= factor * factor
    state[LAST_SIZES] *= factor
    if state[SCALE] < LEAST_SCALE:
        scale = state[SCALE]
        take_scale(e, scale, state[VISITS])
        state[ALL_SQUARES] *= scale * scale
        state[ALL_SIZES] *= scale
        state[SCALE], state[VISITS] = 1.0, 0.0


cdef void take_scale(Epoch *e, double scale, double visits) noexcept nogil:
    cdef double product
    cdef Py_ssize_t j
    for j in range(e.rows.d):
        if e.units.sums is not NULL:
            product = visits * e.units.w[j]
            e.units.sums[j] -= product
        product = scale * e.units.w[j]
        e.units.w[j] = product + 0.0


cdef inline double scaled_step(const element *data, const index *indices, Epoch *e, Py_ssize_t i,
                               double step) noexcept nogil:
    """v += step / scale * x, and the bias += step; returns the largest of those that changed."""
    cdef double *state = e.state
    cdef Unit *unit = e.units
    cdef double scaled = step / state[SCALE], weighted = state[VISITS] * scaled
    cdef double bias_step = step * unit.bias_input, peak
    if state[OF_SQUARES] != 0.0 or state[OF_SIZES] != 0.0:
        count_change(data, indices, e, i, scaled)
    peak = add_row(data, indices, &e.rows, i, unit.w, scaled, 0.0)
    unit.bias += bias_step
    peak = fabs(unit.bias) if fabs(unit.bias) > peak else peak
    if unit.sums is not NULL:
        add_row(data, indices, &e.rows, i, unit.sums, weighted, 0.0)
        weighted = e.tally[SEEN] * step
        unit.bias_sum += weighted * unit.bias_input
    state[LAST_SQUARES] = state[ALL_SQUARES] * (state[SCALE] * state[SCALE])
    state[LAST_SIZES] = state[ALL_SIZES] * state[SCALE]
    return peak


cdef inline Py_ssize_t stored_count(const index *indices, const Rows *rows, Py_ssize_t i) noexcept nogil:
    """How many elements of row i are stored."""
    return rows.d if index is dense else rows.indptr[i + 1] - rows.indptr[i]


cdef inline const element *stored_row(const element *data, const index *indices, const Rows *rows,
                                      Py_ssize_t i) noexcept nogil:
    """Where they are."""
    return at(data, rows.stride, i) if index is dense else data + rows.indptr[i]


cdef inline Py_ssize_t stored_column(const index *indices, const Rows *rows, Py_ssize_t i, Py_ssize_t k) noexcept nogil:
    """Which column the k-th of them has."""
    return k if index is dense else indices[rows.indptr[i] + k]


cdef inline void count_one(double *state, double old, double new) noexcept nogil:
    """Count what the loss has of a weight that changes."""
    state[ALL_SQUARES] += new * new - old * old
    state[ALL_SIZES] += fabs(new) - fabs(old)


cdef void count_change(const element *data, const index *indices, Epoch *e, Py_ssize_t i, double step) noexcept nogil:
    """Count what the loss has of the weights of row i, which are about to take a step."""
    cdef const element *x = stored_row(data, indices, &e.rows, i)
    cdef double old, product
    cdef Py_ssize_t k
    for k in range(stored_count(indices, &e.rows, i)):
        old = e.units.w[stored_column(indices, &e.rows, i, k)]
        product = step * x[k]
        count_one(e.state, old, old + product)


cdef inline void pay_all(double *v, double *paid, Py_ssize_t d, double scale, double owed) noexcept nogil:
    """What all weights owe, without a branch, so that the compiler takes a register of them at a time."""
    cdef double old, new, size, above, below, product
    cdef Py_ssize_t j
    for j in range(d):
        old = v[j]
        size = scale * old
        above = old - (owed + paid[j]) / scale
        below = old + (owed - paid[j]) / scale
        above = above if above > 0.0 else 0.0
        below = below if below < 0.0 else 0.0
        new = above if size > 0.0 else old
        new = below if size < 0.0 else new
        product = scale * (new - old)
        paid[j] += product
        v[j] = new


cdef inline void pay(const element *data, const index *indices, Epoch *e, Py_ssize_t i) noexcept nogil:
    """What the weights of row i owe: of a CSR row those of the elements that are stored."""
    cdef double *state = e.state
    cdef double scale = state[SCALE], owed, old, new, product
    cdef bint counted = state[OF_SQUARES] != 0.0 or state[OF_SIZES] != 0.0
    cdef Py_ssize_t k, j
    state[OWED] += state[RATE]
    owed = state[OWED]
    if index is dense:
        if not counted and e.units.sums is NULL:
            pay_all(e.units.w, e.paid, e.rows.d, scale, owed)
            return
    for k in range(stored_count(indices, &e.rows, i)):
        j = stored_column(indices, &e.rows, i, k)
        old = new = e.units.w[j]
        if scale * old > 0.0:
            new = old - (owed + e.paid[j]) / scale
            new = new if new > 0.0 else 0.0
        elif scale * old < 0.0:
            new = old + (owed - e.paid[j]) / scale
            new = new if new < 0.0 else 0.0
        product = scale * (new - old)
        e.paid[j] += product
        e.units.w[j] = new
        if counted:
            count_one(state, old, new)
        if e.units.sums is not NULL:
            product = state[VISITS] * (new - old)
            e.units.sums[j] += product


def penalized_epoch(X, const Py_ssize_t[::1] order, const double[::1] steps, weights, double[::1] sums,
                    double[::1] tally):
    """perceptron_epoch by weights (v, paid, state)."""
    cdef Epoch e
    cdef double[::1] v = weights[0]
    cdef double[::1] paid = weights[1]
    cdef double[::1] state = weights[2]
    if not order.shape[0]:
        return 0
    read_rows(X, &e.rows)
    e.rule, e.unit_count = PENALIZED, 1
    e.order, e.count, e.steps = &order[0], order.shape[0], &steps[0]
    e.paid, e.state = &paid[0] if paid.shape[0] else NULL, &state[0]
    return train(&e, &v[0], &sums[0] if sums.shape[0] else NULL, v.shape[0], tally)
