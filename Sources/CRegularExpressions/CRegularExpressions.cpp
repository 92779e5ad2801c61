#include "CRegularExpressions.h"

#include <re2/re2.h>
#include <re2/set.h>

#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <vector>

namespace {

// A deterministic automaton's states are made as texts ask for them, in this much memory; beyond it they are made anew.
constexpr int64_t set_memory = 32 << 20;
constexpr int64_t pattern_memory = 4 << 20;

RE2::Options options(bool is_literal, bool ignores_case, int64_t memory) {
    RE2::Options options;
    options.set_literal(is_literal);
    options.set_case_sensitive(!ignores_case);
    options.set_never_capture(true);
    options.set_log_errors(false);
    options.set_max_mem(memory);
    return options;
}

void tell(const std::string &reason, char *message, size_t capacity) {
    if (capacity == 0) return;
    size_t length = reason.size() < capacity - 1 ? reason.size() : capacity - 1;
    std::memcpy(message, reason.data(), length);
    message[length] = 0;
}

}  // namespace

struct tasktype_pattern_set {
    std::vector<std::unique_ptr<RE2>> patterns;
    std::unique_ptr<RE2::Set> together;
    // What `together` reports, by its own numbers, which are those of `patterns`.
};

extern "C" tasktype_pattern_set *tasktype_pattern_set_create(void) {
    return new (std::nothrow) tasktype_pattern_set;
}

extern "C" void tasktype_pattern_set_destroy(tasktype_pattern_set *set) { delete set; }

extern "C" int tasktype_pattern_set_add(tasktype_pattern_set *set, const char *pattern, size_t length, int is_literal,
                                        int ignores_case, int program_limit, char *message, size_t message_capacity) {
    // The set has one group of options for all its patterns, so that what differs is written into each pattern.
    re2::StringPiece given(pattern, length);
    std::string written = is_literal ? RE2::QuoteMeta(given) : std::string(pattern, length);
    auto single = std::make_unique<RE2>(written, options(false, ignores_case, pattern_memory));
    if (!single->ok()) {
        tell(single->error(), message, message_capacity);
        return single->error_code() == RE2::ErrorPatternTooLarge ? 2 : 1;
    }
    if (single->ProgramSize() > program_limit) {
        tell(std::to_string(single->ProgramSize()), message, message_capacity);
        return 2;
    }
    set->patterns.push_back(std::move(single));
    return 0;
}

extern "C" long tasktype_pattern_set_size(const tasktype_pattern_set *set) {
    long size = 0;
    for (const auto &pattern : set->patterns) size += pattern->ProgramSize();
    return size;
}

extern "C" int tasktype_pattern_set_compile(tasktype_pattern_set *set) {
    if (set->patterns.empty()) return 0;
    set->together = std::make_unique<RE2::Set>(options(false, false, set_memory), RE2::UNANCHORED);
    for (const auto &pattern : set->patterns) {
        std::string written = pattern->options().case_sensitive() ? pattern->pattern() : "(?i:" + pattern->pattern() + ")";
        if (set->together->Add(written, nullptr) < 0) return 1;
    }
    return set->together->Compile() ? 0 : 1;
}

extern "C" void tasktype_pattern_set_match(const tasktype_pattern_set *set, const char *text, size_t length,
                                           uint64_t *matches) {
    if (!set->together) return;
    re2::StringPiece all(text, length);
    static thread_local std::vector<int> found;
    found.clear();
    RE2::Set::ErrorInfo error{};
    if (!set->together->Match(all, &found, &error) && error.kind != RE2::Set::kNoError) {
        // The joint automaton outgrew its memory; each pattern by itself has another way to search then.
        for (size_t index = 0; index < set->patterns.size(); index++) {
            if (RE2::PartialMatch(all, *set->patterns[index])) matches[index / 64] |= uint64_t{1} << (index % 64);
        }
        return;
    }
    for (int index : found) matches[static_cast<size_t>(index) / 64] |= uint64_t{1} << (static_cast<size_t>(index) % 64);
}
