#pragma once
#include <stddef.h>
#include <stdint.h>

/// The shipped weights, models/default.safetensors, compiled in; 64-byte aligned, there for ever.
///
/// `*count` becomes 0 where the file was missing when the program was built.
const uint8_t *tasktype_default_model(size_t *count);
