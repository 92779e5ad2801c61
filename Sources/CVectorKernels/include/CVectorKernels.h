#pragma once
#include <stddef.h>
#include <stdint.h>

// Kernels over contiguous memory. Every variant of a kernel adds in the order that its comment states and
// without fused multiply-add, so all processors give the same bits.

/// Sums of selected rows of an int8 table: out[k] += factor * Σ_i sign_i * scales[row_i >> block_shift] * q[row_i * width + k].
///
/// A slot is row << 1 | negative. Up to 16 columns: row i goes to partial sum i mod 4, added as (p0 + p1) + (p2 + p3);
/// more columns: one partial sum. `out` has `width` elements.
void tasktype_sum_rows_int8(const int8_t *q, const float *scales, unsigned block_shift, size_t width,
                            const uint32_t *slots, size_t count, float factor, float *out);

/// The same over a float table without scales.
void tasktype_sum_rows_float(const float *weights, size_t width, const uint32_t *slots, size_t count,
                             float factor, float *out);

/// The same over a table of 4-bit weights: a row is (width + 1) / 2 bytes, column k the lower half of byte k / 2 where k is
/// even and the upper half where it is odd, in two's complement.
void tasktype_sum_rows_int4(const uint8_t *q, const float *scales, unsigned block_shift, size_t width,
                            const uint32_t *slots, size_t count, float factor, float *out);

// Tables that keep some of their rows. `index` has two words for each 64 buckets: which of them are kept, a bit each
// from the lowest on, and the number of rows kept before them. A table holds the kept rows in the order of their buckets,
// and at least one row. Every slot counts in the order of additions, also that of a row that is not kept: it adds
// zeros, so the sums are those of the whole table to the bit.

/// tasktype_sum_rows_int8 over the kept rows; block_shift divides kept rows, not buckets.
void tasktype_sum_kept_rows_int8(const int8_t *q, const float *scales, unsigned block_shift, size_t width,
                                 const uint64_t *index, const uint32_t *slots, size_t count, float factor, float *out);

/// tasktype_sum_rows_int4 over the kept rows; block_shift divides kept rows, not buckets.
void tasktype_sum_kept_rows_int4(const uint8_t *q, const float *scales, unsigned block_shift, size_t width,
                                 const uint64_t *index, const uint32_t *slots, size_t count, float factor, float *out);

/// tasktype_sum_rows_float over the kept rows.
void tasktype_sum_kept_rows_float(const float *weights, size_t width, const uint64_t *index, const uint32_t *slots,
                                  size_t count, float factor, float *out);

/// The transpose: weights[row_i * width + k] += sign_i * factor * values[k] for every slot, in order.
void tasktype_add_to_rows(float *weights, size_t width, const uint32_t *slots, size_t count, float factor,
                          const float *values);

/// weights[row_i * width + k] += sign_i * factor * row_factors[row_i] * values[k] for every slot, in order.
void tasktype_add_to_weighed_rows(float *weights, size_t width, const float *row_factors, const uint32_t *slots,
                                  size_t count, float factor, const float *values);

/// sum[i] += x[i].
void tasktype_add(float *sum, const float *x, size_t count);

/// out[k] += Σ_j coefficients[j] * weights[j * width + k], in the order of j.
void tasktype_sum_scaled_rows(const float *weights, size_t rows, size_t width, const float *coefficients,
                              float *out);

/// Number of keys whose bit (key & mask) is set in a bitmap of 8 * bytes bits, a power of two.
size_t tasktype_count_set_bits(const uint8_t *bitmap, uint32_t mask, const uint32_t *keys, size_t count);

/// Counts of byte classes.
typedef struct {
    size_t digits, capitals, punctuation, code_symbols, spaces, line_feeds, non_ascii, dollars, equals;
} tasktype_byte_counts;

/// Counts the classes of `count` bytes at memory speed.
tasktype_byte_counts tasktype_count_bytes(const uint8_t *bytes, size_t count);
