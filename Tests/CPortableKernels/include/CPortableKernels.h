#pragma once
#include <stddef.h>
#include <stdint.h>

// The kernels as processors without vector extensions of their own run them, to be compared with those that this
// processor chose.
void portable_sum_rows_int8(const int8_t *q, const float *scales, unsigned block_shift, size_t width,
                            const uint32_t *slots, size_t count, float factor, float *out);
void portable_sum_rows_float(const float *weights, size_t width, const uint32_t *slots, size_t count,
                             float factor, float *out);
void portable_sum_rows_int4(const uint8_t *q, const float *scales, unsigned block_shift, size_t width,
                            const uint32_t *slots, size_t count, float factor, float *out);
void portable_sum_kept_rows_int8(const int8_t *q, const float *scales, unsigned block_shift, size_t width,
                                 const uint64_t *index, const uint32_t *slots, size_t count, float factor, float *out);
void portable_sum_kept_rows_int4(const uint8_t *q, const float *scales, unsigned block_shift, size_t width,
                                 const uint64_t *index, const uint32_t *slots, size_t count, float factor, float *out);
void portable_sum_kept_rows_float(const float *weights, size_t width, const uint64_t *index, const uint32_t *slots,
                                  size_t count, float factor, float *out);
