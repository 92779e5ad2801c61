"""huggingface_hub's InferenceClient, pointed at the sidecar by its base URL."""

import math
import os

import pytest

os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
# No token that somebody saved on this machine.
os.environ.pop("HF_TOKEN", None)
os.environ["HF_HUB_DISABLE_IMPLICIT_TOKEN"] = "1"

from huggingface_hub import InferenceClient, TextClassificationOutputElement  # noqa: E402
from huggingface_hub.errors import HfHubHTTPError  # noqa: E402
from sidecar import CLASSIFY_TOKEN  # noqa: E402

LABELS = {"simple", "code", "reasoning", "complex"}
CODE = "Write a Python function that merges two sorted lists and add a pytest for it."


@pytest.fixture(params=["/", "/models/default"])
def client(sidecar, request):
    """The default model under both of its addresses."""
    return InferenceClient(model=sidecar.url + request.param.rstrip("/"))


def test_all_labels_come_sorted_and_sum_to_one(client):
    found = client.text_classification(CODE)
    assert all(isinstance(element, TextClassificationOutputElement) for element in found)
    assert {element.label for element in found} == LABELS
    scores = [element.score for element in found]
    assert scores == sorted(scores, reverse=True)
    assert math.isclose(sum(scores), 1, abs_tol=1e-5)
    assert found[0].label == "code"


@pytest.mark.parametrize("count", [1, 2, 4, 100])
def test_top_k_bounds_the_number_of_labels(client, count):
    every = client.text_classification(CODE)
    assert client.text_classification(CODE, top_k=count) == every[:count]


def test_the_logistic_function_and_raw_logits_keep_the_order(client):
    def scores(transform):
        return {
            element.label: element.score
            for element in client.text_classification(CODE, function_to_apply=transform)
        }

    logits, sigmoids = scores("none"), scores("sigmoid")
    assert set(logits) == set(sigmoids) == LABELS
    for label, logit in logits.items():
        assert math.isclose(sigmoids[label], 1 / (1 + math.exp(-logit)), abs_tol=1e-5)
    assert list(logits) == list(sigmoids)


def test_a_refusal_carries_its_sentence(client):
    with pytest.raises(HfHubHTTPError) as refusal:
        client.text_classification(CODE, top_k=0)
    assert refusal.value.response.status_code == 422
    assert "top_k" in refusal.value.response.json()["error"]


def test_an_unknown_model_is_not_found(sidecar):
    with pytest.raises(HfHubHTTPError) as refusal:
        InferenceClient(model=f"{sidecar.url}/models/nobody").text_classification(CODE)
    assert refusal.value.response.status_code == 404
    assert "no model" in refusal.value.response.json()["error"]


def test_the_token_is_asked_for_and_taken(guarded_sidecar):
    with pytest.raises(HfHubHTTPError) as refusal:
        InferenceClient(model=guarded_sidecar.url).text_classification(CODE)
    assert refusal.value.response.status_code == 401
    found = InferenceClient(model=guarded_sidecar.url, token=CLASSIFY_TOKEN).text_classification(CODE)
    assert found[0].label == "code"
