#pragma once
#include <stdint.h>

// Character properties by a two-stage table: 128 scalars a block, one 16-bit word a scalar.
//
//   bits 0-2   class: 0 separator, 1 space, 2 line break, 3 letter, 4 digit, 5 symbol,
//              6 letter of a script written without spaces, 7 ignored (format characters, variation selectors)
//   bits 3-7   script (the order is in docs/features.md)
//   bits 8-15  index of the distance to the folded scalar (width, digit, then simple case folding)

extern const uint16_t tasktype_unicode_blocks[0x110000 / 128];
extern const uint16_t tasktype_unicode_properties[];
extern const int32_t tasktype_unicode_fold_deltas[256];

/// Properties of a scalar below 0x110000.
static inline uint16_t tasktype_unicode_lookup(uint32_t scalar) {
    return tasktype_unicode_properties[(uint32_t)tasktype_unicode_blocks[scalar >> 7] << 7 | (scalar & 127)];
}

/// The scalar after width, digit and simple case folding, given its properties.
static inline uint32_t tasktype_unicode_fold(uint32_t scalar, uint16_t properties) {
    return (uint32_t)((int32_t)scalar + tasktype_unicode_fold_deltas[properties >> 8]);
}
