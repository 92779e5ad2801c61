#include "CVectorKernels.h"
#include "Clones.h"

#pragma STDC FP_CONTRACT OFF

typedef float float4 __attribute__((ext_vector_type(4)));
typedef uint32_t uint4 __attribute__((ext_vector_type(4)));
typedef int8_t char4 __attribute__((ext_vector_type(4)));

static inline float signed_scale(float scale, uint32_t slot) { return slot & 1 ? -scale : scale; }

// Four columns: a row is one 32-bit load. Signs are applied to the bits of the scales, four slots at a time.
CLONES
static void sum_rows_int8_4(const int8_t *q, const float *scales, unsigned block_shift, const uint32_t *slots,
                            size_t count, float factor, float *out) {
    float4 p0 = 0, p1 = 0, p2 = 0, p3 = 0;
    size_t i = 0;
    for (; i + 4 <= count; i += 4) {
        uint4 slot;
        __builtin_memcpy(&slot, slots + i, sizeof slot);
        const uint4 row = slot >> 1;
        const uint4 block = row >> block_shift;
        float4 scale = {scales[block[0]], scales[block[1]], scales[block[2]], scales[block[3]]};
        scale = (float4)((uint4)scale ^ slot << 31);
        char4 a, b, c, d;
        __builtin_memcpy(&a, q + (size_t)row[0] * 4, 4);
        __builtin_memcpy(&b, q + (size_t)row[1] * 4, 4);
        __builtin_memcpy(&c, q + (size_t)row[2] * 4, 4);
        __builtin_memcpy(&d, q + (size_t)row[3] * 4, 4);
        p0 += scale.xxxx * __builtin_convertvector(a, float4);
        p1 += scale.yyyy * __builtin_convertvector(b, float4);
        p2 += scale.zzzz * __builtin_convertvector(c, float4);
        p3 += scale.wwww * __builtin_convertvector(d, float4);
    }
    float4 partial[4] = {p0, p1, p2, p3};
    for (; i < count; i++) {
        const uint32_t slot = slots[i];
        const size_t row = slot >> 1;
        char4 bytes;
        __builtin_memcpy(&bytes, q + row * 4, 4);
        partial[i & 3] += signed_scale(scales[row >> block_shift], slot) * __builtin_convertvector(bytes, float4);
    }
    const float4 sum = (partial[0] + partial[1]) + (partial[2] + partial[3]);
    for (size_t k = 0; k < 4; k++) out[k] += factor * sum[k];
}

CLONES
static void sum_rows_int8_few(const int8_t *q, const float *scales, unsigned block_shift, size_t width,
                              const uint32_t *slots, size_t count, float factor, float *out) {
    float partial[4][16] = {{0}};
    for (size_t i = 0; i < count; i++) {
        const uint32_t slot = slots[i];
        const size_t row = slot >> 1;
        const float scale = signed_scale(scales[row >> block_shift], slot);
        const int8_t *values = q + row * width;
        float *sum = partial[i & 3];
        for (size_t k = 0; k < width; k++) sum[k] += scale * (float)values[k];
    }
    for (size_t k = 0; k < width; k++)
        out[k] += factor * ((partial[0][k] + partial[1][k]) + (partial[2][k] + partial[3][k]));
}

// Many columns: blocks of 64, so that a block's sums stay in registers or first-level cache.
CLONES
static void sum_rows_int8_many(const int8_t *q, const float *scales, unsigned block_shift, size_t width,
                               const uint32_t *slots, size_t count, float factor, float *out) {
    for (size_t first = 0; first < width; first += 64) {
        const size_t columns = width - first < 64 ? width - first : 64;
        float sum[64] = {0};
        for (size_t i = 0; i < count; i++) {
            const uint32_t slot = slots[i];
            const size_t row = slot >> 1;
            const float scale = signed_scale(scales[row >> block_shift], slot);
            const int8_t *values = q + row * width + first;
            if (columns == 64)
                for (size_t k = 0; k < 64; k++) sum[k] += scale * (float)values[k];
            else
                for (size_t k = 0; k < columns; k++) sum[k] += scale * (float)values[k];
        }
        for (size_t k = 0; k < columns; k++) out[first + k] += factor * sum[k];
    }
}

void tasktype_sum_rows_int8(const int8_t *q, const float *scales, unsigned block_shift, size_t width,
                            const uint32_t *slots, size_t count, float factor, float *out) {
    if (width == 4)
        sum_rows_int8_4(q, scales, block_shift, slots, count, factor, out);
    else if (width <= 16)
        sum_rows_int8_few(q, scales, block_shift, width, slots, count, factor, out);
    else
        sum_rows_int8_many(q, scales, block_shift, width, slots, count, factor, out);
}

CLONES
static void sum_rows_float_few(const float *weights, size_t width, const uint32_t *slots, size_t count,
                               float factor, float *out) {
    float partial[4][16] = {{0}};
    for (size_t i = 0; i < count; i++) {
        const uint32_t slot = slots[i];
        const float sign = slot & 1 ? -1.0f : 1.0f;
        const float *values = weights + (size_t)(slot >> 1) * width;
        float *sum = partial[i & 3];
        for (size_t k = 0; k < width; k++) sum[k] += sign * values[k];
    }
    for (size_t k = 0; k < width; k++)
        out[k] += factor * ((partial[0][k] + partial[1][k]) + (partial[2][k] + partial[3][k]));
}

CLONES
static void sum_rows_float_many(const float *weights, size_t width, const uint32_t *slots, size_t count,
                                float factor, float *out) {
    for (size_t first = 0; first < width; first += 64) {
        const size_t columns = width - first < 64 ? width - first : 64;
        float sum[64] = {0};
        for (size_t i = 0; i < count; i++) {
            const uint32_t slot = slots[i];
            const float sign = slot & 1 ? -1.0f : 1.0f;
            const float *values = weights + (size_t)(slot >> 1) * width + first;
            for (size_t k = 0; k < columns; k++) sum[k] += sign * values[k];
        }
        for (size_t k = 0; k < columns; k++) out[first + k] += factor * sum[k];
    }
}

CLONES
static void add_to_rows_any(float *weights, size_t width, const uint32_t *slots, size_t count, float factor,
                            const float *values) {
    for (size_t i = 0; i < count; i++) {
        const uint32_t slot = slots[i];
        const float scale = signed_scale(factor, slot);
        float *row = weights + (size_t)(slot >> 1) * width;
        for (size_t k = 0; k < width; k++) row[k] += scale * values[k];
    }
}

static void add_to_rows_4(float *weights, const uint32_t *slots, size_t count, float factor, const float *values) {
    float4 v;
    __builtin_memcpy(&v, values, sizeof v);
    for (size_t i = 0; i < count; i++) {
        const uint32_t slot = slots[i];
        float4 row;
        __builtin_memcpy(&row, weights + (size_t)(slot >> 1) * 4, sizeof row);
        row += signed_scale(factor, slot) * v;
        __builtin_memcpy(weights + (size_t)(slot >> 1) * 4, &row, sizeof row);
    }
}

void tasktype_add_to_rows(float *weights, size_t width, const uint32_t *slots, size_t count, float factor,
                          const float *values) {
    if (width == 4)
        add_to_rows_4(weights, slots, count, factor, values);
    else
        add_to_rows_any(weights, width, slots, count, factor, values);
}

CLONES
static void add_to_weighed_rows_any(float *weights, size_t width, const float *row_factors, const uint32_t *slots,
                                    size_t count, float factor, const float *values) {
    for (size_t i = 0; i < count; i++) {
        const uint32_t slot = slots[i];
        const float scale = signed_scale(factor, slot) * row_factors[slot >> 1];
        float *row = weights + (size_t)(slot >> 1) * width;
        for (size_t k = 0; k < width; k++) row[k] += scale * values[k];
    }
}

static void add_to_weighed_rows_4(float *weights, const float *row_factors, const uint32_t *slots, size_t count,
                                  float factor, const float *values) {
    float4 v;
    __builtin_memcpy(&v, values, sizeof v);
    for (size_t i = 0; i < count; i++) {
        const uint32_t slot = slots[i];
        float4 row;
        __builtin_memcpy(&row, weights + (size_t)(slot >> 1) * 4, sizeof row);
        row += signed_scale(factor, slot) * row_factors[slot >> 1] * v;
        __builtin_memcpy(weights + (size_t)(slot >> 1) * 4, &row, sizeof row);
    }
}

void tasktype_add_to_weighed_rows(float *weights, size_t width, const float *row_factors, const uint32_t *slots,
                                  size_t count, float factor, const float *values) {
    if (width == 4)
        add_to_weighed_rows_4(weights, row_factors, slots, count, factor, values);
    else
        add_to_weighed_rows_any(weights, width, row_factors, slots, count, factor, values);
}

static void sum_rows_float_4(const float *weights, const uint32_t *slots, size_t count, float factor, float *out) {
    float4 partial[4] = {0, 0, 0, 0};
    for (size_t i = 0; i < count; i++) {
        const uint32_t slot = slots[i];
        float4 row;
        __builtin_memcpy(&row, weights + (size_t)(slot >> 1) * 4, sizeof row);
        partial[i & 3] += signed_scale(1.0f, slot) * row;
    }
    const float4 sum = (partial[0] + partial[1]) + (partial[2] + partial[3]);
    for (size_t k = 0; k < 4; k++) out[k] += factor * sum[k];
}

void tasktype_sum_rows_float(const float *weights, size_t width, const uint32_t *slots, size_t count,
                             float factor, float *out) {
    if (width == 4)
        sum_rows_float_4(weights, slots, count, factor, out);
    else if (width <= 16)
        sum_rows_float_few(weights, width, slots, count, factor, out);
    else
        sum_rows_float_many(weights, width, slots, count, factor, out);
}

CLONES
void tasktype_add(float *restrict sum, const float *restrict x, size_t count) {
    for (size_t i = 0; i < count; i++) sum[i] += x[i];
}

CLONES
void tasktype_sum_scaled_rows(const float *weights, size_t rows, size_t width, const float *coefficients,
                              float *out) {
    for (size_t j = 0; j < rows; j++) {
        const float c = coefficients[j];
        const float *values = weights + j * width;
        for (size_t k = 0; k < width; k++) out[k] += c * values[k];
    }
}

size_t tasktype_count_set_bits(const uint8_t *bitmap, uint32_t mask, const uint32_t *keys, size_t count) {
    size_t set = 0;
    for (size_t i = 0; i < count; i++) {
        const uint32_t bit = keys[i] & mask;
        set += bitmap[bit >> 3] >> (bit & 7) & 1;
    }
    return set;
}

// Blocks of at most 255 bytes, so that a count fits the byte-wide lanes that the compiler vectorises over.
#define WITHIN(b, low, high) ((uint8_t)((b) - (low)) <= (uint8_t)((high) - (low)))

CLONES
tasktype_byte_counts tasktype_count_bytes(const uint8_t *bytes, size_t count) {
    tasktype_byte_counts total = {0};
    while (count > 0) {
        const size_t length = count < 224 ? count : 224;
        uint8_t digits = 0, capitals = 0, punctuation = 0, symbols = 0, spaces = 0, feeds = 0, high = 0,
                dollars = 0, equals = 0;
        for (size_t i = 0; i < length; i++) {
            const uint8_t b = bytes[i];
            digits += WITHIN(b, '0', '9');
            capitals += WITHIN(b, 'A', 'Z');
            punctuation += WITHIN(b, '!', '"') | WITHIN(b, '\'', ')') | WITHIN(b, ',', '.') | WITHIN(b, ':', ';')
                           | (b == '?');
            symbols += WITHIN(b, '#', '&') | WITHIN(b, '*', '+') | (b == '/') | WITHIN(b, '<', '>') | (b == '@')
                       | WITHIN(b, '[', '`') | WITHIN(b, '{', '~');
            spaces += (b == ' ') | (b == '\t');
            feeds += b == '\n';
            high += b >> 7;
            dollars += b == '$';
            equals += b == '=';
        }
        total.digits += digits;
        total.capitals += capitals;
        total.punctuation += punctuation;
        total.code_symbols += symbols;
        total.spaces += spaces;
        total.line_feeds += feeds;
        total.non_ascii += high;
        total.dollars += dollars;
        total.equals += equals;
        bytes += length;
        count -= length;
    }
    return total;
}
