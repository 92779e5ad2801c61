"""Triton's HTTP client against the routes of the Open Inference Protocol."""

import numpy
import pytest
import tritonclient.http as triton
from sidecar import CLASSIFY_TOKEN
from tritonclient.utils import InferenceServerException

TEXTS = [
    "What is the capital of Norway?",
    "Write a Python function that merges two sorted lists and add a pytest for it.",
    "Quelle est la capitale de la Norvège ? 東京は?",
]


@pytest.fixture(scope="module")
def client(sidecar):
    client = triton.InferenceServerClient(f"127.0.0.1:{sidecar.port}")
    yield client
    client.close()


def tensor(texts: list[str], binary: bool, shape: list[int] | None = None):
    data = numpy.array([text.encode() for text in texts], dtype=object).reshape(shape or [len(texts)])
    tensor = triton.InferInput("text", list(data.shape), "BYTES")
    tensor.set_data_from_numpy(data, binary_data=binary)
    return tensor


def asked(*names: str, binary: bool):
    return [triton.InferRequestedOutput(name, binary_data=binary) for name in names]


def test_the_server_and_its_model_are_live_and_ready(client):
    assert client.is_server_live()
    assert client.is_server_ready()
    assert client.is_model_ready("default")


def test_the_server_names_itself(client):
    metadata = client.get_server_metadata()
    assert metadata["name"] == "tasktype"
    assert "binary_tensor_data" in metadata["extensions"]


def test_the_models_metadata_names_its_tensors(client):
    metadata = client.get_model_metadata("default")
    assert metadata["inputs"] == [{"name": "text", "datatype": "BYTES", "shape": [-1]}]
    outputs = {output["name"]: output for output in metadata["outputs"]}
    assert set(outputs) == {"label", "probabilities", "confidence"}
    assert outputs["label"]["datatype"] == "BYTES"
    assert outputs["probabilities"]["datatype"] == "FP32"
    assert outputs["probabilities"]["shape"] == [-1, len(outputs["probabilities"]["labels"])]


@pytest.mark.parametrize("binary_input", [True, False])
@pytest.mark.parametrize("binary_output", [True, False])
def test_texts_go_in_and_labels_with_probabilities_come_out(client, binary_input, binary_output):
    answer = client.infer(
        "default",
        [tensor(TEXTS, binary_input)],
        outputs=asked("label", "probabilities", "confidence", binary=binary_output),
        request_id="42",
    )
    assert answer.get_response()["id"] == "42"
    assert answer.get_response()["model_name"] == "default"
    labels = client.get_model_metadata("default")["outputs"]
    labels = next(output["labels"] for output in labels if output["name"] == "probabilities")
    found = [label.decode() if isinstance(label, bytes) else label for label in answer.as_numpy("label")]
    probabilities = answer.as_numpy("probabilities")
    assert found[:2] == ["simple", "code"]
    assert probabilities.shape == (len(TEXTS), len(labels))
    assert numpy.allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    assert [labels[column] for column in probabilities.argmax(axis=1)] == found
    assert numpy.allclose(answer.as_numpy("confidence"), probabilities.max(axis=1))


def test_a_column_of_texts_is_taken_like_a_row(client):
    row = client.infer("default", [tensor(TEXTS, True)]).as_numpy("probabilities")
    column = client.infer("default", [tensor(TEXTS, True, [len(TEXTS), 1])]).as_numpy("probabilities")
    assert (row == column).all()


def test_binary_and_json_give_the_same_numbers(client):
    binary = client.infer("default", [tensor(TEXTS, True)], outputs=asked("probabilities", binary=True))
    json = client.infer("default", [tensor(TEXTS, False)], outputs=asked("probabilities", binary=False))
    assert (binary.as_numpy("probabilities") == json.as_numpy("probabilities")).all()


def test_classification_gives_the_best_labels_by_name(client):
    outputs = [triton.InferRequestedOutput("probabilities", binary_data=True, class_count=2)]
    best = client.infer("default", [tensor(TEXTS[:1], True)], outputs=outputs).as_numpy("probabilities")
    scores = [entry.decode().split(":") for entry in best.reshape(-1)]
    assert len(scores) == 2
    assert scores[0][2] == "simple"
    assert float(scores[0][0]) >= float(scores[1][0])


def test_only_the_outputs_asked_for_come_back(client):
    answer = client.infer("default", [tensor(TEXTS, True)], outputs=asked("label", binary=True))
    assert [output["name"] for output in answer.get_response()["outputs"]] == ["label"]


@pytest.mark.parametrize("compression", ["gzip", "deflate"])
def test_a_compressed_body_is_refused_with_a_word_about_it(client, compression):
    with pytest.raises(InferenceServerException) as refusal:
        client.infer("default", [tensor(TEXTS, True)], request_compression_algorithm=compression)
    assert refusal.value.status() in ("400", "415")
    assert "ompress" in refusal.value.message() or "Encoding" in refusal.value.message()


def test_many_calls_at_once_are_each_answered_with_their_own(sidecar):
    client = triton.InferenceServerClient(f"127.0.0.1:{sidecar.port}", concurrency=8)
    calls = [
        client.async_infer("default", [tensor([text], True)], request_id=str(index))
        for index, text in enumerate(TEXTS * 20)
    ]
    expected = [client.infer("default", [tensor([text], True)]).as_numpy("probabilities") for text in TEXTS]
    for index, call in enumerate(calls):
        answer = call.get_result()
        assert answer.get_response()["id"] == str(index)
        assert (answer.as_numpy("probabilities") == expected[index % len(TEXTS)]).all()
    client.close()


@pytest.mark.parametrize(
    ("model", "inputs", "outputs", "status", "word"),
    [
        ("nobody", [tensor(TEXTS, True)], None, "404", "no model"),
        ("default", [tensor(TEXTS, True)], asked("logits", binary=True), "400", "logits"),
        ("default", [tensor(TEXTS, True), tensor(TEXTS, True)], None, "400", "inputs"),
    ],
)
def test_errors_carry_their_status_and_sentence(client, model, inputs, outputs, status, word):
    with pytest.raises(InferenceServerException) as refusal:
        client.infer(model, inputs, outputs=outputs)
    assert refusal.value.status() == status
    assert word in refusal.value.message()


def test_numbers_are_refused(client):
    numbers = triton.InferInput("text", [2], "FP32")
    numbers.set_data_from_numpy(numpy.array([1, 2], dtype=numpy.float32))
    with pytest.raises(InferenceServerException) as refusal:
        client.infer("default", [numbers])
    assert refusal.value.status() == "400"
    assert "BYTES" in refusal.value.message()


def test_an_unknown_model_is_not_ready(client):
    assert not client.is_model_ready("nobody")
    with pytest.raises(InferenceServerException) as refusal:
        client.get_model_metadata("nobody")
    assert refusal.value.status() == "404"


def test_the_token_is_asked_for_and_taken(guarded_sidecar):
    client = triton.InferenceServerClient(f"127.0.0.1:{guarded_sidecar.port}")
    with pytest.raises(InferenceServerException) as refusal:
        client.infer("default", [tensor(TEXTS, True)])
    assert refusal.value.status() == "401"
    headers = {"Authorization": f"Bearer {CLASSIFY_TOKEN}"}
    assert client.infer("default", [tensor(TEXTS, True)], headers=headers).as_numpy("label")[0] == b"simple"
    client.close()
