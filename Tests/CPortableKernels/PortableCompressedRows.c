#define TASKTYPE_PORTABLE
#include "Names.h"
#include "../../Sources/CVectorKernels/CompressedRows.c"
