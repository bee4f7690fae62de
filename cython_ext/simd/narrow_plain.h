/* What simd/narrow.h has, in plain C: the compiler vectorises it as well as it can. */

#define HALF_PRODUCTS 0
#define INTEGER_PAIRS 0
#define f16_chunk 32
#define bf16_chunk 32

INLINE void f16_widen_chunk(float *out, const half *x) {
    for (int i = 0; i < f16_chunk; i++) out[i] = f16_value(x[i]);
}
INLINE void bf16_widen_chunk(float *out, const brain *x) {
    for (int i = 0; i < bf16_chunk; i++) out[i] = bf16_value(x[i]);
}
