/* Integers of 64 bits as binary64, with a look at whether it holds them: as most are small, by additions of whole words.
 *
 * The bits of 1.5 * 2^52 plus an integer below 2^51 are those of a sum of the two, so that less 1.5 * 2^52 is the integer.
 * That vectorizes without AVX-512, where the conversion of one takes as long as four of these. */
#ifndef ONEDOT_WIDENED_H
#define ONEDOT_WIDENED_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Whether all n integers are below 2^51 in magnitude; out is theirs where they are. */
static inline int widen_small(const int64_t *v, double *out, ptrdiff_t n) {
    const uint64_t shift = UINT64_C(0x4338000000000000), half = UINT64_C(1) << 51;
    uint64_t beyond = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
        const uint64_t word = (uint64_t)v[i], bits = word + shift;
        double sum;
        memcpy(&sum, &bits, sizeof sum);
        out[i] = sum - 6755399441055744.0;
        beyond |= word + half;
    }
    return beyond >> 52 == 0;
}

#endif
