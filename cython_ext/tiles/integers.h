/* Sums of products of integers, exactly: a sum of any length is kept in 192 bits, and nothing overflows before.
 *
 * INTEGER_BLOCK products of one type are summed by integer_tiles.h, which says for each type why they fit.
 */
#ifndef ONEDOT_INTEGERS_H
#define ONEDOT_INTEGERS_H

#include <stdint.h>

#include "halves.h"
#include "wide_integers.h"

/* 2^15 products of 8 bits fit 31 bits even if one lane takes all of them: 2^15 * 255 * 255 < 2^31. */
#define INTEGER_BLOCK (1 << 15)
#define GATHERED 512 /* elements gathered at a time, where they do not lie ready: both buffers stay in L1 */

#define ROW(a, row, r) ((const TYPE *)((const char *)(a) + (r) * (row)))

/* Of 8 bits: whole products are summed. Of 16 and 32 bits: the upper halves of the products on their own, as 2^15
 * halves of 16 bits fit 31 and 32 bits, and of 32 bits fit 64. */
#if INTEGER_PAIRS
#define ROWS "pair_rows.h"
#else
#define ROWS "integer_rows.h"
#endif
#define TYPE int8_t
#define PRODUCT int16_t
#define SUM int32_t
#define NAME(x) i8_##x
#include "byte_tiles.h"
#include ROWS
#undef NAME
#undef PRODUCT
#undef TYPE
#define TYPE uint8_t
#define PRODUCT uint16_t
#define NAME(x) u8_##x
#include "byte_tiles.h"
#include ROWS
#undef NAME
#undef PRODUCT
#undef TYPE

#define HALF_BITS 16
#define WHOLE uint32_t
#define TYPE int16_t
#define PRODUCT int32_t
#define NAME(x) i16_##x
#if INTEGER_PAIRS
#include "pair_tiles.h"
#else
#include "integer_tiles.h"
#endif
#include ROWS
#undef NAME
#undef PRODUCT
#undef TYPE
#undef SUM
#define TYPE uint16_t
#define PRODUCT uint32_t
#define SUM uint32_t
#define NAME(x) u16_##x
#include "integer_tiles.h"
#include "integer_rows.h"
#undef NAME
#undef SUM
#undef PRODUCT
#undef TYPE
#undef WHOLE
#undef HALF_BITS

#define HALF_BITS 32
#define WHOLE uint64_t
#define TYPE int32_t
#define PRODUCT int64_t
#define SUM int64_t
#define NAME(x) i32_##x
#include "integer_tiles.h"
#include "integer_rows.h"
#undef NAME
#undef SUM
#undef PRODUCT
#undef TYPE
#define TYPE uint32_t
#define PRODUCT uint64_t
#define SUM uint64_t
#define NAME(x) u32_##x
#include "integer_tiles.h"
#include "integer_rows.h"
#undef NAME
#undef SUM
#undef PRODUCT
#undef TYPE
#undef WHOLE
#undef HALF_BITS
#undef ROWS
#undef ROW

#endif
