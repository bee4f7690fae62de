/* A word that one thread sets while others read it without a lock, as they do where there is no GIL: a reader finds the
 * old value or the new one, and what a pointer points to is whole before it is seen. A plain move on x86. */
#ifndef ONEDOT_ATOMIC_H
#define ONEDOT_ATOMIC_H

#ifdef _MSC_VER /* its words are read and written whole */
#include <windows.h>
#define ATOMIC_LOAD(place) (*(place))
#define ATOMIC_STORE(place, value) (MemoryBarrier(), *(place) = (value), MemoryBarrier())
#else
#define ATOMIC_LOAD(place) __atomic_load_n(place, __ATOMIC_ACQUIRE)
#define ATOMIC_STORE(place, value) __atomic_store_n(place, value, __ATOMIC_RELEASE)
#endif

#endif
