"""The description that the service serves, held against the standard and against what the service does."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from openapi_spec_validator import validate
from sidecar import ADMIN_TOKEN, CLASSIFY_TOKEN, Sidecar

FOLDER = Path(__file__).parent
DOCUMENT = FOLDER.parent.parent / "docs" / "openapi.yaml"
POLICY = FOLDER.parent.parent / "Examples" / "policy.yaml"
MODEL = FOLDER.parent.parent / "models" / "default.safetensors"


def test_the_document_is_valid():
    validate(yaml.safe_load(DOCUMENT.read_text()))


def test_the_service_serves_the_document(sidecar):
    answer = sidecar.client().get("/openapi.yaml")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/yaml")
    assert answer.content == DOCUMENT.read_bytes()


def run_schemathesis(url: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(FOLDER / "schemathesis.toml")),
            *("run", f"{url}/openapi.yaml", "--checks", "all", "--no-color"),
        ],
        cwd=FOLDER,
        env={
            **os.environ,
            "PYTHONPATH": str(FOLDER),
            "TASKTYPE_CLASSIFY_TOKEN": CLASSIFY_TOKEN,
            "TASKTYPE_ADMIN_TOKEN": ADMIN_TOKEN,
        },
        capture_output=True,
        text=True,
    )


@pytest.fixture
def managed_sidecar(tmp_path):
    """A service with tokens and a folder of models, whose one model has a revision to go back to."""
    weights = MODEL.read_bytes()
    (tmp_path / "default.safetensors").write_bytes(weights)
    service = Sidecar(tokens=True, settings={
        "models": {"directory": str(tmp_path), "watch_interval": 0},
        "routing": {"policy": str(POLICY), "state": str(tmp_path / "state.sqlite")},
    })
    try:
        (tmp_path / "new").write_bytes(another_revision(weights))
        (tmp_path / "new").rename(tmp_path / "default.safetensors")
        with service.client() as client:
            admin = {"Authorization": f"Bearer {ADMIN_TOKEN}"}
            first = client.get("/v1/models").json()["models"][0]["revision"]
            answer = client.post("/v1/models/default/activate", headers=admin)
            assert answer.status_code == 200, answer.text
            assert answer.json()["previous_revisions"] == [first]
        yield service
    finally:
        service.stop()


def another_revision(weights: bytes) -> bytes:
    """The same model with another digest: a digit in what its file says of its training data is changed."""
    length = int.from_bytes(weights[:8], "little")
    digest = re.search(rb"tasktype\.provenance.*?sha256:([0-9a-f])", weights[8 : 8 + length])
    place = 8 + digest.start(1)
    return weights[:place] + (b"1" if weights[place : place + 1] == b"0" else b"0") + weights[place + 1 :]


def test_schemathesis_finds_no_difference_between_document_and_service(managed_sidecar):
    run = run_schemathesis(managed_sidecar.url)
    print(run.stdout[-30_000:], run.stderr[-5_000:])
    assert run.returncode == 0
    # It must have tried all operations: a description that cannot be read has no failures either.
    operations = sum(
        method in ("get", "post") for path in yaml.safe_load(DOCUMENT.read_text())["paths"].values() for method in path
    )
    tested = re.search(r"Selected: (\d+)/(\d+)\s+Tested: (\d+)", run.stdout)
    assert tested is not None
    # The route that the document itself came from is left out; the test above has it.
    assert {int(count) for count in tested.groups()} == {operations - 1}
    # Each of the kinds of test was run: with examples, at the bounds, at random, and one call after the other.
    for phase in ("Examples", "Coverage", "Fuzzing", "Stateful"):
        assert f"✅ {phase}" in run.stdout
    assert int(re.search(r"(\d+) generated", run.stdout)[1]) > 1_000
