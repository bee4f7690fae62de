/* Which x86-64 level this CPU and its operating system run: 1 to 4 as the psABI numbers them, 0 elsewhere; and what else it
 * has that kernels of a level take where they find it. */
#ifndef ONEDOT_CPU_H
#define ONEDOT_CPU_H

#if defined(__x86_64__) || defined(_M_X64)

#if defined(_MSC_VER) && !defined(__clang__)
#include <intrin.h>
static void cpuid(unsigned leaf, unsigned subleaf, unsigned r[4]) { __cpuidex((int *)r, (int)leaf, (int)subleaf); }
static unsigned saved_state(void) { return (unsigned)_xgetbv(0); }
#else
#include <cpuid.h>
static void cpuid(unsigned leaf, unsigned subleaf, unsigned r[4]) {
    __cpuid_count(leaf, subleaf, r[0], r[1], r[2], r[3]);
}
static unsigned saved_state(void) {
    unsigned low, high;
    __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}
#endif

static int all_set(unsigned bits, unsigned wanted) { return (bits & wanted) == wanted; }

static int x86_64_level(void) {
    enum { EAX, EBX, ECX };
    unsigned r[4];
    cpuid(0, 0, r);
    const unsigned last = r[EAX];
    cpuid(1, 0, r);
    /* SSE3, SSSE3, CMPXCHG16B, SSE4.1, SSE4.2, POPCNT */
    if (!all_set(r[ECX], 1u << 0 | 1u << 9 | 1u << 13 | 1u << 19 | 1u << 20 | 1u << 23)) return 1;
    /* FMA, MOVBE, XSAVE in use (OSXSAVE), AVX, F16C */
    if (last < 7 || !all_set(r[ECX], 1u << 12 | 1u << 22 | 1u << 27 | 1u << 28 | 1u << 29)) return 2;
    const unsigned state = saved_state();
    if (!all_set(state, 0x6)) return 2; /* the system saves xmm and ymm */
    cpuid(7, 0, r);
    const unsigned leaf7 = r[EBX];
    cpuid(0x80000000u, 0, r);
    if (r[EAX] < 0x80000001u) return 2;
    cpuid(0x80000001u, 0, r);
    /* BMI1, AVX2, BMI2; LZCNT */
    if (!all_set(leaf7, 1u << 3 | 1u << 5 | 1u << 8) || !all_set(r[ECX], 1u << 5)) return 2;
    /* AVX-512 F, DQ, CD, BW, VL; the system saves opmask and zmm */
    if (!all_set(leaf7, 1u << 16 | 1u << 17 | 1u << 28 | 1u << 30 | 1u << 31) || !all_set(state, 0xe6)) return 3;
    return 4;
}

/* Whether this CPU has the dots of bytes that kernels of a level can take: AVX-512 VNNI those of 4, AVX-VNNI those of 3. */
static int byte_dots(int level) {
    enum { EAX, EBX, ECX };
    unsigned r[4];
    if (level < 3 || x86_64_level() < level) return 0;
    cpuid(7, 0, r);
    if (level == 4) return r[ECX] >> 11 & 1;
    if (r[EAX] < 1) return 0; /* of its parts, none follows the first */
    cpuid(7, 1, r);
    return r[EAX] >> 4 & 1;
}

/* Whether rows of float32 are best widened eight floats at a time: on CPUs of Intel, "GenuineIntel", of level 4. */
static int x86_64_wide_floats(void) {
    unsigned r[4];
    if (x86_64_level() < 4) return 0;
    cpuid(0, 0, r);
    return r[1] == 0x756e6547 && r[3] == 0x49656e69 && r[2] == 0x6c65746e;
}

#else
static int x86_64_level(void) { return 0; }
#if defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
static int byte_dots(int level) { return level == 0 && getauxval(AT_HWCAP) >> 20 & 1; } /* ASIMDDP: SDOT and UDOT */
#elif defined(__ARM_FEATURE_DOTPROD)
static int byte_dots(int level) { return level == 0; }
#else
static int byte_dots(int level) { (void)level; return 0; }
#endif
static int x86_64_wide_floats(void) { return 0; }
#endif

#if defined(__clang__)
#define COMPILER "Clang " __clang_version__
#elif defined(__GNUC__)
#define COMPILER "GCC " __VERSION__
#elif defined(_MSC_VER)
#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)
#define COMPILER "MSVC " TEXT(_MSC_FULL_VER)
#else
#define COMPILER "unknown"
#endif

#endif
