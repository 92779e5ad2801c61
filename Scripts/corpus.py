"""What the scripts about training-data/ share: its rows, their requests, their digests and near duplicates.

Python 3 and nothing else.
"""
import collections
import csv
import hashlib
import json
import math
import re
from pathlib import Path

csv.field_size_limit(1 << 30)

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "training-data"

LABELS = ("simple", "code", "reasoning", "complex")
COLUMNS = ("id", "text", "label", "alt_label", "group", "language", "domain", "register", "shape", "origin", "weight",
           "split")

# Rows whose character 5-grams have at least this Jaccard similarity are near duplicates, as in `tasktype data check`.
NEAR = 0.8

# A line that stands in the conversations of so many groups was put there by a tool: reminders, envelopes, project notes.
# Two requests in the same harness would else count as alike, however different they are.
SHARED_BY_GROUPS = 3


def data_files(folder=FOLDER):
    """The files with rows, in the order in which they are trained on; public-labels.csv holds no texts."""
    files = [path for path in folder.iterdir() if path.suffix in (".csv", ".jsonl") and path.name != "public-labels.csv"]
    return sorted(files, key=lambda path: (path.suffix, path.name))


def read_rows(path):
    """The rows of a CSV or JSON Lines file as dictionaries, with `file` and `line` (where a row ends) added."""
    with open(path, newline="", encoding="utf-8") as file:
        if path.suffix == ".csv":
            reader = csv.DictReader(file, strict=True)
            for row in reader:
                yield {**row, "file": path.name, "line": reader.line_num}
        else:
            for number, line in enumerate(file, 1):
                yield {**json.loads(line), "file": path.name, "line": number}


def content(message):
    """The text of a message, whose content may be a string, a list of parts, or null."""
    value = message.get("content") or ""
    if isinstance(value, str):
        return value
    return "\n".join(part.get("text", "") for part in value if part.get("type") == "text")


def shared_lines(rows):
    """The lines of messages that stand in the conversations of several groups."""
    groups = collections.defaultdict(set)
    for row in rows:
        for message in row.get("messages") or ():
            for line in content(message).split("\n"):
                groups[line.strip()].add(row["group"])
    return {line for line, where in groups.items() if len(where) >= SHARED_BY_GROUPS}


def said(row, shared):
    """The text of a row: a request, or what people, models and tools say in a conversation, without the shared lines."""
    if row.get("text"):
        return row["text"]
    messages = [message for message in row["messages"] if message["role"] != "system"]
    return without(shared, "\n".join(map(content, messages)))


def request(row, shared):
    """What the person says last, without the shared lines; in a conversation where nobody does, what is said at all."""
    if row.get("text"):
        return row["text"]
    people = [content(message) for message in row["messages"] if message["role"] == "user"]
    return without(shared, people[-1]) if people else said(row, shared)


def without(lines, text):
    kept = "\n".join(line for line in text.split("\n") if line.strip() not in lines)
    return kept if kept.strip() else text


def words(text):
    return re.findall(r"\w+", text.casefold())


def near_duplicates(texts, threshold=NEAR):
    """Pairs (earlier, later, similarity) of texts with at least that Jaccard similarity of character 5-grams; exact.

    A pair as similar as that shares one of the rarest (1 - threshold) n + 1 of the longer text's n shingles (prefix
    filtering: Chaudhuri et al., 2006), and few texts share a rare one.
    """
    numbers, shingles = {}, []
    for text in texts:
        folded = " ".join(words(text)) or text
        own = {folded[at:at + 5] for at in range(max(1, len(folded) - 4))}
        shingles.append([numbers.setdefault(shingle, len(numbers)) for shingle in own])
    # Shingles are numbered anew from the rarest up, so that a sorted text begins with its rarest ones.
    counts = [0] * len(numbers)
    for own in shingles:
        for number in own:
            counts[number] += 1
    ranks = [0] * len(numbers)
    for rank, number in enumerate(sorted(range(len(numbers)), key=counts.__getitem__)):
        ranks[number] = rank
    in_one_text = counts.count(1)
    shingles = [sorted(map(ranks.__getitem__, own)) for own in shingles]

    texts_with = collections.defaultdict(collections.deque)
    sets, pairs = {}, []
    for index in sorted(range(len(shingles)), key=lambda index: len(shingles[index])):
        own = shingles[index]
        others = set()
        for shingle in own[:len(own) - math.ceil(threshold * len(own) - 1e-9) + 1]:
            if shingle < in_one_text:
                continue
            waiting = texts_with[shingle]
            # Texts come by length: what is too short for this one is so for all that follow.
            while waiting and len(shingles[waiting[0]]) < threshold * len(own) - 1e-9:
                waiting.popleft()
            others.update(waiting)
            waiting.append(index)
        sets[index] = set(own) if others else None
        for other in others:
            sets[other] = sets[other] or set(shingles[other])
            common = len(sets[index] & sets[other])
            similarity = common / (len(own) + len(shingles[other]) - common)
            if similarity >= threshold:
                pairs.append((min(index, other), max(index, other), similarity))
    return sorted(pairs)


def side(group):
    """The side of a group's rows: one group in ten is set aside for tests, chosen by the digest of its name."""
    digest = hashlib.sha256(group.encode()).hexdigest()
    return "test" if int(digest, 16) % 10 == 0 else "train"


def families(rows, pairs):
    """For each group the groups that must be on its side: those with rows nearly the same as its own, and so on."""
    parent = {}

    def root(group):
        while parent.setdefault(group, group) != group:
            parent[group] = parent[parent[group]]
            group = parent[group]
        return group

    for row in rows:
        root(row["group"])
    for one, other, _ in pairs:
        first, second = sorted((root(rows[one]["group"]), root(rows[other]["group"])))
        parent[second] = first
    members = collections.defaultdict(list)
    for group in parent:
        members[root(group)].append(group)
    return {group: sorted(members[root(group)]) for group in parent}
