"""Public prompts that we labelled: where they are, and how their texts are told from others by digest.

Python 3 and nothing else. Our labels are in training-data/public-labels.csv; the texts never are.
"""
import csv
import hashlib
import json

import corpus

LABELS = corpus.FOLDER / "public-labels.csv"
COLUMNS = ("source", "id", "digest", "label", "alt_label", "group", "split")

# A local copy is a folder with these files, columns id,text and any others.
LOCAL_FILES = ("prompts.csv", "instructions.csv")

GITHUB = "https://raw.githubusercontent.com"
HUGGING_FACE = "https://huggingface.co/datasets"

# Files (JSON or JSON Lines) that hold the texts of each source, at fixed commits where one is known. Which string of a
# file is which prompt is decided by digest, so nothing depends on its fields and their order.
HOMES = {
    "alpaca_eval/selfinstruct": [
        f"{GITHUB}/yizhongw/self-instruct/main/human_eval/user_oriented_instructions.jsonl",
        f"{GITHUB}/tatsu-lab/alpaca_eval/f994f2e01e76608481ac4c3e8ee4f1dbbe1da407/results/gpt4/model_outputs.json",
    ],
    "alpaca_eval/vicuna": [
        f"{GITHUB}/lm-sys/FastChat/589532dcfa83700f950b9aa3983416c543afabc0"
        "/fastchat/llm_judge/data/vicuna_bench/question.jsonl",
        f"{GITHUB}/tatsu-lab/alpaca_eval/f994f2e01e76608481ac4c3e8ee4f1dbbe1da407/results/gpt4/model_outputs.json",
    ],
    "arena_hard_v0.1": [
        f"{GITHUB}/lmarena/arena-hard-auto/6c82720015d5da7b8795b809b91f63ef74abbf6a/data/arena-hard-v0.1/question.jsonl",
    ],
    "arena_hard_v2.0": [
        f"{GITHUB}/lmarena/arena-hard-auto/bed160442a7ee41ebc7581774ed5a8fcec2b894a"
        "/src/arenahard/data/arena-hard-v2.0/question.jsonl",
    ],
    "belle_eval": [
        f"{GITHUB}/LianjiaTech/BELLE/25decd4c06fd118d9823aebbd36bc785fa8826c9/eval/eval_set.json",
    ],
    "dolly15k_instructions": [
        f"{HUGGING_FACE}/databricks/databricks-dolly-15k/resolve/main/databricks-dolly-15k.jsonl",
    ],
    "ifeval": [
        f"{GITHUB}/google-research/google-research/19638399cc9e03623c5b9087a1d6fa8813974ce9"
        "/instruction_following_eval/data/input_data.jsonl",
    ],
    "longbench_write": [
        f"{GITHUB}/THUDM/LongWriter/ca6ccd4dec16696d1b8c449b12901c88d4cbf442/evaluation/longbench_write.jsonl",
    ],
    "mt_bench/turn1": [
        f"{GITHUB}/lm-sys/FastChat/589532dcfa83700f950b9aa3983416c543afabc0"
        "/fastchat/llm_judge/data/mt_bench/question.jsonl",
    ],
    "oasst_octopack": [
        f"{HUGGING_FACE}/bigcode/oasst-octopack/resolve/1f5db3451c66a64e37158fcdf8c1951db8e90b33/oasst_octopack.jsonl",
    ],
    "open-assistant/en_100": [
        f"{GITHUB}/LAION-AI/Open-Assistant/6149d1e3b199101e16fbdeb9fea6f4299cafa9d5"
        "/model/model_eval/manual/data/en_100_text.jsonl",
    ],
    "open-assistant/prompt_lottery_en_250": [
        f"{GITHUB}/LAION-AI/Open-Assistant/343e182017ff48122ccbf85fba2b17d2f564e9bb"
        "/model/model_eval/manual/data/prompt_lottery_en_250_text.jsonl",
    ],
    "self-instruct/seed": [
        f"{GITHUB}/yizhongw/self-instruct/main/data/seed_tasks.jsonl",
    ],
}
HOMES["mt_bench/turn2"] = HOMES["mt_bench/turn1"]


# Collections of instructions written for training count less than prompts that people sent: there are more of them, and
# 96 % are simple. Chosen by cross-validation, docs/model-development.md.
INSTRUCTIONS = {"belle_eval", "dolly15k_instructions", "ifeval", "longbench_write"}


def weight(source):
    return "0.3" if source in INSTRUCTIONS else "3"


def digest(text):
    # JSON may hold halves of surrogate pairs, which have no UTF-8.
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def read_labels(path=LABELS):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, strict=True))


def texts_of(content, wanted):
    """The texts with the wanted digests that a JSON or JSON Lines file holds, by digest."""
    try:
        records = [json.loads(content)]
    except ValueError:
        records = [json.loads(line) for line in content.split("\n") if line.strip()]
    texts = {}
    for record in records:
        for text in candidates(record):
            text = text.strip()
            key = digest(text)
            if key in wanted:
                texts[key] = text
    return texts


def candidates(value):
    """Every string in a JSON value, and instructions joined with the inputs that they are about."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from candidates(part)
    elif isinstance(value, dict):
        for part in value.values():
            yield from candidates(part)
        if isinstance(value.get("instruction"), str):
            for case in [value, *value.get("instances", ())]:
                if isinstance(case.get("input"), str):
                    yield value["instruction"].strip() + "\n\n" + case["input"].strip()
