#pragma once
#include <stddef.h>

// Linked into the test program only: takes the place of the C library's allocation functions and counts calls.

/// Whether allocations are counted: with glibc, unless a sanitizer has put functions of its own in their place.
int tasktype_counts_allocations(void);

/// Number of allocations that the calling thread has made.
size_t tasktype_allocation_count(void);
