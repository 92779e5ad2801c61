#pragma once
#include <stddef.h>

/// The service's OpenAPI document, docs/openapi.yaml, compiled in; UTF-8 without a final zero, there for ever.
const char *tasktype_service_description(size_t *count);
