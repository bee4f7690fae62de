# Epochs of training: margins and steps, row after row. Weights are copied into room of their own, and back at the end.

cdef enum:
    MISTAKES
    LOSS
    LEAST
    PEAK
    SEEN

cdef enum:
    LINE = 64        # bytes: no register of the weights straddles two cache lines
    LANE_BLOCKS = 64  # the most blocks of a CSR row with lanes of their own: 16 KB, which stay in L1
    FETCH = 4096     # bytes to fetch ahead of the row at work; bench, perceptron, shuffled
    CSR_AHEAD = 4    # rows to fetch ahead
    FETCHED_LINES = 4  # of the elements and of the columns of each

cdef enum Rule:
    PERCEPTRON
    JOINT
    DELTA
    MARGINS
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
    double bias_input  # 1 or, without a bias, 0

cdef struct Epoch:
    Rows rows
    Rule rule
    const Py_ssize_t *order
    Py_ssize_t count
    const double *steps          # or rates
    const double *targets        # of the delta rule
    const Py_ssize_t *labels     # of the joint rule
    Unit *units
    Py_ssize_t unit_count
    double *margins   # of one row, one a unit
    Py_ssize_t blocks  # of a row
    double *partials  # their sums
    double *lanes     # of CSR rows: zeros between two of them
    double tally[5]


cdef inline double dense_margin(const element *x, const element *ahead, Py_ssize_t d, const double *w,
                                double *partials) noexcept nogil:
    """The dot of a row and the weights."""
    cdef Py_ssize_t k, start
    if d <= BLOCK:
        if element is double:
            return f64_margin_sum(x, w, d, <const char *> ahead, 0)
        else:
            return f32_margin_sum(x, w, d, <const char *> ahead, 0)
    for k in range(pieces(d, BLOCK)):
        start = k * BLOCK
        if element is double:
            partials[k] = f64_margin_sum(x + start, w + start, min(d - start, <Py_ssize_t> BLOCK),
                                         <const char *> (ahead + start), 0)
        else:
            partials[k] = f32_margin_sum(x + start, w + start, min(d - start, <Py_ssize_t> BLOCK),
                                         <const char *> (ahead + start), 0)
    return fold_blocks(partials, pieces(d, BLOCK))


cdef inline size_t lane_of(size_t column) noexcept nogil:
    """The place of a column's lane among those of all blocks."""
    return column // BLOCK * LANES + column % LANES


cdef inline double csr_margin(const element *x, const index *columns, Py_ssize_t count, const double *w,
                              const Epoch *e) noexcept nogil:
    """The same for the elements of a row that are stored, in the order of their columns: zeros change no lane."""
    cdef double product, dot
    cdef double *lanes = e.lanes
    cdef Py_ssize_t i
    if e.blocks > LANE_BLOCKS:
        return csr_margin_by_blocks(x, columns, count, w, e)
    for i in range(count):
        product = w[columns[i]] * x[i]
        lanes[lane_of(columns[i])] += product
    dot = fold_lanes_of_blocks(lanes, e.blocks, e.partials)
    for i in range(count):
        lanes[lane_of(columns[i])] = 0.0
    return dot


cdef inline double csr_margin_by_blocks(const element *x, const index *columns, Py_ssize_t count, const double *w,
                                        const Epoch *e) noexcept nogil:
    """The same where most blocks are empty: one after the other in the same lanes."""
    cdef double product
    cdef Py_ssize_t block, i = 0
    memset(e.partials, 0, e.blocks * sizeof(double))
    while i < count:
        memset(e.lanes, 0, LANES * sizeof(double))
        block = columns[i] // BLOCK
        while i < count and columns[i] // BLOCK == block:
            product = w[columns[i]] * x[i]
            e.lanes[columns[i] % LANES] += product
            i += 1
        e.partials[block] = fold_lanes(e.lanes)
    return fold_blocks(e.partials, e.blocks)


cdef inline double margin_of(const element *data, const index *indices, Epoch *e, const Unit *unit, Py_ssize_t i,
                             Py_ssize_t ahead) noexcept nogil:
    """The margin of row i, while row `ahead` is fetched."""
    cdef double dot
    cdef Py_ssize_t start
    if index is dense:
        dot = dense_margin(at(data, e.rows.stride, i), at(data, e.rows.stride, ahead), e.rows.d, unit.w, e.partials)
    else:
        start = e.rows.indptr[i]
        dot = csr_margin(data + start, indices + start, e.rows.indptr[i + 1] - start, unit.w, e)
    return dot + unit.bias


cdef inline double add_row(const element *data, const index *indices, const Rows *rows, Py_ssize_t i, double *w,
                           double step, double peak) noexcept nogil:
    """w[j] += step * x[j] for row i; returns the larger of peak and every |w[j]| that changed."""
    cdef const element *x
    cdef double product, size
    cdef Py_ssize_t k
    if index is dense:
        x = at(data, rows.stride, i)
        if element is double:
            return f64_add_step(w, x, step, rows.d, peak)
        else:
            return f32_add_step(w, x, step, rows.d, peak)
    else:
        for k in range(rows.indptr[i], rows.indptr[i + 1]):
            product = step * data[k]
            w[indices[k]] += product
            size = fabs(w[indices[k]])
            peak = size if size > peak else peak
        return peak


cdef inline double take_step(const element *data, const index *indices, const Epoch *e, Unit *unit, Py_ssize_t i,
                             double step, double seen) noexcept nogil:
    """One step of one unit and, times the rows seen before, of its sums; returns the largest |w[j]| that changed."""
    cdef double weighted = seen * step
    cdef double peak = add_row(data, indices, &e.rows, i, unit.w, step, 0.0)
    unit.bias += step * unit.bias_input
    peak = fabs(unit.bias) if fabs(unit.bias) > peak else peak
    if unit.sums is not NULL:
        add_row(data, indices, &e.rows, i, unit.sums, weighted, 0.0)
        unit.bias_sum += weighted * unit.bias_input
    return peak


cdef inline void count_step(double *tally, double loss, double least, double peak) noexcept nogil:
    """Count one mistake, or one step of the delta rule."""
    tally[MISTAKES] += 1.0
    tally[LOSS] += loss
    tally[LEAST] = least if least < tally[LEAST] else tally[LEAST]
    tally[PEAK] = peak if peak > tally[PEAK] else tally[PEAK]


cdef inline bint finite(double value) noexcept nogil:
    return value - value == 0.0


cdef inline double csr_lead(const element *x, const index *columns, Py_ssize_t count, const Unit *unit,
                            double sign) noexcept nogil:
    """A number that the margin, times the sign of the label, certainly exceeds; NaN or less than 0 if it may be wrong.

    It adds the products, which are those of the law, in another order. Both sums are within 3 * (count + 64) * u
    * size of each other, where size is the sum of the products' magnitudes: of the law's order no sum is deeper than
    count + 64 additions, and size itself is off by no more than count * u. The bias rounds once more in each.
    """
    cdef double dot, size
    if element is double:
        if index is int:
            dot = f64_i32_csr_sum(x, columns, count, unit.w, &size)
        else:
            dot = f64_i64_csr_sum(x, <const long long *> columns, count, unit.w, &size)
    elif index is int:
        dot = f32_i32_csr_sum(x, columns, count, unit.w, &size)
    else:
        dot = f32_i64_csr_sum(x, <const long long *> columns, count, unit.w, &size)
    size += fabs(unit.bias)
    if not size < 1e300:  # in the law's order a sum might overflow, or an element is not finite
        return -1.0
    return (dot + unit.bias) * sign - (4 * count + 256) * 1.1102230246251565e-16 * size


cdef inline void fetch_csr_row(const element *data, const index *indices, const Rows *rows,
                               Py_ssize_t i) noexcept nogil:
    """Fetch the first lines of a row from memory; the hardware sees to what follows."""
    cdef Py_ssize_t start = rows.indptr[i]
    cdef int line
    for line in range(FETCHED_LINES):
        PREFETCH(<const char *> (data + start) + line * LINE)
        PREFETCH(<const char *> (indices + start) + line * LINE)


cdef inline bint clearly_right(const element *data, const index *indices, const Epoch *e, Py_ssize_t i,
                               Py_ssize_t ahead, double step, double least) noexcept nogil:
    """Whether a CSR row is certain to be on the right side, and by more than the least margin yet.

    Nothing is then to be done, and its margin need not be known in the law's order, which takes longer.
    """
    cdef Py_ssize_t start = e.rows.indptr[i]
    cdef double lead
    if ahead != i:
        fetch_csr_row(data, indices, &e.rows, ahead)
    lead = csr_lead(data + start, indices + start, e.rows.indptr[i + 1] - start, e.units, copysign(1.0, step))
    return lead > 0.0 and lead > least


cdef inline Py_ssize_t rows_ahead(const Rows *rows) noexcept nogil:
    """How many rows ahead of the one at work to fetch: the memory's latency lies between, however short the rows."""
    return pieces(FETCH, rows.stride) if rows.stride else CSR_AHEAD


cdef inline Py_ssize_t row_to_fetch(const Epoch *e, Py_ssize_t t, Py_ssize_t ahead) noexcept nogil:
    """The row to fetch at turn t: of rows in sequence the one at work, as the hardware sees to the next ones."""
    cdef Py_ssize_t i = e.order[t], later = e.order[min(t + ahead, e.count - 1)]
    return i if later == i + ahead else later


cdef Py_ssize_t perceptron_rows(const element *data, const index *indices, Epoch *e) noexcept nogil:
    cdef double tally[5]  # in registers, where e.tally would be read and written again for every row
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
    return delta_rows(data, indices, e)


cdef Py_ssize_t by_layout(const element *data, Epoch *e) noexcept nogil:
    if e.rows.index_size == 0:
        return by_rule(data, <const dense *> NULL, e)
    if e.rows.index_size == 4:
        return by_rule(data, <const int *> e.rows.indices, e)
    return by_rule(data, <const long long *> e.rows.indices, e)


cdef Py_ssize_t run_epoch(Epoch *e) noexcept nogil:
    """Returns how many rows are done: all, or those before the first whose margin is not finite."""
    if e.rows.is_double:
        return by_layout(<const double *> e.rows.data, e)
    return by_layout(<const float *> e.rows.data, e)


# From Python -----------------------------------------------------------------------------------------------

cdef int read_rows(object X, Rows *rows) except -1:
    """Where the rows lie: of a matrix, or of the parts of a CSR matrix (data, indices, indptr, columns)."""
    cdef const float[:, ::1] narrow
    cdef const double[:, ::1] wide
    memset(rows, 0, sizeof(rows[0]))
    if isinstance(X, tuple):
        return read_csr(X, rows)
    rows.is_double = X.itemsize == 8
    rows.d = X.shape[1]
    rows.stride = rows.d * X.itemsize
    if rows.is_double:
        wide = X
        rows.data = <const char *> &wide[0, 0]
    else:
        narrow = X
        rows.data = <const char *> &narrow[0, 0]
    return 0


cdef int read_csr(tuple X, Rows *rows) except -1:
    cdef const float[::1] narrow
    cdef const double[::1] wide
    cdef const int[::1] indices_32
    cdef const long long[::1] indices_64
    cdef const long long[::1] indptr = X[2]
    data, indices = X[0], X[1]
    rows.d = X[3]
    rows.is_double = data.itemsize == 8
    rows.index_size = indices.itemsize
    rows.indptr = &indptr[0]
    if not len(data):
        return 0
    if rows.is_double:
        wide = data
        rows.data = <const char *> &wide[0]
    else:
        narrow = data
        rows.data = <const char *> &narrow[0]
    if rows.index_size == 4:
        indices_32 = indices
        rows.indices = <const char *> &indices_32[0]
    else:
        indices_64 = indices
        rows.indices = <const char *> &indices_64[0]
    return 0


cdef void *make_room(Epoch *e, bint summed) except NULL:
    """Room for the units, and for what a row's margins need; weights and lanes start on a cache line."""
    cdef Py_ssize_t k, width = round_up(e.rows.d, LANES) * (2 if summed else 1), lanes, partials, doubles
    cdef char *block
    cdef double *room
    e.blocks = pieces(e.rows.d, BLOCK)
    partials = max(power_of_two(e.blocks), <Py_ssize_t> MAX_WIDTH)
    lanes = LANES * (1 if e.blocks > LANE_BLOCKS else round_up(e.blocks, MAX_WIDTH)) if e.rows.index_size else 0
    doubles = e.unit_count * (width + 1) + lanes + partials
    block = <char *> malloc(LINE + doubles * sizeof(double) + e.unit_count * sizeof(Unit))
    if block is NULL:
        raise MemoryError("onedot: no memory for a copy of the weights")
    room = <double *> (block + (LINE - <size_t> block % LINE))
    memset(room, 0, doubles * sizeof(double))
    e.lanes = room + e.unit_count * width
    e.partials = e.lanes + lanes
    e.margins = e.partials + partials
    e.units = <Unit *> (e.margins + e.unit_count)
    for k in range(e.unit_count):
        e.units[k].w = room + k * width
        e.units[k].sums = e.units[k].w + width // 2 if summed else NULL
    return block


cdef void read_unit(const Rows *rows, Unit *unit, const double *w, const double *sums, bint bias) noexcept nogil:
    """Copy the weights of one unit, of which the bias comes first if there is one; a weight of -0.0 becomes 0.0."""
    cdef Py_ssize_t j
    unit.bias_input = 1.0 if bias else 0.0
    unit.bias = w[0] + 0.0 if bias else 0.0
    unit.bias_sum = sums[0] + 0.0 if bias and unit.sums is not NULL else 0.0
    for j in range(rows.d):
        unit.w[j] = w[bias + j] + 0.0
        if unit.sums is not NULL:
            unit.sums[j] = sums[bias + j] + 0.0


cdef void write_unit(const Rows *rows, const Unit *unit, double *w, double *sums) noexcept nogil:
    cdef bint bias = unit.bias_input > 0.0
    if bias:
        w[0] = unit.bias
    memcpy(w + bias, unit.w, rows.d * sizeof(double))
    if unit.sums is not NULL:
        if bias:
            sums[0] = unit.bias_sum
        memcpy(sums + bias, unit.sums, rows.d * sizeof(double))


cdef Py_ssize_t train(Epoch *e, double *w, double *sums, Py_ssize_t size, double[::1] tally) except -1:
    """Run the epoch on a copy of the weights, `size` of them a unit, and write it back."""
    cdef Py_ssize_t k, done
    cdef void *room = make_room(e, sums is not NULL)
    memcpy(e.tally, &tally[0], sizeof(e.tally))
    with nogil:
        for k in range(e.unit_count):
            read_unit(&e.rows, e.units + k, w + k * size, sums + k * size, size > e.rows.d)
        done = run_epoch(e)
        for k in range(e.unit_count):
            write_unit(&e.rows, e.units + k, w + k * size, sums + k * size)
    memcpy(&tally[0], e.tally, sizeof(e.tally))
    free(room)
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


cdef void write_margins(const element *data, const index *indices, Epoch *e, double *out) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(e.count):
        out[i] = margin_of(data, indices, e, e.units, i, i)


cdef void write_squares(const element *data, const index *indices, Epoch *e, double *out) noexcept nogil:
    """Each row in turn is the weights, too: 1 * x added to zeros, and then taken away."""
    cdef Py_ssize_t i
    for i in range(e.count):
        add_row(data, indices, &e.rows, i, e.units.w, 1.0, 0.0)
        out[i] = margin_of(data, indices, e, e.units, i, i)
        add_row(data, indices, &e.rows, i, e.units.w, -1.0, 0.0)


cdef void write_rows(const element *data, const index *indices, Epoch *e, double *out) noexcept nogil:
    if e.rule == SQUARES:
        write_squares(data, indices, e, out)
    else:
        write_margins(data, indices, e, out)


cdef void write_by_layout(const element *data, Epoch *e, double *out) noexcept nogil:
    if e.rows.index_size == 0:
        write_rows(data, <const dense *> NULL, e, out)
    elif e.rows.index_size == 4:
        write_rows(data, <const int *> e.rows.indices, e, out)
    else:
        write_rows(data, <const long long *> e.rows.indices, e, out)


cdef int write_each(object X, Rule rule, const double *w, Py_ssize_t size, double[::1] out) except -1:
    """What the rule says of each row."""
    cdef Epoch e
    cdef void *room
    if not out.shape[0]:
        return 0
    read_rows(X, &e.rows)
    e.rule, e.count, e.unit_count = rule, out.shape[0], 1
    room = make_room(&e, False)
    with nogil:
        if w is not NULL:
            read_unit(&e.rows, e.units, w, NULL, size > e.rows.d)
        else:
            e.units.bias = 0.0
        if e.rows.is_double:
            write_by_layout(<const double *> e.rows.data, &e, &out[0])
        else:
            write_by_layout(<const float *> e.rows.data, &e, &out[0])
    free(room)
    return 0


def margins(X, const double[::1] w, double[::1] out):
    """out[i] = the margin of row i."""
    write_each(X, MARGINS, &w[0], w.shape[0], out)


def squares(X, double[::1] out):
    """out[i] = x·x for row i."""
    write_each(X, SQUARES, NULL, 0, out)


# One row ---------------------------------------------------------------------------------------------------

cdef inline double row_margin(const double *w, bint bias, const element *x, Py_ssize_t d) noexcept nogil:
    """The margin of a row of up to DIRECT_BLOCKS blocks."""
    cdef double partials[DIRECT_BLOCKS]
    cdef double dot
    cdef Py_ssize_t k, start, count
    for k in range(pieces(d, BLOCK)):
        start = k * BLOCK
        count = min(d - start, <Py_ssize_t> BLOCK)
        if element is double:
            partials[k] = f64_margin_sum(x + start, w + bias + start, count, <const char *> x, 1)
        else:
            partials[k] = f32_margin_sum(x + start, w + bias + start, count, <const char *> x, 1)
    dot = fold_blocks(partials, pieces(d, BLOCK))
    return dot + w[0] if bias else dot


cdef inline bint step_row(double *w, bint bias, const element *x, double step, Py_ssize_t d) noexcept nogil:
    """w[j] += step * (1, x)[j]; False and no change if one of them would overflow."""
    if bias and not finite(w[0] + step):
        return False
    if element is double:
        if not f64_try_step(w + bias, x, step, d):
            return False
    elif not f32_try_step(w + bias, x, step, d):
        return False
    if bias:
        w[0] += step
    return True


cdef int update_row(double *w, bint bias, const element *x, double step, Py_ssize_t d) noexcept nogil:
    """1 for a mistake, 0 for none, -1 and no change if numbers overflow."""
    cdef double margin = row_margin(w, bias, x, d)
    if not finite(margin):
        return -1
    if margin > 0.0 if step > 0.0 else margin < 0.0:
        return 0
    return 1 if step_row(w, bias, x, step, d) else -1


def perceptron_update(double[::1] w, const element[::1] x, double step):
    """1 for a mistake, 0 for none, -1 and no change if numbers overflow."""
    return update_row(&w[0], w.shape[0] > x.shape[0], &x[0], step, x.shape[0])


def lms_update(double[::1] w, const element[::1] x, double target, double rate):
    """The error before the step that it takes, or NaN and no change if numbers overflow."""
    cdef bint bias = w.shape[0] > x.shape[0]
    cdef double error = target - row_margin(&w[0], bias, &x[0], x.shape[0])
    if not finite(rate * error) or not step_row(&w[0], bias, &x[0], rate * error, x.shape[0]):
        return float("nan")
    return error


# Indices and orders ----------------------------------------------------------------------------------------

ctypedef fused column:
    int
    long long


def csr_order(const column[::1] indices, const long long[::1] indptr, Py_ssize_t d):
    """0 if the columns of each row rise strictly, 1 if they do not, -1 if one of them is not a column."""
    cdef Py_ssize_t i, k
    cdef long long last, least = 0, most = -1
    cdef bint rising = True
    with nogil:
        for i in range(indptr.shape[0] - 1):
            last = -1
            for k in range(indptr[i], indptr[i + 1]):
                rising = rising and indices[k] > last
                last = indices[k]
                least = last if last < least else least
                most = last if last > most else most
    return -1 if least < 0 or most >= d else 0 if rising else 1


cdef inline unsigned long long next_bits(unsigned long long *state) noexcept nogil:
    """The next 64 bits of splitmix64."""
    cdef unsigned long long z
    state[0] += 0x9E3779B97F4A7C15ULL
    z = state[0]
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL
    return z ^ (z >> 31)


def shuffle(Py_ssize_t[::1] order, unsigned long long[::1] state):
    """Every order of `order` with the same probability."""
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
