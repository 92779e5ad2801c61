#pragma once
#include <stddef.h>
#include <stdint.h>

// Many regular expressions searched for in one pass over a text, in time linear in its length: RE2 behind a C face.
// RE2 never backtracks; what it leaves out of the usual syntax (back-references, look-around) is what cannot be
// searched in linear time.

#ifdef __cplusplus
extern "C" {
#endif

/// A set of patterns; not to be changed once compiled, then safe to use from any thread.
typedef struct tasktype_pattern_set tasktype_pattern_set;

/// An empty set, or NULL without memory.
tasktype_pattern_set *tasktype_pattern_set_create(void);
void tasktype_pattern_set_destroy(tasktype_pattern_set *set);

/// Adds a pattern; its number is the count of those added before.
///
/// `program_limit` bounds the instructions it may compile to. Returns 0, or 1 for a pattern that is invalid, with the
/// reason in `message`, or 2 for one that is too large, with its number of instructions in `message` where known.
int tasktype_pattern_set_add(tasktype_pattern_set *set, const char *pattern, size_t length, int is_literal,
                             int ignores_case, int program_limit, char *message, size_t message_capacity);

/// Instructions of all patterns together: the most that a byte of a text can cost, where no automaton fits into memory.
long tasktype_pattern_set_size(const tasktype_pattern_set *set);

/// Makes the set ready. Returns 0, or 1 where it needs too much memory.
int tasktype_pattern_set_compile(tasktype_pattern_set *set);

/// Sets bit `number % 64` of `matches[number / 64]` for each pattern found in the text; `matches` holds a bit a pattern.
///
/// Invalid UTF-8 is matched by no pattern, nor is it an error.
void tasktype_pattern_set_match(const tasktype_pattern_set *set, const char *text, size_t length, uint64_t *matches);

#ifdef __cplusplus
}
#endif
