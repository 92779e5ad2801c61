"""What `harness` and `robustness` share: requests, their labels in several dresses, and shares with intervals."""

import csv
import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path

import benchmarking as b

csv.field_size_limit(1 << 30)


def add_options(parser):
    parser.add_argument("--data", type=Path, action="append", help="CSV file with a column `text`; where it is left "
                        "out, the tenth of training-data/ that is set aside")
    parser.add_argument("--split", help="take only rows whose column `split` says so")
    parser.add_argument("--rows", type=int, default=400, help="most requests to take, spread evenly")
    parser.add_argument("--model", help="weights file; the embedded model where this is left out")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print N requests of each kind that changed")


def requests(options):
    """Texts, spread evenly over the files."""
    texts = []
    split = options.split or ("" if options.data else "test")
    for path in options.data or b.training_files():
        with open(path, newline="", encoding="utf-8-sig") as file:
            for row in csv.DictReader(file):
                text = row.get("text") or row.get("prompt") or ""
                if not text.strip() or split and row.get("split") != split:
                    continue
                texts.append(text)
    if not texts:
        sys.exit("there are no requests to measure with: name a CSV file with a column `text`")
    count = min(options.rows, len(texts))
    return [texts[index * len(texts) // count] for index in range(count)]


def classify(records, model):
    """The predictions for request objects, in order."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        for record in records:
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
        file.flush()
        command = [b.PROGRAM, "classify", "--strict", "--input", file.name, "--format", "jsonl"]
        if model:
            command += ["--model", model]
        finished = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, text=True)
    if finished.returncode != 0:
        sys.exit(f"tasktype classify failed with status {finished.returncode}")
    return [json.loads(line) for line in finished.stdout.splitlines()]


def interval(hits, count):
    """Wilson's 95 % interval of a share."""
    if count == 0:
        return 0.0, 1.0
    z = 1.959964
    share = hits / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return max(0.0, middle - half), min(1.0, middle + half)


def percent(value):
    return f"{100 * value:.1f} %"


def report(title, kinds, plain, texts, bar, show, counts_changes=False):
    """Prints the share of requests that keep (or change) their label in each dress; false if the bar is not met."""
    b.print_heading(title)
    word = "changed" if counts_changes else "same label"
    print(f"| | {word} | 95 % interval | uncertain plain | uncertain here | bar |\n|---|--:|--:|--:|--:|---|")
    total, all_count = 0, 0
    met = True
    changes = {}
    for name, answers in kinds.items():
        differing = [index for index, answer in enumerate(answers) if answer["task_type"] != plain[index]["task_type"]]
        hits = len(differing) if counts_changes else len(answers) - len(differing)
        low, high = interval(hits, len(answers))
        share = hits / len(answers)
        fits = share <= bar if counts_changes else share >= bar
        met = met and fits
        total, all_count = total + hits, all_count + len(answers)
        before = sum(answer["uncertain"] for answer in plain) / len(plain)
        after = sum(answer["uncertain"] for answer in answers) / len(answers)
        print(f"| {name} | {percent(share)} | {percent(low)} to {percent(high)} | {percent(before)} | {percent(after)} "
              f"| {'met' if fits else 'not met'} |")
        changes[name] = differing
    low, high = interval(total, all_count)
    print(f"| all | {percent(total / all_count)} | {percent(low)} to {percent(high)} | | | "
          f"{'at most' if counts_changes else 'at least'} {percent(bar)} |\n")
    for name, differing in changes.items():
        for index in differing[:show]:
            answer = kinds[name][index]
            print(f"- {name}: {plain[index]['task_type']} → {answer['task_type']}: {texts[index][:120]!r}")
    return met
