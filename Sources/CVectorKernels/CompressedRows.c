#include "CVectorKernels.h"
#include "Clones.h"

#pragma STDC FP_CONTRACT OFF

// Tables that are smaller than a row of bytes a bucket: 4-bit weights, and tables that keep some of their rows only.
// Each body below is written once and compiled with and without an index of the kept rows; the order of additions is
// that of the plain tables, so a row that is not kept counts as a row of zeros, to the bit.

#define INLINE static inline __attribute__((always_inline))

typedef float float4 __attribute__((ext_vector_type(4)));
typedef uint32_t uint4 __attribute__((ext_vector_type(4)));
typedef int32_t int4 __attribute__((ext_vector_type(4)));
typedef int8_t char4 __attribute__((ext_vector_type(4)));

// Where a slot's weights are, and what they are multiplied with: ± the scale, 0 for a row that is not kept.
typedef struct {
    size_t row;
    float factor;
} place;

INLINE place locate(const uint64_t *index, const float *scales, unsigned block_shift, uint32_t slot) {
    const uint32_t bucket = slot >> 1;
    size_t row = bucket;
    uint32_t kept = ~(uint32_t)0;
    if (index) {
        const uint64_t bits = index[2 * (size_t)(bucket >> 6)], first = index[2 * (size_t)(bucket >> 6) + 1];
        const uint64_t bit = (uint64_t)1 << (bucket & 63);
        kept = -(uint32_t)(bits >> (bucket & 63) & 1);
        // A row that is not kept reads row 0, which stays in the cache, times 0.
        row = (first + (uint64_t)__builtin_popcountll(bits & (bit - 1))) & (uint64_t)(int64_t)(int32_t)kept;
    }
    union {
        float value;
        uint32_t bits;
    } factor = {.value = scales ? scales[row >> block_shift] : 1.0f};
    factor.bits = (factor.bits ^ slot << 31) & kept;
    return (place){row, factor.value};
}

INLINE float4 char_row_4(const int8_t *q, size_t row) {
    char4 bytes;
    __builtin_memcpy(&bytes, q + row * 4, 4);
    return __builtin_convertvector(bytes, float4);
}

INLINE float4 float_row_4(const float *weights, size_t row) {
    float4 values;
    __builtin_memcpy(&values, weights + row * 4, sizeof values);
    return values;
}

// Two bytes hold four weights; the first is in the lowest bits. Shifted to the top and down again, they keep their sign.
INLINE float4 nibble_row_4(const uint8_t *q, size_t row) {
    uint16_t word;
    __builtin_memcpy(&word, q + row * 2, 2);
    const uint4 shifts = {28, 24, 20, 16};
    const uint4 all = (uint4)(uint32_t)word;
    return __builtin_convertvector((int4)(all << shifts) >> 28, float4);
}

INLINE float low_nibble(uint8_t byte) { return (float)((int8_t)(byte << 4) >> 4); }
INLINE float high_nibble(uint8_t byte) { return (float)((int8_t)byte >> 4); }

// Four columns.
#define SUM_4(ROW)                                                                                                 \
    float4 p0 = 0, p1 = 0, p2 = 0, p3 = 0;                                                                         \
    size_t i = 0;                                                                                                  \
    for (; i + 4 <= count; i += 4) {                                                                               \
        const place a = locate(index, scales, block_shift, slots[i]);                                              \
        const place b = locate(index, scales, block_shift, slots[i + 1]);                                          \
        const place c = locate(index, scales, block_shift, slots[i + 2]);                                          \
        const place d = locate(index, scales, block_shift, slots[i + 3]);                                          \
        p0 += a.factor * ROW(q, a.row);                                                                            \
        p1 += b.factor * ROW(q, b.row);                                                                            \
        p2 += c.factor * ROW(q, c.row);                                                                            \
        p3 += d.factor * ROW(q, d.row);                                                                            \
    }                                                                                                              \
    float4 partial[4] = {p0, p1, p2, p3};                                                                          \
    for (; i < count; i++) {                                                                                       \
        const place at = locate(index, scales, block_shift, slots[i]);                                             \
        partial[i & 3] += at.factor * ROW(q, at.row);                                                              \
    }                                                                                                              \
    const float4 sum = (partial[0] + partial[1]) + (partial[2] + partial[3]);                                      \
    for (size_t k = 0; k < 4; k++) out[k] += factor * sum[k];

// Up to 16 columns, four partial sums.
#define SUM_FEW(TYPE, STRIDE, VALUE)                                                                               \
    float partial[4][16] = {{0}};                                                                                  \
    for (size_t i = 0; i < count; i++) {                                                                           \
        const place at = locate(index, scales, block_shift, slots[i]);                                             \
        const TYPE *values = q + at.row * (STRIDE);                                                                \
        float *sum = partial[i & 3];                                                                               \
        for (size_t k = 0; k < width; k++) sum[k] += at.factor * VALUE(values, k);                                 \
    }                                                                                                              \
    for (size_t k = 0; k < width; k++)                                                                             \
        out[k] += factor * ((partial[0][k] + partial[1][k]) + (partial[2][k] + partial[3][k]));

// Many columns, in blocks of 64 whose sums stay in registers or first-level cache.
#define SUM_MANY(TYPE, VALUE)                                                                                      \
    for (size_t first = 0; first < width; first += 64) {                                                           \
        const size_t columns = width - first < 64 ? width - first : 64;                                            \
        float sum[64] = {0};                                                                                       \
        for (size_t i = 0; i < count; i++) {                                                                       \
            const place at = locate(index, scales, block_shift, slots[i]);                                         \
            const TYPE *values = q + at.row * width + first;                                                       \
            if (columns == 64)                                                                                     \
                for (size_t k = 0; k < 64; k++) sum[k] += at.factor * VALUE(values, k);                            \
            else                                                                                                   \
                for (size_t k = 0; k < columns; k++) sum[k] += at.factor * VALUE(values, k);                       \
        }                                                                                                          \
        for (size_t k = 0; k < columns; k++) out[first + k] += factor * sum[k];                                    \
    }

#define PLAIN(values, k) (float)(values)[k]
#define NIBBLE(values, k) ((k) & 1 ? high_nibble((values)[(k) >> 1]) : low_nibble((values)[(k) >> 1]))

INLINE void sum_int8(const int8_t *q, const float *scales, unsigned block_shift, size_t width, const uint64_t *index,
                     const uint32_t *slots, size_t count, float factor, float *out) {
    if (width == 4) {
        SUM_4(char_row_4)
    } else if (width <= 16) {
        SUM_FEW(int8_t, width, PLAIN)
    } else {
        SUM_MANY(int8_t, PLAIN)
    }
}

INLINE void sum_float(const float *q, size_t width, const uint64_t *index, const uint32_t *slots, size_t count,
                      float factor, float *out) {
    const float *scales = 0;
    const unsigned block_shift = 0;
    if (width == 4) {
        SUM_4(float_row_4)
    } else if (width <= 16) {
        SUM_FEW(float, width, PLAIN)
    } else {
        SUM_MANY(float, PLAIN)
    }
}

INLINE void sum_int4(const uint8_t *q, const float *scales, unsigned block_shift, size_t width, const uint64_t *index,
                     const uint32_t *slots, size_t count, float factor, float *out) {
    const size_t stride = (width + 1) / 2;
    if (width == 4) {
        SUM_4(nibble_row_4)
        return;
    }
    if (width <= 16) {
        SUM_FEW(uint8_t, stride, NIBBLE)
        return;
    }
    // Sums of even and odd columns apart: a block of 32 bytes then needs no interleaving until its end.
    for (size_t first = 0; first < stride; first += 32) {
        const size_t bytes = stride - first < 32 ? stride - first : 32;
        float even[32] = {0}, odd[32] = {0};
        for (size_t i = 0; i < count; i++) {
            const place at = locate(index, scales, block_shift, slots[i]);
            const uint8_t *values = q + at.row * stride + first;
            if (bytes == 32) {
                for (size_t j = 0; j < 32; j++) even[j] += at.factor * low_nibble(values[j]);
                for (size_t j = 0; j < 32; j++) odd[j] += at.factor * high_nibble(values[j]);
            } else {
                for (size_t j = 0; j < bytes; j++) even[j] += at.factor * low_nibble(values[j]);
                for (size_t j = 0; j < bytes; j++) odd[j] += at.factor * high_nibble(values[j]);
            }
        }
        for (size_t j = 0; j < bytes; j++) {
            const size_t column = 2 * (first + j);
            out[column] += factor * even[j];
            if (column + 1 < width) out[column + 1] += factor * odd[j];
        }
    }
}

CLONES
void tasktype_sum_rows_int4(const uint8_t *q, const float *scales, unsigned block_shift, size_t width,
                            const uint32_t *slots, size_t count, float factor, float *out) {
    sum_int4(q, scales, block_shift, width, 0, slots, count, factor, out);
}

CLONES
void tasktype_sum_kept_rows_int4(const uint8_t *q, const float *scales, unsigned block_shift, size_t width,
                                 const uint64_t *index, const uint32_t *slots, size_t count, float factor, float *out) {
    sum_int4(q, scales, block_shift, width, index, slots, count, factor, out);
}

CLONES
void tasktype_sum_kept_rows_int8(const int8_t *q, const float *scales, unsigned block_shift, size_t width,
                                 const uint64_t *index, const uint32_t *slots, size_t count, float factor, float *out) {
    sum_int8(q, scales, block_shift, width, index, slots, count, factor, out);
}

CLONES
void tasktype_sum_kept_rows_float(const float *weights, size_t width, const uint64_t *index, const uint32_t *slots,
                                  size_t count, float factor, float *out) {
    sum_float(weights, width, index, slots, count, factor, out);
}
