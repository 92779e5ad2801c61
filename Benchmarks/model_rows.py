"""Rows for `default-model`: what make-model trains on, what is set aside, and what tasktype answers to them."""

import csv
import hashlib
import json
import re
import subprocess
import sys
import tempfile
import unicodedata

import benchmarking as b

sys.path.insert(0, str(b.ROOT / "Scripts"))
import corpus  # noqa: E402


def read(path, split=None):
    """The rows of a CSV or JSON Lines file, of one split where one is named."""
    try:
        rows = [row for row in corpus.read_rows(path) if not split or row.get("split") == split]
    except (OSError, UnicodeError, ValueError, csv.Error) as error:
        sys.exit(f"{path} could not be read: {error}")
    for row in rows:
        if not row.get("label") or not (row.get("text") or row.get("messages")):
            sys.exit(f"{path}:{row['line']}: a row needs a label, and a text or messages")
    return rows


def training_rows(public):
    """The rows that make-model trains on, and the digests of their files."""
    files = corpus.data_files() + public
    rows = [row for path in files for row in read(path, None) if row.get("split") != "test"]
    return rows, [hashlib.sha256(path.read_bytes()).hexdigest() for path in files]


def trained_on(model, rows, digests):
    """Whether a model says that it was trained on these rows: the same files, and as many rows of them."""
    finished = subprocess.run([str(b.PROGRAM), "models", "inspect", *([model] if model else []), "--format", "json"],
                              stdout=subprocess.PIPE, text=True)
    if finished.returncode != 0:
        sys.exit(f"tasktype models inspect failed with status {finished.returncode}")
    provenance = json.loads(json.loads(finished.stdout)["metadata"].get("tasktype.provenance", "{}"))
    named = [digest.removeprefix("sha256:") for digest in provenance.get("origin", {}).get("data", [])]
    return sorted(named) == sorted(digests) and provenance.get("training", {}).get("rows") == len(rows)


def expected_mix():
    """The mix of labels that make-model trains for, as a dictionary; empty where it names none."""
    script = (b.ROOT / "Scripts/make-model").read_text()
    found = re.search(r"--expected-mix[ =]([\w=.,]+)", script)
    parts = [part.split("=") for part in found[1].split(",")] if found else []
    return {label: float(part) for label, part in parts}


def weights(rows, mix):
    """The rows' own weights, times what gives the labels the expected mix; one on average."""
    own = [float(row.get("weight") or 1) for row in rows]
    totals = {}
    for row, weight in zip(rows, own):
        totals[row["label"]] = totals.get(row["label"], 0) + weight
    if mix.keys() == totals.keys():
        own = [weight * mix[row["label"]] / totals[row["label"]] for row, weight in zip(rows, own)]
    mean = sum(own) / len(own)
    return [weight / mean for weight in own]


def record(row):
    """What of a row is sent to be classified."""
    return {key: row[key] for key in ("text", "messages", "tools") if row.get(key)}


def classify(rows, model):
    """tasktype's answers to the rows in order, with what it took as asked in `ask`."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(record(row), ensure_ascii=False) + "\n")
        file.flush()
        command = [str(b.PROGRAM), "classify", "--strict", "--input", file.name, "--format", "jsonl", "--explain",
                   "--explain-top", "1", *(["--model", model] if model else [])]
        with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
            status = subprocess.run(command, stdout=output).returncode
            if status != 0:
                sys.exit(f"tasktype classify failed with status {status}")
            output.seek(0)
            answers = []
            for line in output:
                answer = json.loads(line)
                del answer["explanation"]
                answers.append(answer)
    return answers


def asks(rows):
    """The texts that the peers are given: a text as it stands, a conversation by what tasktype takes as asked."""
    conversations = [index for index, row in enumerate(rows) if not row.get("text")]
    texts = [row.get("text") for row in rows]
    for index, answer in zip(conversations, classify([rows[i] for i in conversations], None) if conversations else ()):
        # Housekeeping calls may ask nothing: the last message then says most.
        texts[index] = answer["ask"]["text"] or corpus.request(rows[index], set()) or " "
    return texts


def form(row, answer):
    """Whether a tool dressed the request: rules, tools or results around it, or an envelope in its text."""
    messages = row.get("messages") or ()
    around = row.get("tools") or any(
        message["role"] in ("system", "developer", "tool", "function") or message.get("tool_calls")
        for message in messages)
    left_out = any(part["is"] == "left-out" for part in answer["ask"]["parts"])
    return "agent-shaped" if around or left_out else "plain"


def said(row):
    """All that a row holds, whoever said it."""
    return row.get("text") or "\n".join(map(corpus.content, row["messages"]))


def scripts(texts):
    """The scripts of the letters, by the first word of their Unicode names."""
    letters = set()
    for text in texts:
        letters.update(text)
    return {unicodedata.name(letter, "unnamed").split()[0] for letter in letters if letter.isalpha()}


def overlap(rows, others):
    """How many rows have the words of one of the others, in their order."""
    known = {tuple(corpus.words(said(other))) for other in others}
    return sum(tuple(corpus.words(said(row))) in known for row in rows)
