# Epochs of the passive-aggressive rules: a step for each row whose margin is below 1, as long as its loss asks for.

cdef Py_ssize_t passive_aggressive_rows(const element *data, const index *indices, Epoch *e) noexcept nogil:
    cdef double margin, right, loss, step
    cdef Py_ssize_t t, i, ahead = rows_ahead(&e.rows)
    for t in range(e.count):
        i = e.order[t]
        margin = margin_of(data, indices, e, e.units, i, row_to_fetch(e, t, ahead))
        if not finite(margin):
            return t
        if e.steps[i] == 0.0:
            continue
        right = margin * copysign(1.0, e.steps[i])
        loss = 1.0 - right
        if loss > 0.0:
            step = loss / e.divisors[i]
            step = (e.most[i] if e.most[i] < step else step) * e.steps[i]
            count_step(e.tally, loss, right, take_step(data, indices, e, e.units, i, step, e.tally[SEEN]))
        elif right < e.tally[LEAST]:
            e.tally[LEAST] = right
        e.tally[SEEN] += 1.0
    return e.count


def passive_aggressive_epoch(X, const Py_ssize_t[::1] order, samples, double[::1] w, double[::1] sums,
                             double[::1] tally):
    """A step for each row whose margin is below 1: samples are (what divides the loss, y times weight, most)."""
    cdef Epoch e
    cdef const double[::1] divisors = samples[0]
    cdef const double[::1] factors = samples[1]
    cdef const double[::1] most = samples[2]
    if not order.shape[0]:
        return 0
    read_rows(X, &e.rows)
    e.rule, e.unit_count = PASSIVE_AGGRESSIVE, 1
    e.order, e.count, e.steps = &order[0], order.shape[0], &factors[0]
    e.divisors, e.most = &divisors[0], &most[0]
    return train(&e, &w[0], &sums[0] if sums.shape[0] else NULL, w.shape[0], tally)
