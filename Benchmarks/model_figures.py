"""Figures of `default-model`: what answers to labelled rows are worth, with 95 % intervals."""

import random

import label_changes as l

BINS = 15


class Answers:
    """What one system answered to the rows: labels, and probabilities of the answers where it has any."""

    def __init__(self, name, labels, confidences=None, settings=""):
        self.name, self.labels, self.confidences, self.settings = name, labels, confidences, settings


def right(row, answer):
    return answer == row["label"]


def acceptable(row, answer):
    return answer in (row["label"], row.get("alt_label") or row["label"])


def share(rows, answers, judge=right):
    """The share of right answers and Wilson's interval, which takes rows to be independent; None without rows."""
    hits = sum(judge(row, answer) for row, answer in zip(rows, answers))
    return (hits / len(rows), *l.interval(hits, len(rows))) if rows else None


def macro_f1(truth, answers, weights, names):
    """F1 averaged over the labels that occur as truth."""
    scores = []
    for name in names:
        actual = sum(w for t, w in zip(truth, weights) if t == name)
        if actual == 0:
            continue
        answered = sum(w for a, w in zip(answers, weights) if a == name)
        both = sum(w for t, a, w in zip(truth, answers, weights) if t == a == name)
        scores.append(2 * both / (actual + answered))
    return sum(scores) / len(scores)


def calibration_error(hits, confidences, weights):
    """Expected calibration error over bins of equal width (Guo et al., 2017): share of a bin times its gap."""
    gaps = [0.0] * BINS
    for hit, confidence, weight in zip(hits, confidences, weights):
        gaps[min(BINS - 1, int(confidence * BINS))] += weight * (confidence - hit)
    return sum(map(abs, gaps)) / sum(weights)


def resamples(rows, count, seed=1):
    """Weights of the rows when whole groups are drawn with replacement: rows of one group say little new."""
    generator = random.Random(seed)
    numbers = {}
    places = [numbers.setdefault(row.get("group") or f"row {index}", len(numbers)) for index, row in enumerate(rows)]
    for _ in range(count):
        drawn = [0] * len(numbers)
        for place in generator.choices(range(len(numbers)), k=len(numbers)):
            drawn[place] += 1
        yield [drawn[place] for place in places]


def percentiles(values):
    ordered = sorted(values)

    def at(part):
        place = part * (len(ordered) - 1)
        low = int(place)
        high = min(low + 1, len(ordered) - 1)
        return ordered[low] + (place - low) * (ordered[high] - ordered[low])

    return at(0.025), at(0.975)


def measure(rows, answers, names, count):
    """Everything about one system's answers, with (estimate, low, high) where there is an interval."""
    truth = [row["label"] for row in rows]
    clear = [index for index, row in enumerate(rows) if not row.get("alt_label")]
    found = dict(
        system=answers.name, settings=answers.settings, accuracy=share(rows, answers.labels),
        accuracy_acceptable=share(rows, answers.labels, acceptable),
        accuracy_unambiguous=share([rows[i] for i in clear], [answers.labels[i] for i in clear]),
        ece=None, coverage=None, per_label={})
    hits = list(map(right, rows, answers.labels))
    even = [1] * len(rows)
    scores, errors = [], []
    for weights in resamples(rows, count):
        scores.append(macro_f1(truth, answers.labels, weights, names))
        if answers.confidences:
            errors.append(calibration_error(hits, answers.confidences, weights))
    found["macro_f1"] = (macro_f1(truth, answers.labels, even, names), *percentiles(scores))
    if answers.confidences:
        error = calibration_error(hits, answers.confidences, even)
        low, high = percentiles(errors)
        # Chance alone makes the error of a resample larger: the interval is moved back by what it adds on average.
        moved = sum(errors) / len(errors) - error
        found["ece"] = (error, min(error, max(0.0, low - moved)), max(error, high - moved))
        found["coverage"] = [dict(coverage=part, **at_coverage(rows, answers, part)) for part in (1, 0.9, 0.8, 0.7, 0.5)]
    for name in names:
        own = [index for index, row in enumerate(rows) if row["label"] == name]
        said = [index for index, answer in enumerate(answers.labels) if answer == name]
        found["per_label"][name] = dict(
            rows=len(own), recall=share([rows[i] for i in own], [answers.labels[i] for i in own]),
            precision=share([rows[i] for i in said], [answers.labels[i] for i in said]))
    return found


def at_coverage(rows, answers, part):
    """Accuracy of that share of the rows whose answers are the most confident."""
    order = sorted(range(len(rows)), key=lambda index: -answers.confidences[index])
    kept = order[:max(1, round(part * len(rows)))]
    chosen, labels = [rows[i] for i in kept], [answers.labels[i] for i in kept]
    return dict(accuracy=share(chosen, labels), accuracy_acceptable=share(chosen, labels, acceptable))


def figure(value):
    if value is None:
        return "–"
    return f"{value[0]:.3f} ({value[1]:.3f}–{value[2]:.3f})"
