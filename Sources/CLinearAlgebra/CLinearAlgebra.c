#include "CLinearAlgebra.h"

#include <cblas.h>
#include <dlfcn.h>
#include <lapacke.h>
#include <pthread.h>
#include <stdio.h>

_Static_assert(sizeof(blasint) == sizeof(int32_t), "OpenBLAS with 32-bit integers is loaded, not this one");
_Static_assert(sizeof(lapack_int) == sizeof(int32_t), "LAPACKE with 32-bit integers is loaded, not this one");

#ifdef __APPLE__
#define BLAS_NAME "libopenblas.dylib"
#define LAPACKE_NAME "liblapacke.dylib"
#define PACKAGES "openblas and lapack"
#else
// The names of the binary interface, which packages without headers have too.
#define BLAS_NAME "libopenblas.so.0"
#define LAPACKE_NAME "liblapacke.so.3"
#define PACKAGES "libopenblas0 and liblapacke"
#endif

// Every function by its name, with the type that the library's header gives it.
#define BLAS_FUNCTIONS(each) \
    each(openblas_set_num_threads) each(openblas_get_num_threads) each(cblas_dsdot) each(cblas_saxpy) each(cblas_sscal) \
    each(cblas_sgemm) each(cblas_sgemv)
#define LAPACKE_FUNCTIONS(each) each(LAPACKE_dposv) each(LAPACKE_dsyev)

#define DECLARE(name) __typeof__(name) *name;
static struct {
    BLAS_FUNCTIONS(DECLARE) LAPACKE_FUNCTIONS(DECLARE)
} loaded;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char failure[512];

static void tell(const char *missing) {
    const char *reason = dlerror();
    snprintf(failure, sizeof failure, "OpenBLAS and LAPACKE are needed for this, and %s could not be loaded (%s); install %s",
             missing, reason ? reason : "for no stated reason", PACKAGES);
}

static bool find(void *library, const char *name, void **function) {
    *function = dlsym(library, name);
    return *function != NULL;
}

#define FIND(name) \
    if (!find(library, #name, (void **)&loaded.name)) { \
        tell(#name); \
        return; \
    }

static void load(void) {
    // Global, so that LAPACKE computes with what this library holds, as it would if both were linked: the last bits of
    // a model depend on it.
    void *library = dlopen(BLAS_NAME, RTLD_NOW | RTLD_GLOBAL);
    if (!library) {
        tell(BLAS_NAME);
        return;
    }
    BLAS_FUNCTIONS(FIND)
    library = dlopen(LAPACKE_NAME, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        tell(LAPACKE_NAME);
        return;
    }
    LAPACKE_FUNCTIONS(FIND)
}

const char *tasktype_linear_algebra_load(void) {
    pthread_once(&once, load);
    return failure[0] ? failure : NULL;
}

void tasktype_blas_set_threads(int count) { loaded.openblas_set_num_threads(count); }

int tasktype_blas_threads(void) { return loaded.openblas_get_num_threads(); }

double tasktype_blas_dot(int32_t count, const float *x, const float *y) { return loaded.cblas_dsdot(count, x, 1, y, 1); }

void tasktype_blas_axpy(int32_t count, float a, const float *x, float *y) { loaded.cblas_saxpy(count, a, x, 1, y, 1); }

void tasktype_blas_scale(int32_t count, float a, float *x) { loaded.cblas_sscal(count, a, x, 1); }

void tasktype_blas_gemm(bool transpose_a, bool transpose_b, int32_t m, int32_t n, int32_t k, float alpha, const float *a,
                        int32_t lda, const float *b, int32_t ldb, float beta, float *c, int32_t ldc) {
    loaded.cblas_sgemm(CblasRowMajor, transpose_a ? CblasTrans : CblasNoTrans, transpose_b ? CblasTrans : CblasNoTrans, m,
                       n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

void tasktype_blas_gemv(bool transpose, int32_t rows, int32_t columns, float alpha, const float *a, int32_t lda,
                        const float *x, float beta, float *y) {
    loaded.cblas_sgemv(CblasRowMajor, transpose ? CblasTrans : CblasNoTrans, rows, columns, alpha, a, lda, x, 1, beta, y,
                       1);
}

int32_t tasktype_lapack_dposv(int32_t n, double *a, double *b) {
    return loaded.LAPACKE_dposv(LAPACK_COL_MAJOR, 'U', n, 1, a, n, b, n);
}

int32_t tasktype_lapack_dsyev(int32_t n, double *a, double *values) {
    return loaded.LAPACKE_dsyev(LAPACK_COL_MAJOR, 'V', 'U', n, a, n, values);
}
