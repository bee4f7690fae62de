# Activations over arrays of float64, float32 and float16: onedot._reference.elementary, compiled.

cdef extern from "elementary/functions.h" nogil:
    void exp_map(const double *x, double *out, Py_ssize_t n)
    void sigmoid_map(const double *x, double *out, Py_ssize_t n)
    void log_expit_map(const double *x, double *out, Py_ssize_t n)
    void logit_map(const double *x, double *out, Py_ssize_t n)
    void tanh_map(const double *x, double *out, Py_ssize_t n)
    void softplus_map(const double *x, double *out, Py_ssize_t n)
    void arctangent_map(const double *x, double *out, Py_ssize_t n)
    void silu_map(const double *x, double *out, Py_ssize_t n)
    void gelu_map(const double *x, double *out, Py_ssize_t n)
    void leaky_relu_map(const double *x, double *out, Py_ssize_t n)
    void relu_map(const double *x, double *out, Py_ssize_t n)
    void step_map(const double *x, double *out, Py_ssize_t n)
    void sign_map(const double *x, double *out, Py_ssize_t n)
    void f16_round_all(float16 *out, const double *v, Py_ssize_t n)
    double greatest(const double *x, Py_ssize_t n)
    double log_of_one_plus "log_one_plus"(double x)

cdef extern from "elementary/quick.h" nogil:
    enum: QUICK_ROW
    bint softmax_quick(const float *x, float *out, Py_ssize_t n)
    void exp_floats(const float *x, float *out, Py_ssize_t n)
    void sigmoid_floats(const float *x, float *out, Py_ssize_t n)
    void tanh_floats(const float *x, float *out, Py_ssize_t n)
    void exp_halves(const float16 *x, float16 *out, Py_ssize_t n)
    void sigmoid_halves(const float16 *x, float16 *out, Py_ssize_t n)
    void tanh_halves(const float16 *x, float16 *out, Py_ssize_t n)
    void float_relu(const unsigned int *x, unsigned int *out, Py_ssize_t n)
    void float_step(const unsigned int *x, unsigned int *out, Py_ssize_t n)
    void float_sign(const unsigned int *x, unsigned int *out, Py_ssize_t n)
    void half_relu(const unsigned short *x, unsigned short *out, Py_ssize_t n)
    void half_step(const unsigned short *x, unsigned short *out, Py_ssize_t n)
    void half_sign(const unsigned short *x, unsigned short *out, Py_ssize_t n)

ctypedef void (*MapFunction)(const double *x, double *out, Py_ssize_t n) noexcept nogil
ctypedef void (*NarrowMap)(const void *x, void *out, Py_ssize_t n) noexcept nogil

# By activation: in binary64, and what is quicker for float32 and for float16 or NULL.
cdef MapFunction maps[ACTIVATIONS]
cdef NarrowMap float_maps[ACTIVATIONS]
cdef NarrowMap half_maps[ACTIVATIONS]
maps[<int> EXP] = exp_map
maps[<int> SIGMOID] = sigmoid_map
maps[<int> LOG_EXPIT] = log_expit_map
maps[<int> LOGIT] = logit_map
maps[<int> TANH] = tanh_map
maps[<int> SOFTPLUS] = softplus_map
maps[<int> RELU] = relu_map
maps[<int> LEAKY_RELU] = leaky_relu_map
maps[<int> GELU] = gelu_map
maps[<int> SILU] = silu_map
maps[<int> STEP] = step_map
maps[<int> SIGN] = sign_map
float_maps[<int> RELU], half_maps[<int> RELU] = <NarrowMap> float_relu, <NarrowMap> half_relu
float_maps[<int> STEP], half_maps[<int> STEP] = <NarrowMap> float_step, <NarrowMap> half_step
float_maps[<int> SIGN], half_maps[<int> SIGN] = <NarrowMap> float_sign, <NarrowMap> half_sign
float_maps[<int> EXP], half_maps[<int> EXP] = <NarrowMap> exp_floats, <NarrowMap> exp_halves
float_maps[<int> SIGMOID], half_maps[<int> SIGMOID] = <NarrowMap> sigmoid_floats, <NarrowMap> sigmoid_halves
float_maps[<int> TANH], half_maps[<int> TANH] = <NarrowMap> tanh_floats, <NarrowMap> tanh_halves


cdef void map_floats(int which, const float *x, float *out, Py_ssize_t n) noexcept nogil:
    """out[i] = function(x[i]), rounded once."""
    cdef double wide[PACKED]
    cdef Py_ssize_t i, count
    while n > 0:
        count = min(n, <Py_ssize_t> PACKED)
        for i in range(count):
            wide[i] = x[i]
        maps[which](wide, wide, count)
        for i in range(count):
            out[i] = <float> wide[i]
        x += count
        out += count
        n -= count


cdef void map_halves(int which, const float16 *x, float16 *out, Py_ssize_t n) noexcept nogil:
    """The same for float16."""
    cdef float singles[PACKED]
    cdef double wide[PACKED]
    cdef Py_ssize_t i, count
    while n > 0:
        count = min(n, <Py_ssize_t> PACKED)
        f16_widen(singles, x, count)
        for i in range(count):
            wide[i] = singles[i]
        maps[which](wide, wide, count)
        f16_round_all(out, wide, count)
        x += count
        out += count
        n -= count


cdef void apply_activation(int which, int dtype, const void *x, void *out, Py_ssize_t n) noexcept nogil:
    """out[i] = the activation of x[i], for contiguous and aligned float64, float32 or float16."""
    if dtype == FLOAT64:
        maps[which](<const double *> x, <double *> out, n)
    elif dtype == FLOAT32 and float_maps[which] is not NULL:
        float_maps[which](x, out, n)
    elif dtype == FLOAT32:
        map_floats(which, <const float *> x, <float *> out, n)
    elif half_maps[which] is not NULL:
        half_maps[which](x, out, n)
    else:
        map_halves(which, <const float16 *> x, <float16 *> out, n)


cdef inline void over_array(int which, cnp.ndarray x, cnp.ndarray out):
    """Of float64, float32 or float16, contiguous and aligned."""
    cdef int dtype = dtype_of(x)
    cdef const void *source = cnp.PyArray_DATA(x)
    cdef void *to = cnp.PyArray_DATA(out)
    cdef Py_ssize_t n = cnp.PyArray_SIZE(x)
    with nogil:
        apply_activation(which, dtype, source, to, n)


def exp(cnp.ndarray x, cnp.ndarray out):
    """out[i] = exp(x[i])."""
    over_array(EXP, x, out)


def sigmoid(cnp.ndarray x, cnp.ndarray out):
    """out[i] = 1 / (1 + exp(-x[i]))."""
    over_array(SIGMOID, x, out)


def log_expit(cnp.ndarray x, cnp.ndarray out):
    """out[i] = log(1 / (1 + exp(-x[i])))."""
    over_array(LOG_EXPIT, x, out)


def logit(cnp.ndarray x, cnp.ndarray out):
    """out[i] = log(x[i] / (1 - x[i]))."""
    over_array(LOGIT, x, out)


def tanh(cnp.ndarray x, cnp.ndarray out):
    """out[i] = tanh(x[i])."""
    over_array(TANH, x, out)


def softplus(cnp.ndarray x, cnp.ndarray out):
    """out[i] = log(1 + exp(x[i]))."""
    over_array(SOFTPLUS, x, out)


def leaky_relu(cnp.ndarray x, cnp.ndarray out):
    """out[i] = x[i] where x[i] >= 0, otherwise a hundredth of it."""
    over_array(LEAKY_RELU, x, out)


def gelu(cnp.ndarray x, cnp.ndarray out):
    """out[i] = x[i] times how often a normal number is below it."""
    over_array(GELU, x, out)


def silu(cnp.ndarray x, cnp.ndarray out):
    """out[i] = x[i] / (1 + exp(-x[i]))."""
    over_array(SILU, x, out)


def log_one_plus(double x):
    """log(1 + x) for x >= 0."""
    return log_of_one_plus(x)


def relu(cnp.ndarray x, cnp.ndarray out):
    """out[i] = max(x[i], 0)."""
    over_array(RELU, x, out)


def step(cnp.ndarray x, cnp.ndarray out):
    """out[i] = 1 where x[i] >= 0, otherwise 0."""
    over_array(STEP, x, out)


def sign(cnp.ndarray x, cnp.ndarray out):
    """out[i] = -1, 0 or 1."""
    over_array(SIGN, x, out)


def arctangent(const double[::1] x, double[::1] out):
    """out[i] = arctan(x[i]) for x[i] from 0 to 1."""
    if x.shape[0]:
        with nogil:
            arctangent_map(&x[0], &out[0], x.shape[0])


cdef enum:
    FEW_NUMBERS = 16  # of a row of float32, so short that many together are sooner done in binary64

cdef double ones[PACKED]
cdef Py_ssize_t place
for place in range(PACKED):
    ones[place] = 1.0


cdef void share_out(double *row, Py_ssize_t n) noexcept nogil:
    """row = row / sum(row), for the exponentials of a row: their sum is their dot with ones."""
    cdef double total = dot_vectors(row, sizeof(double), &ones[0], sizeof(double) if n <= PACKED else 0, n)
    cdef Py_ssize_t i
    for i in range(n):
        row[i] /= total


cdef void softmax_of_doubles(const double *x, double *out, Py_ssize_t m, Py_ssize_t n) noexcept nogil:
    """Of m rows, whose exponentials are computed together; out may be x."""
    cdef Py_ssize_t i, j
    cdef double most
    for i in range(m):
        most = greatest(x + i * n, n)
        for j in range(n):
            out[i * n + j] = x[i * n + j] - most
    exp_map(out, out, m * n)
    for i in range(m):
        share_out(out + i * n, n)


cdef int softmax_of_floats(const float *x, float *out, Py_ssize_t m, Py_ssize_t n) noexcept nogil:
    """Of m rows, each rounded once; out may be x. -1 if there is no memory for a long row in binary64."""
    cdef double strip[QUICK_ROW]
    cdef double *wide = strip
    cdef Py_ssize_t i = 0, j, count = QUICK_ROW // n if n <= FEW_NUMBERS else 1
    if n > QUICK_ROW:
        wide = <double *> malloc(n * sizeof(double))
        if wide is NULL:
            return -1
    while i < m:
        count = min(count, m - i)
        if n <= FEW_NUMBERS or not softmax_quick(x + i * n, out + i * n, n):
            for j in range(count * n):
                wide[j] = x[i * n + j]
            softmax_of_doubles(wide, wide, count, n)
            for j in range(count * n):
                out[i * n + j] = <float> wide[j]
        i += count
    if wide is not strip:
        free(wide)
    return 0


cdef void log_shares(double *v, double *powers, Py_ssize_t m, Py_ssize_t n) noexcept nogil:
    """v = the logarithm of the softmax of each of m rows; the greatest number is left out of the sum of the powers."""
    cdef Py_ssize_t i, j, first
    cdef double most, total
    for i in range(m):
        most = greatest(v + i * n, n)
        for j in range(n):
            v[i * n + j] -= most
    exp_map(v, powers, m * n)
    for i in range(m):
        first = 0
        while first < n - 1 and v[i * n + first] != 0.0:
            first += 1
        if v[i * n + first] == 0.0:
            powers[i * n + first] = 0.0
        total = dot_vectors(powers + i * n, sizeof(double), &ones[0], sizeof(double) if n <= PACKED else 0, n)
        total = log_of_one_plus(total)
        for j in range(n):
            v[i * n + j] -= total


cdef int log_softmax_of_rows(int dtype, const void *x, void *out, Py_ssize_t m, Py_ssize_t n) noexcept nogil:
    """As many rows at a time as there is room for; out may be x. -1 if there is no memory for a long row."""
    cdef double strip[2 * QUICK_ROW]
    cdef double *v = strip
    cdef Py_ssize_t i = 0, j, size, count = max(<Py_ssize_t> QUICK_ROW // n, <Py_ssize_t> 1)
    if n > QUICK_ROW:
        v = <double *> malloc(2 * n * sizeof(double))
        if v is NULL:
            return -1
    while i < m:
        size = min(count, m - i) * n
        for j in range(size):
            v[j] = (<const float *> x)[i * n + j] if dtype == FLOAT32 else (<const double *> x)[i * n + j]
        log_shares(v, v + size, size // n, n)
        for j in range(size):
            if dtype == FLOAT32:
                (<float *> out)[i * n + j] = <float> v[j]
            else:
                (<double *> out)[i * n + j] = v[j]
        i += count
    if v is not strip:
        free(v)
    return 0


cdef int softmax_of_rows(bint logarithms, int dtype, const void *x, void *out, Py_ssize_t m,
                         Py_ssize_t n) noexcept nogil:
    """Of m rows of up to 256 blocks, contiguous and aligned, float64 or float32; -1 if there is no memory."""
    if logarithms:
        return log_softmax_of_rows(dtype, x, out, m, n)
    if dtype == FLOAT32:
        return softmax_of_floats(<const float *> x, <float *> out, m, n)
    softmax_of_doubles(<const double *> x, <double *> out, m, n)
    return 0


cdef inline int over_rows(bint logarithms, cnp.ndarray X, cnp.ndarray out) except -1:
    """softmax_of_rows of an array."""
    cdef int failed, dtype = dtype_of(X)
    cdef const void *source = cnp.PyArray_DATA(X)
    cdef void *to = cnp.PyArray_DATA(out)
    cdef Py_ssize_t m = cnp.PyArray_DIM(X, 0), n = cnp.PyArray_DIM(X, 1)
    if not m or not n:
        return 0
    with nogil:
        failed = softmax_of_rows(logarithms, dtype, source, to, m, n)
    if failed:
        raise MemoryError("softmax: no memory for a row in float64")
    return 0


def softmax(cnp.ndarray X, cnp.ndarray out):
    """out[i] = exp(X[i] - max(X[i])) / the law's sum of these, for float64 or float32 rows of up to 256 blocks."""
    over_rows(False, X, out)


def log_softmax(cnp.ndarray X, cnp.ndarray out):
    """out[i] = the logarithm of what softmax gives."""
    over_rows(True, X, out)


def add_bias(double[:, ::1] Z, const double[::1] b):
    """Z[i, j] += b[j]."""
    cdef Py_ssize_t i, j, m = Z.shape[0], n = Z.shape[1]
    if not m or not n:
        return
    with nogil:
        for i in range(m):
            for j in range(n):
                Z[i, j] += b[j]
