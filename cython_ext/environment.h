/* The floating-point environment of this thread: what the law counts on, and what some caller may have made of it.
 *
 * The law is round to nearest even, subnormal numbers kept, no traps. A library that was built with -ffast-math, or a
 * program that computes intervals, leaves another behind. To look costs a nanosecond or so. */
#ifndef ONEDOT_ENVIRONMENT_H
#define ONEDOT_ENVIRONMENT_H

#if defined(__x86_64__) || defined(_M_X64)

#include <xmmintrin.h>
/* MXCSR: bit 6 reads subnormals as zero, 7 to 12 mask traps, 13 and 14 round, 15 writes subnormals as zero; the rest
 * are flags that arithmetic raises. */
#define ENVIRONMENT_DEFAULT 0x1f80
#define ENVIRONMENT_CONTROL 0xffc0
static inline long long environment_in_use(void) { return _mm_getcsr(); }
static inline void set_environment(long long environment) { _mm_setcsr((unsigned)environment); }

#elif defined(__aarch64__) && (defined(__GNUC__) || defined(__clang__))

/* FPCR: bits 22 and 23 round; 0, 19 and 24 flush; 1 and 26 change what numbers are; 8 to 12 and 15 trap. */
#define ENVIRONMENT_DEFAULT 0
#define ENVIRONMENT_CONTROL 0x05c89f03
static inline long long environment_in_use(void) {
    long long environment;
    __asm__ volatile("mrs %0, fpcr" : "=r"(environment));
    return environment;
}
static inline void set_environment(long long environment) { __asm__ volatile("msr fpcr, %0" : : "r"(environment)); }

#else

#include <fenv.h>
#define ENVIRONMENT_DEFAULT FE_TONEAREST
#define ENVIRONMENT_CONTROL (~0LL)
static inline long long environment_in_use(void) { return fegetround(); }
static inline void set_environment(long long environment) { fesetround((int)environment); }

#endif

static inline int environment_is_default(long long environment) {
    return (environment & ENVIRONMENT_CONTROL) == ENVIRONMENT_DEFAULT;
}

#endif
