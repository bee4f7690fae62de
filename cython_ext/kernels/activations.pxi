# Activations over arrays of float64: onedot._reference.elementary, compiled.

cdef extern from "elementary/functions.h" nogil:
    void exp_map(const double *x, double *out, Py_ssize_t n)
    void sigmoid_map(const double *x, double *out, Py_ssize_t n)
    void log_expit_map(const double *x, double *out, Py_ssize_t n)
    void logit_map(const double *x, double *out, Py_ssize_t n)
    void tanh_map(const double *x, double *out, Py_ssize_t n)
    void softplus_map(const double *x, double *out, Py_ssize_t n)
    void arctangent_map(const double *x, double *out, Py_ssize_t n)
    void relu_map(const double *x, double *out, Py_ssize_t n)
    void step_map(const double *x, double *out, Py_ssize_t n)
    void sign_map(const double *x, double *out, Py_ssize_t n)
    void f16_round_all(float16 *out, const double *v, Py_ssize_t n)
    double greatest(const double *x, Py_ssize_t n)

ctypedef void (*MapFunction)(const double *x, double *out, Py_ssize_t n) noexcept nogil


cdef inline void over_array(MapFunction function, const double[::1] x, double[::1] out):
    if x.shape[0]:
        with nogil:
            function(&x[0], &out[0], x.shape[0])


def exp(const double[::1] x, double[::1] out):
    """out[i] = exp(x[i])."""
    over_array(exp_map, x, out)


def sigmoid(const double[::1] x, double[::1] out):
    """out[i] = 1 / (1 + exp(-x[i]))."""
    over_array(sigmoid_map, x, out)


def log_expit(const double[::1] x, double[::1] out):
    """out[i] = log(1 / (1 + exp(-x[i])))."""
    over_array(log_expit_map, x, out)


def logit(const double[::1] x, double[::1] out):
    """out[i] = log(x[i] / (1 - x[i]))."""
    over_array(logit_map, x, out)


def tanh(const double[::1] x, double[::1] out):
    """out[i] = tanh(x[i])."""
    over_array(tanh_map, x, out)


def softplus(const double[::1] x, double[::1] out):
    """out[i] = log(1 + exp(x[i]))."""
    over_array(softplus_map, x, out)


def arctangent(const double[::1] x, double[::1] out):
    """out[i] = arctan(x[i]) for x[i] from 0 to 1."""
    over_array(arctangent_map, x, out)


def relu(const double[::1] x, double[::1] out):
    """out[i] = max(x[i], 0)."""
    over_array(relu_map, x, out)


def step(const double[::1] x, double[::1] out):
    """out[i] = 1 where x[i] >= 0, otherwise 0."""
    over_array(step_map, x, out)


def sign(const double[::1] x, double[::1] out):
    """out[i] = -1, 0 or 1."""
    over_array(sign_map, x, out)


cdef MapFunction maps[ACTIVATIONS]
maps[<int> EXP] = exp_map
maps[<int> SIGMOID] = sigmoid_map
maps[<int> LOG_EXPIT] = log_expit_map
maps[<int> LOGIT] = logit_map
maps[<int> TANH] = tanh_map
maps[<int> SOFTPLUS] = softplus_map
maps[<int> RELU] = relu_map
maps[<int> STEP] = step_map
maps[<int> SIGN] = sign_map


cdef void map_narrow(MapFunction function, bint halves, const char *x, char *out, Py_ssize_t n) noexcept nogil:
    """out[i] = function(x[i]), rounded once, for float32 or float16."""
    cdef float singles[PACKED]
    cdef double wide[PACKED]
    cdef const float *source
    cdef Py_ssize_t i, count, size = 2 if halves else sizeof(float)
    while n > 0:
        count = min(n, <Py_ssize_t> PACKED)
        source = <const float *> x
        if halves:
            f16_widen(singles, <const float16 *> x, count)
            source = singles
        for i in range(count):
            wide[i] = source[i]
        function(wide, wide, count)
        if halves:
            f16_round_all(<float16 *> out, wide, count)
        else:
            for i in range(count):
                (<float *> out)[i] = <float> wide[i]
        x += count * size
        out += count * size
        n -= count


cdef void apply_activation(int which, int dtype, const void *x, void *out, Py_ssize_t n) noexcept nogil:
    """out[i] = the activation of x[i], for contiguous and aligned float64, float32 or float16."""
    if dtype == FLOAT64:
        maps[which](<const double *> x, <double *> out, n)
    else:
        map_narrow(maps[which], dtype == FLOAT16, <const char *> x, <char *> out, n)


cdef double ones[PACKED]
cdef Py_ssize_t place
for place in range(PACKED):
    ones[place] = 1.0


cdef void softmax_of_row(double *row, Py_ssize_t n) noexcept nogil:
    """row = row / sum(row), for the exponentials of a row: their sum is their dot with ones."""
    cdef double total = dot_vectors(row, sizeof(double), &ones[0], sizeof(double) if n <= PACKED else 0, n)
    cdef Py_ssize_t i
    for i in range(n):
        row[i] /= total


def softmax(const double[:, ::1] X, double[:, ::1] out):
    """out[i] = exp(X[i] - max(X[i])) / the law's sum of these, for rows of up to 256 blocks."""
    cdef Py_ssize_t i, j, m = X.shape[0], n = X.shape[1]
    cdef double most
    if not m or not n:
        return
    with nogil:
        for i in range(m):
            most = greatest(&X[i, 0], n)
            for j in range(n):
                out[i, j] = X[i, j] - most
        exp_map(&out[0, 0], &out[0, 0], m * n)
        for i in range(m):
            softmax_of_row(&out[i, 0], n)


def add_bias(double[:, ::1] Z, const double[::1] b):
    """Z[i, j] += b[j]."""
    cdef Py_ssize_t i, j, m = Z.shape[0], n = Z.shape[1]
    if not m or not n:
        return
    with nogil:
        for i in range(m):
            for j in range(n):
                Z[i, j] += b[j]
