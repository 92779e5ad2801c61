// Latency and throughput of fastText's predictor on one thread, as `tasktype bench` measures them.
//
// usage: fasttext_speed MODEL.bin TEXTS SECONDS [ANSWERS]
//
// TEXTS are separated by zero bytes and hold no line feeds, which end a text for fastText. Each text is predicted once to
// warm up (answers, one label a line, go to ANSWERS), then all of them in the given order again and again: first each one
// is timed, then a whole run. Prints JSON with the names that `tasktype bench --format json` uses.
//
// g++ -O3 fasttext_speed.cpp -lfasttext (Debian: libfasttext-dev), or together with fastText's own sources.

#if __has_include(<fasttext/fasttext.h>) && !defined(FASTTEXT_SOURCES)
#include <fasttext/fasttext.h>
#else
#include "fasttext.h"
#endif

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <istream>
#include <iterator>
#include <streambuf>
#include <string>
#include <utility>
#include <vector>

using Clock = std::chrono::steady_clock;

static double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

// A stream over memory: what reading costs fastText is its own, not that of a copied string stream.
class Memory : public std::streambuf {
public:
    void open(std::string &text) { setg(text.data(), text.data(), text.data() + text.size()); }
};

class Predictor {
    fasttext::FastText model;
    Memory memory;
    std::istream stream{&memory};

public:
    std::vector<std::pair<fasttext::real, std::string>> answers;

    explicit Predictor(const std::string &path) { model.loadModel(path); }

    void predict(std::string &text) {
        stream.clear();
        memory.open(text);
        model.predictLine(stream, answers, 1, 0);
    }
};

int main(int count, char **arguments) {
    if (count != 4 && count != 5) {
        std::fprintf(stderr, "usage: fasttext_speed MODEL.bin TEXTS SECONDS [ANSWERS]\n");
        return 2;
    }
    Predictor predictor(arguments[1]);
    const double seconds = std::atof(arguments[3]);
    std::ifstream file(arguments[2], std::ios::binary);
    const std::string content((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    std::vector<std::string> texts;
    for (size_t start = 0; start < content.size();) {
        const size_t end = std::min(content.find('\0', start), content.size());
        texts.push_back(content.substr(start, end - start) + "\n");
        start = end + 1;
    }
    if (texts.empty() || !(seconds > 0)) {
        std::fprintf(stderr, "there are no texts, or no seconds to measure\n");
        return 1;
    }

    std::ofstream written;
    if (count == 5) written.open(arguments[4]);
    double sum = 0;
    for (auto &text : texts) {
        predictor.predict(text);
        if (!predictor.answers.empty()) sum += predictor.answers[0].first;
        // A text without a known word has no answer.
        if (count == 5) written << (predictor.answers.empty() ? "" : predictor.answers[0].second) << "\n";
    }

    std::vector<double> latencies;
    latencies.reserve(4'000'000);
    const auto begin = Clock::now();
    while (seconds_since(begin) < seconds && latencies.size() < 3'000'000) {
        for (auto &text : texts) {
            const auto start = Clock::now();
            predictor.predict(text);
            latencies.push_back(seconds_since(start));
        }
    }
    std::sort(latencies.begin(), latencies.end());
    const auto percentile = [&](double share) {
        return latencies[std::min(latencies.size() - 1, size_t(double(latencies.size()) * share))];
    };

    size_t done = 0, index = 0;
    const auto start = Clock::now();
    while (seconds_since(start) < seconds) {
        for (int i = 0; i < 64; i++) {
            predictor.predict(texts[index]);
            if (!predictor.answers.empty()) sum += predictor.answers[0].first;
            index = index + 1 == texts.size() ? 0 : index + 1;
        }
        done += 64;
    }
    const double rate = double(done) / seconds_since(start);

    // The sum depends on every answer, so that none can be optimised away.
    std::printf("{\"texts\":%zu,\"p50_seconds\":%g,\"p90_seconds\":%g,\"p99_seconds\":%g,\"p999_seconds\":%g,"
                "\"requests_per_second\":%g,\"sum\":%g}\n",
                texts.size(), percentile(0.5), percentile(0.9), percentile(0.99), percentile(0.999), rate, sum);
}
