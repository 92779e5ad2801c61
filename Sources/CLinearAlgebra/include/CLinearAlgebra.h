#pragma once
#include <stdbool.h>
#include <stdint.h>

// OpenBLAS and LAPACKE, loaded when they are first needed: a program that only predicts starts without them, without
// their threads and where they are not installed.

/// Loads both libraries. NULL, or why it could not be done and what to do, in one sentence that stays valid.
///
/// The first call decides; it may come from any thread. OpenBLAS reads OPENBLAS_NUM_THREADS and OPENBLAS_CORETYPE then.
/// All functions below may be called only after it has returned NULL.
const char *tasktype_linear_algebra_load(void);

void tasktype_blas_set_threads(int count);
int tasktype_blas_threads(void);

/// cblas_dsdot, cblas_saxpy and cblas_sscal on contiguous vectors.
double tasktype_blas_dot(int32_t count, const float *x, const float *y);
void tasktype_blas_axpy(int32_t count, float a, const float *x, float *y);
void tasktype_blas_scale(int32_t count, float a, float *x);

/// cblas_sgemm, row-major: C ← alpha·op(A)·op(B) + beta·C, where op(A) is m × k and op(B) is k × n.
void tasktype_blas_gemm(bool transpose_a, bool transpose_b, int32_t m, int32_t n, int32_t k, float alpha, const float *a,
                        int32_t lda, const float *b, int32_t ldb, float beta, float *c, int32_t ldc);

/// cblas_sgemv, row-major: y ← alpha·op(A)·x + beta·y, where A has `rows` × `columns` elements.
void tasktype_blas_gemv(bool transpose, int32_t rows, int32_t columns, float alpha, const float *a, int32_t lda,
                        const float *x, float beta, float *y);

/// LAPACKE_dposv of one right side, column-major, upper triangle: 0, or the leading minor that is not positive.
int32_t tasktype_lapack_dposv(int32_t n, double *a, double *b);

/// LAPACKE_dsyev with eigenvectors, column-major, upper triangle: 0, or what failed.
int32_t tasktype_lapack_dsyev(int32_t n, double *a, double *values);
