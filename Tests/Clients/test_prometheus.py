"""Prometheus' own check of what it would scrape."""

import subprocess


def promtool(text: str) -> subprocess.CompletedProcess:
    return subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True)


def test_promtool_finds_nothing_wrong_with_the_metrics(sidecar):
    client = sidecar.client()
    # Metrics of every kind of answer: right, wrong, not found.
    assert client.post("/v1/classify", json={"text": "Fix this test."}).status_code == 200
    assert client.post("/v1/classify", json={"text": 1}).status_code == 422
    assert client.get("/nowhere").status_code == 404
    text = sidecar.metrics()
    check = promtool(text)
    assert (check.returncode, check.stdout, check.stderr) == (0, "", ""), text
    assert "tasktype_" in text


def test_promtool_would_have_found_something():
    """Guards the test above: an unending line or a counter without `_total` is reported."""
    assert promtool("# TYPE a counter\na 1").returncode != 0
    assert promtool("# HELP calls Calls.\n# TYPE calls counter\ncalls 1\n").returncode != 0


def test_each_request_is_counted_once(sidecar):
    before = sidecar.requests_counted("/v1/classify")
    with sidecar.client() as client:
        for _ in range(7):
            assert client.post("/v1/classify", json={"text": "Fix this test."}).status_code == 200
    assert sidecar.requests_counted("/v1/classify") - before == 7
