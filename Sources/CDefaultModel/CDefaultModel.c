#include "CDefaultModel.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

#if __has_embed("../../models/default.safetensors")
_Alignas(64) static const uint8_t model[] = {
#embed "../../models/default.safetensors"
};
const uint8_t *tasktype_default_model(size_t *count) {
    *count = sizeof model;
    return model;
}
#else
_Alignas(64) static const uint8_t model[1] = {0};
const uint8_t *tasktype_default_model(size_t *count) {
    *count = 0;
    return model;
}
#endif
