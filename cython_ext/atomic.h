/* A word that one thread sets while others read it without a lock, as they do where there is no GIL: a reader finds the
 * old value or the new one, and what a pointer points to is whole before it is seen. A plain move on x86. */
#ifndef ONEDOT_ATOMIC_H
#define ONEDOT_ATOMIC_H

#if defined(_MSC_VER) && !defined(__clang__) /* its words are read and written whole */
#include <intrin.h> /* and not windows.h, which leaves nothing of names such as near and far */
#if defined(_M_ARM64)
#define ATOMIC_FENCE() __dmb(_ARM64_BARRIER_ISH)
#else
#define ATOMIC_FENCE() _ReadWriteBarrier()
#endif
#define ATOMIC_LOAD(place) (*(place))
#define ATOMIC_STORE(place, value) (ATOMIC_FENCE(), *(place) = (value), ATOMIC_FENCE())
#define ATOMIC_EXCHANGE(place, value) _InterlockedExchangePointer(place, value)
#else
#define ATOMIC_LOAD(place) __atomic_load_n(place, __ATOMIC_ACQUIRE)
#define ATOMIC_STORE(place, value) __atomic_store_n(place, value, __ATOMIC_RELEASE)
#define ATOMIC_EXCHANGE(place, value) __atomic_exchange_n(place, value, __ATOMIC_ACQ_REL)
#endif

#endif
