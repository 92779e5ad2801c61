#pragma once

// One clone for processors with AVX2, chosen when the program is loaded; the operations and their order are
// those of the portable clone. A test compiles the portable one alone and compares.
#if defined(__x86_64__) && defined(__linux__) && defined(__has_attribute) && !defined(TASKTYPE_PORTABLE)
#if __has_attribute(target_clones)
#define CLONES __attribute__((target_clones("avx2", "default")))
#endif
#endif
#ifndef CLONES
#define CLONES
#endif
