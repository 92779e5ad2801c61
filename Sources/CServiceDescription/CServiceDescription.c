#include "CServiceDescription.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const char description[] = {
#embed "../../docs/openapi.yaml"
};

const char *tasktype_service_description(size_t *count) {
    *count = sizeof description;
    return description;
}
