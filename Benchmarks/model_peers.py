"""Peers of the default model for `default-model`: other classifiers, trained on the same rows with the same weights.

Each chooses its settings by weighted accuracy on a tenth of the training rows (whole groups, fixed seed) and is then
trained on all of them. The test rows are answered once, at the end.
"""

import hashlib
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import model_figures as f


class Data:
    """Training rows as texts, labels and weights, and the texts to answer."""

    def __init__(self, texts, rows, weights, test_texts):
        self.texts, self.weights, self.test_texts = texts, weights, test_texts
        self.labels = [row["label"] for row in rows]
        groups = {}
        for index, row in enumerate(rows):
            groups.setdefault(row.get("group") or f"row {index}", []).append(index)
        names = sorted(groups)
        random.Random(1).shuffle(names)
        self.judged, self.fitted = [], []
        for name in names:
            (self.judged if len(self.judged) < len(rows) / 10 else self.fitted).extend(groups[name])
        self.all = list(range(len(rows)))

    def judge(self, answers):
        """The weighted accuracy of answers to the tenth."""
        right = sum(self.weights[i] for i, answer in zip(self.judged, answers) if answer == self.labels[i])
        return right / sum(self.weights[i] for i in self.judged)


def best(grid, score):
    """The setting with the highest score, the first among equals, and that score."""
    scored = [(score(setting), -place, setting) for place, setting in enumerate(grid)]
    top = max(scored, key=lambda entry: entry[:2])
    return top[2], top[0]


class Majority:
    name = "majority"

    def run(self, data, quick):
        totals = {}
        for label, weight in zip(data.labels, data.weights):
            totals[label] = totals.get(label, 0) + weight
        label = max(sorted(totals), key=totals.get)
        return [f.Answers("always the majority", [label] * len(data.test_texts), None, f"always `{label}`")]


class FastText:
    """The program of Debian's package: word bigrams and character n-grams, one thread, so that runs repeat."""

    name = "fastText"
    GRID = [dict(lr=rate, epoch=epochs, maxn=characters)
            for characters in (5, 4) for rate, epochs in ((0.25, 25), (0.5, 10), (0.5, 25), (1.0, 10), (1.0, 25))]

    @staticmethod
    def tokens(text):
        return " ".join(re.findall(r"\w+|[^\w\s]", text.lower()))

    def fit(self, data, indices, setting, folder):
        # It knows no weights: a row stands there as often as its weight says, twice as often for the sake of halves,
        # by chance for the rest. It never shuffles, so the lines are shuffled here.
        generator = random.Random(1)
        lines = []
        for i in indices:
            times = int(2 * data.weights[i] + generator.random())
            lines += [f"__label__{self.names.index(data.labels[i])} {self.tokens(data.texts[i])}\n"] * times
        generator.shuffle(lines)
        (folder / "train").write_text("".join(lines), encoding="utf-8")
        options = dict(setting, wordNgrams=2, minn=2, dim=16, bucket=500_000, thread=1, verbose=0, seed=1)
        # Every row stands there twice on average.
        options["epoch"] = max(1, options["epoch"] // 2)
        flags = [word for key, value in options.items() for word in (f"-{key}", str(value))]
        subprocess.run(["fasttext", "supervised", "-input", folder / "train", "-output", folder / "model", *flags],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def answer(self, texts, folder):
        (folder / "texts").write_text("".join(self.tokens(text) + "\n" for text in texts), encoding="utf-8")
        lines = subprocess.run(["fasttext", "predict-prob", folder / "model.bin", folder / "texts"], check=True,
                               capture_output=True, text=True).stdout.split("\n")[:len(texts)]
        answers = []
        for line in lines:
            # A text without a known word gets an empty answer.
            label, probability = line.split() if line else (f"__label__{self.names.index(self.usual)}", "0")
            answers.append((self.names[int(label.removeprefix("__label__"))], min(1.0, float(probability))))
        return answers

    def run(self, data, quick):
        self.names = sorted(set(data.labels))
        self.usual = max(self.names, key=data.labels.count)
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)

            def score(setting):
                self.fit(data, data.fitted, setting, folder)
                return data.judge([a for a, _ in self.answer([data.texts[i] for i in data.judged], folder)])

            setting, reached = best(self.GRID[:2] if quick else self.GRID, score)
            self.fit(data, data.all, setting, folder)
            answers = self.answer(data.test_texts, folder)
        told = f"lr {setting['lr']}, {setting['epoch']} epochs, characters 2–{setting['maxn']}; tenth {reached:.3f}"
        return [f.Answers(self.name, [a for a, _ in answers], [p for _, p in answers], told)]


def fit_linear(kind, c, matrix, data, indices):
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import LinearSVC
    model = LinearSVC(C=c, random_state=1) if kind == "svc" else LogisticRegression(C=c, max_iter=300, tol=1e-3)
    return model.fit(matrix, [data.labels[i] for i in indices], sample_weight=[data.weights[i] for i in indices])


def answers_of(name, model, matrix, settings):
    labels = [str(label) for label in model.predict(matrix)]
    confidences = None
    if hasattr(model, "predict_proba"):
        confidences = [float(value) for value in model.predict_proba(matrix).max(axis=1)]
    return f.Answers(name, labels, confidences, settings)


class Linear:
    """TF-IDF of words 1-2 and characters 2-5, then a linear support vector machine or logistic regression."""

    name = "scikit-learn"
    GRIDS = {"svc": (0.3, 1, 3, 10), "logistic": (3, 10, 30, 100)}
    NAMES = {"svc": "TF-IDF, linear SVM", "logistic": "TF-IDF, logistic regression"}

    @staticmethod
    def vectorizer():
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.pipeline import make_union
        words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"\w+|[^\w\s]")
        # What stands in one text only says nothing of others, and would be most of the columns.
        characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2)
        return make_union(words, characters)

    def run(self, data, quick):
        vectorizer = self.vectorizer()
        fitted = vectorizer.fit_transform([data.texts[i] for i in data.fitted])
        judged = vectorizer.transform([data.texts[i] for i in data.judged])
        chosen = {}
        for kind, grid in self.GRIDS.items():
            chosen[kind] = best(grid[1:3] if quick else grid, lambda c: data.judge(
                fit_linear(kind, c, fitted, data, data.fitted).predict(judged)))
        vectorizer = self.vectorizer()
        fitted, test = vectorizer.fit_transform(data.texts), vectorizer.transform(data.test_texts)
        top = max(chosen, key=lambda kind: chosen[kind][1])
        return [answers_of(self.NAMES[kind], fit_linear(kind, c, fitted, data, data.all), test,
                           f"C {c:g}; tenth {reached:.3f}" + (", the better one there" if kind == top else ""))
                for kind, (c, reached) in chosen.items()]


class Embeddings:
    """all-MiniLM-L6-v2's embeddings of the texts, then logistic regression."""

    name = "MiniLM"
    GRID = (1, 3, 10, 30, 100)

    def __init__(self, cache, threads):
        self.cache, self.threads = cache, threads

    def vectors(self, texts):
        """The embeddings, those in the cache taken from there: they cost minutes and never change."""
        import minilm
        import numpy as np
        keys = [hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest() for text in texts]
        known = {}
        if self.cache and self.cache.exists():
            with np.load(self.cache) as stored:
                known = dict(zip(stored["keys"].tolist(), stored["vectors"]))
        missing = list({key: text for key, text in zip(keys, texts) if key not in known}.items())
        model = minilm.MiniLM()
        # In parts, so that a run that is stopped goes on where it was.
        for start in range(0, len(missing), 1000):
            part = missing[start:start + 1000]
            vectors = model.embed([text for _, text in part], threads=self.threads)
            known |= zip([key for key, _ in part], vectors)
            if self.cache:
                new = self.cache.with_suffix(".new.npz")
                np.savez(new, keys=np.array(list(known)), vectors=np.stack(list(known.values())))
                new.replace(self.cache)
            print(f"default-model: {start + len(part):,} of {len(missing):,} texts embedded", file=sys.stderr)
        return np.stack([known[key] for key in keys])

    def run(self, data, quick):
        vectors = self.vectors(data.texts + data.test_texts)
        train, test = vectors[:len(data.texts)], vectors[len(data.texts):]

        def score(c):
            return data.judge(fit_linear("logistic", c, train[data.fitted], data, data.fitted).predict(train[data.judged]))

        c, reached = best(self.GRID, score)
        return [answers_of("MiniLM embeddings, logistic regression",
                           fit_linear("logistic", c, train, data, data.all), test, f"C {c:g}; tenth {reached:.3f}")]
