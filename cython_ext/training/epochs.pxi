# Epochs of training: margins and steps, row after row, on the weights of the caller or on a copy that is written back.

cdef enum:
    MISTAKES
    LOSS
    LEAST
    PEAK
    SEEN
    INPUT

cdef enum:
    FETCH = 4096     # bytes to fetch ahead of the row at work; bench, perceptron, shuffled
    CSR_AHEAD = 4    # rows to fetch ahead
    FETCHED_LINES = 4  # of the elements and of the columns of each
    FAR_WEIGHTS = 131072  # as many are more than L2 has room for
    INTERLEAVED = 256  # columns of weights at a time

cdef enum Rule:
    PERCEPTRON
    JOINT
    DELTA
    PENALIZED
    PASSIVE_AGGRESSIVE
    MARGINS
    SIDES
    SQUARES

ctypedef signed char dense  # in place of an index type: a dense row has every element

ctypedef fused index:
    dense
    int
    long long

cdef struct Rows:
    const char *data
    const char *indices
    const long long *indptr
    Py_ssize_t stride     # bytes from a dense row to the next
    Py_ssize_t d
    bint is_double
    Py_ssize_t index_size  # 0 for dense rows

cdef struct Unit:
    double *w
    double *sums   # of steps, each times the number of rows before it; NULL if nobody asks
    double bias
    double bias_sum
    double bias_input  # 1 or, without a bias that steps change, 0

cdef struct Epoch:
    Rows rows
    Rule rule
    const Py_ssize_t *order
    Py_ssize_t count
    const double *steps          # or rates
    const double *targets        # of the delta rule
    const Py_ssize_t *labels     # of the joint rule
    const double *divisors       # of losses, and the most that a loss makes of a step: passive-aggressive rules
    const double *most
    double *paid      # of an l1 penalty, by each weight
    double *state     # of penalties
    Unit *units
    Py_ssize_t unit_count
    double *margins   # of one row, one a unit
    double *out       # margins or squares, one a row, where these are all that is wanted
    float *narrow     # or margins rounded to float32
    Py_ssize_t width   # the number of blocks of a row rounded up to a power of two, and to a register
    double *partials  # their sums
    double *lanes     # of two blocks, for CSR rows: zeros between two of them
    bint are_whole    # whether products of CSR rows have been whole numbers, of which no sum is rounded
    double tally[6]


cdef inline Py_ssize_t rows_ahead(const Rows *rows) noexcept nogil:
    """How many rows ahead of the one at work to fetch: the memory's latency lies between, however short the rows."""
    return pieces(FETCH, rows.stride) if rows.stride else CSR_AHEAD


cdef inline Py_ssize_t row_to_fetch(const Epoch *e, Py_ssize_t t, Py_ssize_t ahead) noexcept nogil:
    """The row to fetch at turn t: of rows in sequence the one at work, as the hardware sees to the next ones."""
    cdef Py_ssize_t i = e.order[t], later = e.order[min(t + ahead, e.count - 1)]
    return i if later == i + ahead else later


cdef Py_ssize_t perceptron_rows(const element *data, const index *indices, Epoch *e) noexcept nogil:
    cdef double tally[6]  # in registers, where e.tally would be read and written again for every row
    cdef double margin, step, right
    cdef Py_ssize_t t = 0, i, ahead = rows_ahead(&e.rows)
    memcpy(tally, e.tally, sizeof(tally))
    while t < e.count:
        i, step = e.order[t], e.steps[e.order[t]]
        if index is not dense:
            if step != 0.0 and clearly_right(data, indices, e, i, row_to_fetch(e, t, ahead), step, tally[LEAST]):
                tally[SEEN] += 1.0
                t += 1
                continue
        margin = margin_of(data, indices, e, e.units, i, row_to_fetch(e, t, ahead))
        right = margin * copysign(1.0, step)  # without a branch on the label, which nobody could predict
        if not right > 0.0 or right > DBL_MAX:
            if not finite(right):
                break
            if step != 0.0:
                count_step(tally, -right, right, take_step(data, indices, e, e.units, i, step, tally[SEEN]))
        elif step != 0.0:
            tally[LEAST] = right if right < tally[LEAST] else tally[LEAST]
        tally[SEEN] += 1.0 if step != 0.0 else 0.0
        t += 1
    memcpy(e.tally, tally, sizeof(tally))
    return t


cdef inline Py_ssize_t first_largest(const double *margins, Py_ssize_t count, Py_ssize_t besides) noexcept nogil:
    """The place of the first largest margin besides one."""
    cdef Py_ssize_t k, best = 1 if besides == 0 else 0
    for k in range(best + 1, count):
        if k != besides and margins[k] > margins[best]:
            best = k
    return best


cdef inline bint write_unit_margins(const element *data, const index *indices, Epoch *e, Py_ssize_t i,
                                    Py_ssize_t ahead) noexcept nogil:
    """The margins of row i, one a unit; returns whether all are finite."""
    cdef Py_ssize_t k
    cdef bint all_finite = True
    for k in range(e.unit_count):
        e.margins[k] = margin_of(data, indices, e, e.units + k, i, ahead)
        all_finite = all_finite and finite(e.margins[k])
    return all_finite


cdef Py_ssize_t joint_rows(const element *data, const index *indices, Epoch *e) noexcept nogil:
    cdef double step, lead, peak, other_peak
    cdef Py_ssize_t t, i, right, wrong, ahead = rows_ahead(&e.rows)
    for t in range(e.count):
        i = e.order[t]
        if not write_unit_margins(data, indices, e, i, row_to_fetch(e, t, ahead)):
            return t
        right, step = e.labels[i], e.steps[i]
        if step == 0.0:
            continue
        wrong = first_largest(e.margins, e.unit_count, right)
        lead = e.margins[right] - e.margins[wrong]
        if lead <= 0.0:
            peak = take_step(data, indices, e, e.units + wrong, i, -step, e.tally[SEEN])
            other_peak = take_step(data, indices, e, e.units + right, i, step, e.tally[SEEN])
            count_step(e.tally, -lead, lead, other_peak if other_peak > peak else peak)
        elif lead < e.tally[LEAST]:
            e.tally[LEAST] = lead
        e.tally[SEEN] += 1.0
    return e.count


cdef Py_ssize_t delta_rows(const element *data, const index *indices, Epoch *e) noexcept nogil:
    cdef double error, step
    cdef Py_ssize_t t, i, ahead = rows_ahead(&e.rows)
    for t in range(e.count):
        i = e.order[t]
        error = e.targets[i] - margin_of(data, indices, e, e.units, i, row_to_fetch(e, t, ahead))
        if not finite(error):
            return t
        if e.steps[i] == 0.0:
            continue
        step = e.steps[i] * error
        count_step(e.tally, step * error, 0.0, take_step(data, indices, e, e.units, i, step, e.tally[SEEN]))
        e.tally[SEEN] += 1.0
    return e.count


cdef Py_ssize_t by_rule(const element *data, const index *indices, Epoch *e) noexcept nogil:
    if e.rule == PERCEPTRON:
        return perceptron_rows(data, indices, e)
    if e.rule == JOINT:
        return joint_rows(data, indices, e)
    if e.rule == DELTA:
        return delta_rows(data, indices, e)
    if e.rule == PENALIZED:
        return penalized_rows(data, indices, e)
    if e.rule == PASSIVE_AGGRESSIVE:
        return passive_aggressive_rows(data, indices, e)
    if e.rule == MARGINS:
        return write_margins(data, indices, e)
    if e.rule == SIDES:
        return write_sides(data, indices, e)
    return write_squares(data, indices, e)


cdef Py_ssize_t by_layout(const element *data, Epoch *e) noexcept nogil:
    if e.rows.index_size == 0:
        return by_rule(data, <const dense *> NULL, e)
    if e.rows.index_size == 4:
        return by_rule(data, <const int *> e.rows.indices, e)
    return by_rule(data, <const long long *> e.rows.indices, e)


cdef Py_ssize_t run_epoch(Epoch *e) noexcept nogil:
    """Returns how many rows are done: all, or those before the first whose margin is not finite."""
    e.are_whole = True
    if e.rows.is_double:
        return by_layout(<const double *> e.rows.data, e)
    return by_layout(<const float *> e.rows.data, e)
