"""Texts that the benchmark scripts measure with."""

import csv
import json

csv.field_size_limit(1 << 30)

# Languages of training-data/ by the script that they are written in; Han goes by zh, since Japanese mixes three scripts.
SCRIPTS = {
    "Latin": {"en", "de", "fr", "es", "it", "pt", "nl", "pl", "sv", "tr", "id", "cs", "ro", "fi", "da", "no", "hu"},
    "Cyrillic": {"ru", "uk", "bg", "sr"}, "Greek": {"el"}, "Arabic": {"ar", "fa", "ur"}, "Hebrew": {"he"},
    "Devanagari": {"hi", "mr", "ne"}, "Bengali": {"bn"}, "Tamil": {"ta"}, "Thai": {"th"}, "Han": {"zh"},
    "Kana and Han": {"ja"}, "Hangul": {"ko"},
}


def read_records(path):
    with open(path, newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def read_texts(paths):
    """The texts of .csv, .jsonl and .txt files."""
    texts = []
    for path in paths:
        if path.suffix == ".csv":
            texts += [row.get("text") or row.get("prompt") or "" for row in read_records(path)]
            continue
        with open(path, encoding="utf-8-sig") as file:
            if path.suffix == ".jsonl":
                texts += [json.loads(line).get("text") or "" for line in file if line.strip()]
            else:
                texts += file.read().splitlines()
    return texts


def texts_by_script(paths):
    """Texts of CSV files by script, as their column `language` has it; scripts without texts are left out."""
    found = {script: [] for script in SCRIPTS}
    for path in paths:
        for row in read_records(path):
            for script, languages in SCRIPTS.items():
                if row.get("language") in languages:
                    found[script].append(row["text"])
    return {script: texts for script, texts in found.items() if texts}


def write_texts(path, texts):
    """Writes texts separated by zero bytes, as the programs in Sources/ read them."""
    with open(path, "wb") as file:
        file.write(b"\0".join(text.replace("\0", " ").encode("utf-8", "replace") for text in texts))


def write_texts_of_length(path, length, corpus, generator, count=None):
    """Writes requests of `length` bytes, but for a character that a cut would split, as JSON Lines."""
    corpus *= 1 + 2 * length // len(corpus)
    with open(path, "w", encoding="utf-8") as file:
        for _ in range(count or min(2000, max(4, (4 << 20) // length))):
            start = generator.randrange(len(corpus) - length)
            text = corpus[start:start + length].decode("utf-8", errors="ignore")
            file.write(json.dumps({"text": text or "x"}) + "\n")
