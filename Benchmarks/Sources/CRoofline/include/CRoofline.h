#pragma once
#include <stddef.h>
#include <stdint.h>

// The least work that a request could cost: its weights loaded and added, its bytes read, and nothing else.

/// How the weights of a table are stored.
enum roofline_storage { roofline_int8, roofline_int4, roofline_float };

/// The rows of one table that a request adds: out[k] += factor * Σ_i ± scales[row_i >> shift] * weights[row_i, k].
typedef struct {
    enum roofline_storage storage;
    const void *weights;
    /// A scale for each block of 1 << shift rows; floats have none.
    const float *scales;
    unsigned shift;
    size_t width;
    /// row << 1 | negative, in the order of additions.
    const uint32_t *slots;
    size_t count;
    float factor;
    /// Where the sums are added.
    float *out;
} roofline_rows;

/// Loads and adds the rows of `count` tables. Rows of four int8 weights, one load each, go to four partial sums, as the
/// engine adds them; all others to one.
void roofline_gather(const roofline_rows *tables, size_t count);

/// Sum of all bytes of a text.
uint64_t roofline_sum_bytes(const uint8_t *bytes, size_t count);

/// Reads a byte of every cache line of a buffer; where it is larger than the last cache, nothing else stays cached.
uint64_t roofline_walk(const uint8_t *buffer, size_t count);

/// Size of the last-level cache in bytes, 0 where the system does not tell.
size_t roofline_last_cache(void);

/// Nanoseconds of a clock that never goes back.
uint64_t roofline_now(void);
