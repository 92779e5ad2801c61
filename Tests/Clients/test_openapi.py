"""The description that the service serves, held against the standard and against what the service does."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from openapi_spec_validator import validate
from sidecar import ADMIN_TOKEN, CLASSIFY_TOKEN

FOLDER = Path(__file__).parent
DOCUMENT = FOLDER.parent.parent / "docs" / "openapi.yaml"


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


def test_schemathesis_finds_no_difference_between_document_and_service(guarded_sidecar):
    run = run_schemathesis(guarded_sidecar.url)
    print(run.stdout[-30_000:], run.stderr[-5_000:])
    assert run.returncode == 0
    operations = sum(
        method in ("get", "post") for path in yaml.safe_load(DOCUMENT.read_text())["paths"].values() for method in path
    )
    # It must have tried all operations: a description that cannot be read has no failures either.
    tested = re.search(r"Operations:\s+(\d+) selected / (\d+) total", run.stdout)
    assert tested is not None
    assert int(tested[1]) == int(tested[2]) == operations
