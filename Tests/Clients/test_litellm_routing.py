"""Examples/litellm as it stands: a real LiteLLM proxy that asks the sidecar for each decision, and obeys it."""

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from sidecar import CLASSIFY_TOKEN, PROGRAM, Process, Sidecar, free_port
from test_litellm import CODE, MASTER_KEY, SIMPLE, START_LIMIT
from upstream import Upstream

EXAMPLE = Path(__file__).parent.parent.parent / "Examples" / "litellm"
NAMES = ("small", "spare", "code", "large", "rival")
REFUSAL = "I'm sorry, but I can't help with that."
# A script that the model never saw: it says that it is not sure.
UNCLEAR = "ᚠᛇᚻ ᛒᛦᚦ ᚠᚱᚩᚠᚢᚱ ᚠᛁᚱᚪ ᚷᛖᚻᚹᛦᛚᚳᚢᛗ"


class Gateway:
    def __init__(self, folder: Path):
        self.folder = folder
        self.upstreams = {name: Upstream(name) for name in NAMES}
        for file in EXAMPLE.iterdir():
            shutil.copy(file, folder)
        self.decisions = folder / "decisions.jsonl"
        self.sidecar = Sidecar(
            tokens=True,
            settings={
                "routing": {
                    "policy": str(folder / "policy.yaml"),
                    "state": str(folder / "state.sqlite"),
                    "decisions": str(self.decisions),
                }
            },
        )
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        environment = {
            "LITELLM_LOCAL_MODEL_COST_MAP": "True",
            "LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS": "True",
            "LITELLM_LOCAL_POLICY_TEMPLATES": "True",
            "LITELLM_LOG": "INFO",
            "LITELLM_MASTER_KEY": MASTER_KEY,
            "HOME": str(folder),
            "TASKTYPE_URL": self.sidecar.url,
            "TASKTYPE_TOKEN": CLASSIFY_TOKEN,
            "TASKTYPE_JUDGE_TIMEOUT_SECONDS": "3",
            # A machine that is busy with other tests may be slow.
            "TASKTYPE_TIMEOUT_SECONDS": "10",
        }
        for name, upstream in self.upstreams.items():
            environment[f"{name.upper()}_API_BASE"] = upstream.url
            environment[f"{name.upper()}_API_KEY"] = "sk-none"
        self.process = Process(
            "litellm",
            [
                str(Path(sys.executable).with_name("litellm")),
                *("--config", str(folder / "config.yaml"), "--host", "127.0.0.1", "--port", str(port)),
                *("--num_workers", "1", "--telemetry", "False"),
            ],
            environment,
        )
        self.process.wait_until(lambda: httpx.get(f"{self.url}/health/liveliness").status_code == 200, START_LIMIT)

    def ask(self, text: str, model: str = "auto", headers: dict | None = None, **more) -> httpx.Response:
        return httpx.post(
            f"{self.url}/v1/chat/completions",
            headers={"Authorization": f"Bearer {MASTER_KEY}", **(headers or {})},
            json={"model": model, "messages": [{"role": "user", "content": text}], **more},
            timeout=60,
        )

    def recorded(self) -> tuple[dict, list]:
        """Decisions by identifier, and reports, as the sidecar recorded them."""
        lines = [json.loads(line) for line in self.decisions.read_text().splitlines()]
        decisions = {line["decision"]["id"]: line for line in lines if "decision" in line}
        return decisions, [line["usage"] for line in lines if "usage" in line]

    def wait_for_reports(self, decision: str, count: int) -> list[dict]:
        """The reports of calls that followed a decision; they come after the answer."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            if self.decisions.exists():
                reports = [report for report in self.recorded()[1] if report.get("decision") == decision]
                if len(reports) >= count:
                    return reports
            time.sleep(0.05)
        raise AssertionError(f"{count} reports of {decision} did not come: {self.recorded()[1]}")

    def down(self) -> list[str]:
        return self.sidecar.client().get("/v1/policy").json()["down"]

    def stop(self) -> None:
        self.process.stop()
        for upstream in self.upstreams.values():
            upstream.stop()
        self.sidecar.stop()


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    gateway = Gateway(tmp_path_factory.mktemp("gateway"))
    try:
        yield gateway
    finally:
        gateway.stop()


@pytest.fixture
def gateway(running):
    """The gateway with all upstreams well, and none of them marked down."""
    for upstream in running.upstreams.values():
        upstream.requests.clear()
        upstream.failure = None
        upstream.delay = 0.0
        upstream.content = None
    with running.sidecar.client() as client:
        for provider in ("one", "two", "three", "four", "five"):
            client.post("/v1/health-report", json={"name": provider, "status": "up"})
        for name in NAMES:
            client.post("/v1/health-report", json={"name": f"{name}-model", "status": "up"})
    return running


def answered_by(answer: httpx.Response) -> str:
    assert answer.status_code == 200, answer.text
    return answer.json()["choices"][0]["message"]["content"].removeprefix("answered by ")


def test_each_request_goes_to_the_model_that_the_policy_names_and_headers_say_so(gateway):
    for texts, model, kind in ((SIMPLE, "small", "simple"), (CODE, "code", "code")):
        for text in texts:
            answer = gateway.ask(text)
            assert answered_by(answer) == model
            assert answer.headers["x-tasktype-model"] == f"{model}-model"
            assert answer.headers["x-tasktype-task-type"] == kind
            assert answer.headers["x-tasktype-decision"]
    assert gateway.upstreams["small"].questions() == SIMPLE
    assert gateway.upstreams["code"].questions() == CODE


def test_the_mode_header_goes_through_the_gateway(gateway):
    answer = gateway.ask(SIMPLE[0], headers={"x-mode": "sport"})
    assert answered_by(answer) in ("large", "rival")
    assert answer.headers["x-tasktype-mode"] == "sport"


def test_a_request_that_names_a_model_is_left_alone(gateway):
    answer = gateway.ask(SIMPLE[0], model="code-model")
    assert answered_by(answer) == "code"
    assert "x-tasktype-decision" not in answer.headers


def test_a_failing_upstream_is_replaced_by_the_fallback_and_then_passed_over(gateway):
    gateway.upstreams["small"].failure = 503
    first = gateway.ask(SIMPLE[0])
    assert answered_by(first) == "spare"
    decision = first.headers["x-tasktype-decision"]
    reports = gateway.wait_for_reports(decision, 2)
    assert {(report["model"], report.get("failed", False), report.get("fallback", False)) for report in reports} == {
        ("small-model", True, False),
        ("spare-model", False, True),
    }
    # After some more failures the policy's bounds are reached, and nobody asks the broken one any longer.
    for text in SIMPLE[1:4]:
        answer = gateway.ask(text)
        assert answered_by(answer) == "spare"
        gateway.wait_for_reports(answer.headers["x-tasktype-decision"], 2)
    assert "small-model" in gateway.down()
    called = len(gateway.upstreams["small"].requests)
    answer = gateway.ask(SIMPLE[4])
    assert answered_by(answer) == "spare"
    assert answer.headers["x-tasktype-cause"] == "health"
    assert len(gateway.upstreams["small"].requests) == called
    # It is well again, and said to be.
    gateway.upstreams["small"].failure = None
    with gateway.sidecar.client() as client:
        for name in ("one", "small-model"):
            assert client.post("/v1/health-report", json={"name": name, "status": "up"}).status_code == 200
    assert answered_by(gateway.ask(SIMPLE[5])) == "small"


def test_a_request_that_is_wrong_does_not_count_against_the_provider(gateway):
    gateway.upstreams["small"].failure = 400
    for text in SIMPLE[:6]:
        gateway.ask(text)
    assert gateway.down() == []


def test_a_spent_budget_is_answered_with_429(gateway):
    with gateway.sidecar.client() as client:
        spent = {"id": "all-of-it", "cost": 20, "metadata": {"project": "spendthrift"}}
        assert client.post("/v1/usage", json=spent).status_code == 200
    answer = gateway.ask(SIMPLE[0], metadata={"project": "spendthrift"})
    assert answer.status_code == 429
    assert "budget" in answer.text
    assert answered_by(gateway.ask(SIMPLE[0], metadata={"project": "thrifty"})) == "small"


def test_what_calls_used_is_charged_to_their_project(gateway):
    answer = gateway.ask(SIMPLE[0], metadata={"project": "charged"})
    [report] = gateway.wait_for_reports(answer.headers["x-tasktype-decision"], 1)
    assert report["metadata"]["project"] == "charged"
    # The upstream's answer says 1 token in and 3 out.
    assert report["tokens"] == {"input": 1, "output": 3}
    assert report["cost"] == pytest.approx((1 * 0.10 + 3 * 0.40) / 1e6)


# The judge.


def test_in_doubt_the_judge_is_asked_and_its_word_goes_to_the_policy(gateway):
    gateway.upstreams["spare"].content = "Code."
    answer = gateway.ask(UNCLEAR)
    assert answered_by(answer) == "code"
    assert answer.headers["x-tasktype-task-type"] == "code"
    [asked] = gateway.upstreams["spare"].requests
    assert asked["messages"][0]["role"] == "system"
    assert "one word" in asked["messages"][0]["content"]
    assert asked["messages"][1]["content"] == UNCLEAR
    decision = answer.headers["x-tasktype-decision"]
    # What the judge cost is reported, too, and is nobody's fallback.
    reports = gateway.wait_for_reports(decision, 2)
    assert {report["model"] for report in reports} == {"spare-model", "code-model"}
    assert not any(report.get("fallback") for report in reports)


def test_a_judge_that_fails_stalls_or_says_nothing_of_use_changes_nothing(gateway):
    judge = gateway.upstreams["spare"]
    before = gateway.recorded()[0] if gateway.decisions.exists() else {}
    for failure, delay, content in ((500, 0, None), (None, 5, "code"), (None, 0, "..."), (None, 0, "poetry")):
        judge.failure, judge.delay, judge.content = failure, delay, content
        answer = gateway.ask(UNCLEAR)
        assert answer.status_code == 200
        judge.delay = 0
        identifier = answer.headers["x-tasktype-decision"]
        assert identifier not in before
        assert answer.headers["x-tasktype-model"] != "code-model"


def test_nobody_but_the_judge_may_say_what_it_says(gateway):
    answer = gateway.ask(SIMPLE[0], metadata={"tags": ["judged-code"]})
    assert answered_by(answer) == "small"


# Two at once.


def test_in_sport_two_providers_are_called_and_the_faster_one_answers(gateway):
    for slow, fast in (("large", "rival"), ("rival", "large")):
        gateway.upstreams[slow].delay, gateway.upstreams[fast].delay = 5, 0
        begin = time.monotonic()
        answer = gateway.ask(CODE[0], headers={"x-mode": "sport"})
        assert answered_by(answer) == fast
        assert time.monotonic() - begin < 5
        [report] = gateway.wait_for_reports(answer.headers["x-tasktype-decision"], 1)
        assert report["model"] == f"{fast}-model"
        assert not report.get("fallback")
    assert len(gateway.upstreams["large"].requests) == len(gateway.upstreams["rival"].requests) == 2


def test_where_one_of_two_fails_the_other_answers(gateway):
    gateway.upstreams["large"].failure = 503
    gateway.upstreams["rival"].delay = 0.3
    answer = gateway.ask(CODE[1], headers={"x-mode": "sport"})
    assert answer.status_code == 200
    assert "answered by" in answer.text
    assert len(gateway.upstreams["rival"].requests) == 1
    # The failure counts against the one that failed.
    reports = gateway.wait_for_reports(answer.headers["x-tasktype-decision"], 2)
    assert {(report["model"], report.get("failed", False)) for report in reports} == {
        ("large-model", True),
        ("rival-model", False),
    }
    # No provider is told what only LiteLLM is to know.
    assert "fastest_response" not in gateway.upstreams["rival"].requests[0]


# The cheapest first.


def in_eco(gateway, text: str, **more) -> httpx.Response:
    return gateway.ask(text, headers={"x-mode": "eco"}, **more)


def test_an_answer_that_passes_is_the_only_one(gateway):
    assert answered_by(in_eco(gateway, SIMPLE[0])) == "small"
    assert [name for name in NAMES if gateway.upstreams[name].requests] == ["small"]


def test_a_refusal_is_followed_by_the_next_model_and_both_are_charged(gateway):
    gateway.upstreams["small"].content = REFUSAL
    answer = in_eco(gateway, SIMPLE[0], temperature=0.3)
    assert answered_by(answer) == "spare"
    assert gateway.upstreams["spare"].questions() == [SIMPLE[0]]
    assert gateway.upstreams["spare"].requests[0]["temperature"] == 0.3
    reports = gateway.wait_for_reports(answer.headers["x-tasktype-decision"], 2)
    assert {report["model"] for report in reports} == {"small-model", "spare-model"}
    assert not any(report.get("fallback") for report in reports)


def test_a_cascade_goes_past_models_that_fail_and_ends_at_its_last(gateway):
    gateway.upstreams["small"].content = ""
    gateway.upstreams["spare"].failure = 503
    assert answered_by(in_eco(gateway, SIMPLE[1])) == "large"
    gateway.upstreams["large"].content = REFUSAL
    assert in_eco(gateway, SIMPLE[1]).json()["choices"][0]["message"]["content"] == REFUSAL


def test_where_all_others_fail_the_first_answer_stands(gateway):
    gateway.upstreams["small"].content = REFUSAL
    for name in ("spare", "large"):
        gateway.upstreams[name].failure = 503
    assert in_eco(gateway, SIMPLE[2]).json()["choices"][0]["message"]["content"] == REFUSAL


def test_of_a_streamed_answer_no_token_goes_out_before_it_has_passed(gateway):
    def streamed() -> str:
        text = ""
        for line in in_eco(gateway, SIMPLE[3], stream=True).text.splitlines():
            if line.startswith("data: {"):
                text += json.loads(line.removeprefix("data: "))["choices"][0]["delta"].get("content") or ""
        return text

    assert streamed() == "answered by small"
    gateway.upstreams["small"].content = REFUSAL
    assert streamed() == "answered by spare"
    gateway.upstreams["spare"].content = REFUSAL
    assert streamed() == "answered by large"


ROLLOUT = """
rollout:
  name: test
  stage: canary
  control: large-model
  steps: [0.5]
  gate: {measures: [error], latency: {limit: 30, margin: 0.1}}
"""


def test_outcomes_of_a_rollout_are_told_each_user_counting_once(gateway):
    policy = gateway.folder / "policy.yaml"
    before = policy.read_text()
    policy.write_text(before + ROLLOUT)
    try:
        with gateway.sidecar.client() as client:

            def counted(measure: str) -> int:
                kinds = client.get("/v1/rollout").json().get("task_types") or {}
                arms = kinds.get("simple", {}).get("measures", {}).get(measure, {})
                return sum(arms[arm]["outcomes"] for arm in ("control", "routed") if arm in arms)

            def wait(done) -> None:
                deadline = time.monotonic() + 30
                while not done():
                    assert time.monotonic() < deadline, client.get("/v1/rollout").text
                    time.sleep(0.05)

            wait(lambda: client.get("/v1/rollout").json()["rollout"] == "test")
            users = [f"u{number}" for number in range(8)]
            answers = [answered_by(gateway.ask(SIMPLE[0], metadata={"user": user})) for user in users]
            assert set(answers) == {"small", "large"}
            wait(lambda: counted("error") == counted("latency") == len(users))
            # Each stays where it was, and is not counted again.
            assert [answered_by(gateway.ask(SIMPLE[0], metadata={"user": user})) for user in users] == answers
            repeated = f'tasktype_rollout_outcomes_total{{reception="repeated"}} {len(users)}'
            wait(lambda: repeated in gateway.sidecar.metrics())
            assert counted("error") == counted("latency") == len(users)
    finally:
        policy.write_text(before)


def test_the_summary_adds_up(gateway):
    answers = [gateway.ask(text) for text in SIMPLE]
    for answer in answers:
        gateway.wait_for_reports(answer.headers["x-tasktype-decision"], 1)
    run = subprocess.run(
        [str(PROGRAM), "decisions", str(gateway.decisions), "--format", "json"], capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
    summary = json.loads(run.stdout)
    decisions, _ = gateway.recorded()
    assert summary["decisions"] == len(decisions)
    assert summary["by_model"]["small-model"]["decisions"] >= len(SIMPLE)
    assert summary["unreadable_lines"] == 0
    assert 0 < summary["savings"] < 1
    assert not any("text" in line for line in decisions.values())


def test_without_the_sidecar_the_default_deployment_answers(gateway):
    # This comes last: the sidecar is stopped for good.
    gateway.sidecar.process.kill()
    answer = gateway.ask(SIMPLE[0])
    assert answered_by(answer) == "large"
    assert "x-tasktype-decision" not in answer.headers
    gateway.sidecar.process.stop = lambda: 0
    Path(gateway.sidecar.socket_path).unlink(missing_ok=True)
