/* An integer of 192 bits, in which sums of products of 64-bit integers are kept. */
#ifndef ONEDOT_INT192_H
#define ONEDOT_INT192_H

#include <stdint.h>

/* low + middle * 2^64 + high * 2^128. Products are below 2^128, so it takes 2^63 of them to overflow. */
typedef struct { uint64_t low, middle; int64_t high; } int192;

static inline void add_words(int192 *sum, uint64_t low, uint64_t middle, int64_t high) {
    sum->low += low;
    const uint64_t carry = sum->low < low, with_carry = middle + carry;
    sum->middle += with_carry;
    sum->high += high + (sum->middle < with_carry) + (with_carry < carry);
}

/* Whether a sum fits int64, which its lowest word then is. */
static inline int fits_int64(const int192 *sum) {
    const uint64_t sign = 0 - (sum->low >> 63);
    return sum->middle == sign && (uint64_t)sum->high == sign;
}

#endif
