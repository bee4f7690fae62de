/* Registers of one double, for a compiler without vector types: it vectorises what it can by itself. */

#define f64_width 1
#define q64_width 1
#define f32_width 1
#define f64_rows 1
#define q64_rows 1
#define f32_rows 1
#define MR 2
#define NR 2
typedef double f64_reg;
typedef double q64_reg;
typedef double f32_reg;

INLINE f64_reg f64_load(const double *p) { return *p; }
INLINE q64_reg q64_load(const double *p) { return *p; }
INLINE f32_reg f32_load(const float *p) { return *p; }
INLINE f64_reg f64_load_part(const double *p, ptrdiff_t n) { (void)n; return *p; }
INLINE q64_reg q64_load_part(const double *p, ptrdiff_t n) { (void)n; return *p; }
INLINE f32_reg f32_load_part(const float *p, ptrdiff_t n) { (void)n; return *p; }
INLINE f64_reg f64_load_up_to(const double *p, ptrdiff_t n) { return n > 0 ? *p : 0; }
INLINE q64_reg q64_load_up_to(const double *p, ptrdiff_t n) { return f64_load_up_to(p, n); }
INLINE f32_reg f32_load_up_to(const float *p, ptrdiff_t n) { return n > 0 ? *p : 0; }
INLINE f32_reg f32_multiply_add(f32_reg sum, f32_reg x, f32_reg y) { return sum + x * y; }
INLINE double f64_fold(f64_reg v) { return v; }
INLINE double q64_fold(q64_reg v) { return v; }
INLINE double f32_fold(f32_reg v) { return v; }
INLINE f64_reg f64_fold_each(const f64_reg *v) { return *v; }
INLINE q64_reg q64_fold_each(const q64_reg *v) { return *v; }
INLINE f32_reg f32_fold_each(const f32_reg *v) { return *v; }
INLINE void q64_transpose(q64_reg *v) { (void)v; }

/* Choices by comparisons, which are all false for NaN. */
typedef int f64_mask;
INLINE f64_mask f64_less(f64_reg a, f64_reg b) { return a < b; }
INLINE f64_reg f64_where(f64_mask mask, f64_reg a, f64_reg b) { return mask ? a : b; }
INLINE f64_reg f64_lesser(f64_reg a, f64_reg b) { return a < b ? a : b; }
INLINE f64_reg f64_greater(f64_reg a, f64_reg b) { return a > b ? a : b; }
#define FUSED 0 /* there is no x * y + z rounded once */
typedef uint64_t f64_bits;
typedef f64_bits f32_bits;
INLINE uint64_t f64_any(f64_bits v) { return v; }
INLINE uint64_t f32_any(f32_bits v) { return v; }
INLINE f64_reg f64_larger(f64_reg peak, f64_reg v) {
    const double size = v < 0.0 ? -v : v;
    return size > peak ? size : peak;
}
INLINE f32_reg f32_larger(f32_reg peak, f32_reg v) { return f64_larger(peak, v); }
#define f64_gathered(w, c) ((w)[(c)[0]])
#define f64_widened(x) ((double)(x)[0])
