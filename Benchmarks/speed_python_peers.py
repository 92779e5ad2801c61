"""Speed of the peers that are Python packages: run by `speed` with the Python that has them.

usage: speed_python_peers.py vowpal|sklearn DATA.json SECONDS

Prints a JSON array of systems: name, answers to the test texts, and figures with the names that `tasktype bench` uses."""

import json
import random
import re
import sys
import tempfile
import time
from pathlib import Path

TOKEN = re.compile(r"\w+|[^\w\s]")


def measure(predict, inputs, seconds):
    """Latencies of single requests and the rate of a whole run on one thread, as `tasktype bench` takes them."""
    for each in inputs:
        predict(each)
    latencies = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        for each in inputs:
            start = time.perf_counter()
            predict(each)
            latencies.append(time.perf_counter() - start)
            if latencies[-1] > seconds:
                break
    latencies.sort()
    done, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        for each in inputs:
            predict(each)
        done += len(inputs)
    rate = done / (time.perf_counter() - start)
    shares = {"p50_seconds": 0.5, "p90_seconds": 0.9, "p99_seconds": 0.99, "p999_seconds": 0.999}
    figures = {name: latencies[min(len(latencies) - 1, int(len(latencies) * share))] for name, share in shares.items()}
    return {**figures, "requests_per_second": rate}


def vowpal(data, seconds):
    from vowpalwabbit import Workspace

    names = sorted(set(data["train_labels"]))
    numbers = {name: number + 1 for number, name in enumerate(names)}

    def line(text):
        # | and : have a meaning of their own.
        return "|w " + " ".join(TOKEN.findall(text.lower())).replace("|", " ").replace(":", " ")

    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        # It learns row by row, so the rows have to be shuffled.
        rows = [f"{numbers[label]} {line(text)}\n" for text, label in zip(data["train_texts"], data["train_labels"])]
        random.Random(1).shuffle(rows)
        (folder / "train").write_text("".join(rows))
        Workspace(f"--oaa {len(names)} -b 22 --ngram w2 --loss_function logistic -l 0.5 --passes 8 -d {folder}/train "
                  f"--cache_file {folder}/cache -k --holdout_off -f {folder}/model --quiet").finish()
        workspace = Workspace(f"-i {folder}/model -t --quiet")
        answers = [names[int(workspace.predict(line(text))) - 1] for text in data["test_texts"]]
        timed = [line(text) for text in data["timed_texts"]]
        inside = measure(workspace.predict, timed, seconds)
        workspace.finish()

        def run(path):
            start = time.perf_counter()
            Workspace(f"-i {folder}/model -t -d {path} --quiet").finish()
            return time.perf_counter() - start

        # A whole file, without Python between the requests; the time of the start, with one request, is taken off.
        rounds = int(5 * seconds * inside["requests_per_second"] / len(timed)) + 1
        (folder / "one").write_text(timed[0] + "\n")
        (folder / "many").write_text(("\n".join(timed) + "\n") * rounds)
        start = min(run(folder / "one") for _ in range(3))
        whole = run(folder / "many")
    return [{"name": "Vowpal Wabbit, in process from Python", "answers": answers, **inside},
            {"name": "Vowpal Wabbit, `vw -t` on a file", "answers": answers,
             "requests_per_second": rounds * len(timed) / max(whole - start, 1e-9)}]


def sklearn(data, seconds):
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"\w+|[^\w\s]")
    pipeline = make_pipeline(vectorizer, LinearSVC()).fit(data["train_texts"], data["train_labels"])
    answers = list(map(str, pipeline.predict(data["test_texts"])))
    timed = data["timed_texts"]
    single = measure(lambda text: pipeline.predict([text]), timed, seconds)
    done, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        pipeline.predict(timed)
        done += len(timed)
    batch = {"requests_per_second": done / (time.perf_counter() - start)}
    return [{"name": "scikit-learn, TF-IDF and LinearSVC, one by one", "answers": answers, **single},
            {"name": f"scikit-learn, batches of {len(timed):,}", "answers": answers, **batch}]


if __name__ == "__main__":
    system, path, seconds = sys.argv[1:]
    with open(path, encoding="utf-8") as file:
        print(json.dumps({"vowpal": vowpal, "sklearn": sklearn}[system](json.load(file), float(seconds))))
