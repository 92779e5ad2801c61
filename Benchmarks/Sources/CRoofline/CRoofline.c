#include "CRoofline.h"

#include <stdio.h>
#include <time.h>

#pragma STDC FP_CONTRACT OFF

#if defined(__x86_64__) && defined(__linux__) && defined(__has_attribute)
#if __has_attribute(target_clones)
#define CLONES __attribute__((target_clones("avx2", "default")))
#endif
#endif
#ifndef CLONES
#define CLONES
#endif

typedef float float4 __attribute__((ext_vector_type(4)));
typedef int8_t char4 __attribute__((ext_vector_type(4)));

// Signs go to the bits of the scale: they are random, so a branch on them would cost more than the load.
static inline float signed_scale(float scale, uint32_t slot) {
    union {
        float value;
        uint32_t bits;
    } both = {.value = scale};
    both.bits ^= slot << 31;
    return both.value;
}

CLONES
static void gather_int8_4(const int8_t *q, const float *scales, unsigned shift, const uint32_t *slots, size_t count,
                          float factor, float *out) {
    float4 sums[4] = {0, 0, 0, 0};
    size_t i = 0;
    for (; i + 4 <= count; i += 4) {
        for (size_t j = 0; j < 4; j++) {
            const uint32_t slot = slots[i + j];
            char4 row;
            __builtin_memcpy(&row, q + (size_t)(slot >> 1) * 4, 4);
            sums[j] += signed_scale(scales[(slot >> 1) >> shift], slot) * __builtin_convertvector(row, float4);
        }
    }
    for (; i < count; i++) {
        const uint32_t slot = slots[i];
        char4 row;
        __builtin_memcpy(&row, q + (size_t)(slot >> 1) * 4, 4);
        sums[i & 3] += signed_scale(scales[(slot >> 1) >> shift], slot) * __builtin_convertvector(row, float4);
    }
    const float4 sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    for (size_t k = 0; k < 4; k++) out[k] += factor * sum[k];
}

CLONES
static void gather_int8_any(const int8_t *q, const float *scales, unsigned shift, size_t width,
                            const uint32_t *slots, size_t count, float factor, float *out) {
    for (size_t i = 0; i < count; i++) {
        const uint32_t slot = slots[i];
        const int8_t *row = q + (size_t)(slot >> 1) * width;
        const float scale = factor * signed_scale(scales[(slot >> 1) >> shift], slot);
        for (size_t k = 0; k < width; k++) out[k] += scale * (float)row[k];
    }
}

CLONES
static void gather_int4(const uint8_t *q, const float *scales, unsigned shift, size_t width,
                          const uint32_t *slots, size_t count, float factor, float *out) {
    const size_t stride = (width + 1) / 2;
    for (size_t i = 0; i < count; i++) {
        const uint32_t slot = slots[i];
        const uint8_t *row = q + (size_t)(slot >> 1) * stride;
        const float scale = factor * signed_scale(scales[(slot >> 1) >> shift], slot);
        for (size_t k = 0; k < width; k++) {
            const int8_t weight = (int8_t)(k & 1 ? row[k >> 1] : row[k >> 1] << 4) >> 4;
            out[k] += scale * (float)weight;
        }
    }
}

CLONES
static void gather_float(const float *weights, size_t width, const uint32_t *slots, size_t count, float factor,
                           float *out) {
    for (size_t i = 0; i < count; i++) {
        const uint32_t slot = slots[i];
        const float *row = weights + (size_t)(slot >> 1) * width;
        const float scale = signed_scale(factor, slot);
        for (size_t k = 0; k < width; k++) out[k] += scale * row[k];
    }
}

void roofline_gather(const roofline_rows *tables, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const roofline_rows *t = tables + i;
        switch (t->storage) {
        case roofline_int8:
            if (t->width == 4)
                gather_int8_4(t->weights, t->scales, t->shift, t->slots, t->count, t->factor, t->out);
            else
                gather_int8_any(t->weights, t->scales, t->shift, t->width, t->slots, t->count, t->factor, t->out);
            break;
        case roofline_int4:
            gather_int4(t->weights, t->scales, t->shift, t->width, t->slots, t->count, t->factor, t->out);
            break;
        case roofline_float: gather_float(t->weights, t->width, t->slots, t->count, t->factor, t->out); break;
        }
    }
}

CLONES
uint64_t roofline_sum_bytes(const uint8_t *bytes, size_t count) {
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++) sum += bytes[i];
    return sum;
}

uint64_t roofline_walk(const uint8_t *buffer, size_t count) {
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i += 64) sum += buffer[i];
    return sum;
}

// The kernel knows what this processor's cores share; sysconf may tell the sum over all of a server's.
size_t roofline_last_cache(void) {
    size_t largest = 0;
    for (int index = 0; index < 8; index++) {
        char path[64];
        snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu0/cache/index%d/size", index);
        FILE *file = fopen(path, "r");
        if (!file) break;
        unsigned long size = 0;
        char unit = 0;
        if (fscanf(file, "%lu%c", &size, &unit) >= 1) {
            const size_t bytes = size << (unit == 'M' ? 20 : unit == 'K' ? 10 : 0);
            if (bytes > largest) largest = bytes;
        }
        fclose(file);
    }
    return largest;
}

uint64_t roofline_now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}
