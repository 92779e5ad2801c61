"""A real LiteLLM proxy whose complexity router asks the sidecar, and two providers that it routes to."""

import json
import os
import sys
from pathlib import Path

import httpx
import pytest
from sidecar import CLASSIFY_TOKEN, Process, Sidecar, free_port
from upstream import Upstream

# The proxy imports much: 20 s on an idle machine where Python has compiled nothing yet.
START_LIMIT = 240

MASTER_KEY = "sk-proxy-key-of-the-tests"

SIMPLE = [
    "What is the capital of Norway?",
    "How do you say good morning in Italian?",
    "Convert 12 miles to kilometres.",
    "Who painted the Night Watch?",
    "What day comes after Thursday?",
    "Give me a synonym for happy.",
    "Thanks, that is all for today!",
    "When did the Berlin Wall fall?",
]

# LiteLLM's own scorer would know some of them too; that it was not asked is told by the sidecar's count of calls.
CODE = [
    "Write a Python function that merges two sorted lists and add a pytest for it.",
    "Fix this TypeError: 'NoneType' object is not subscriptable in my Flask handler.",
    "Refactor this Swift class into a struct and keep the public API unchanged.",
    "Why does my SQL query with LEFT JOIN return duplicate rows?\n"
    "SELECT a.id, b.name FROM a LEFT JOIN b ON a.id = b.a_id;",
    "Write a bash script that rotates log files older than 7 days.",
    "Implement a binary search tree with insert and delete in Rust.",
    "My React component re-renders on every keystroke; how do I memoise the callback?",
    "Add a unit test for the parser in src/lexer.ts.",
]


def router(classifier: dict, **tiers) -> dict:
    return {
        "model": "auto_router/complexity_router",
        "complexity_router_config": {"classifier_type": "jev", "jev_classifier_config": classifier, **tiers},
        "complexity_router_default_model": "large-model",
    }


class Proxy:
    def __init__(self, folder: Path, sidecar: Sidecar, small: Upstream, coder: Upstream, large: Upstream):
        # No model is named: LiteLLM then asks for one of its own vendor's, and the sidecar's default model answers.
        classifier = {"api_base": sidecar.url, "api_key": CLASSIFY_TOKEN, "timeout_ms": 10_000}
        models = [
            # The model's own labels as tiers, cheapest first.
            {
                "model_name": "by-task-type",
                "litellm_params": router(
                    classifier,
                    tier_definitions=[
                        {"name": "simple", "description": "Greetings, facts, conversions"},
                        {"name": "code", "description": "Writing, reading and repairing programs"},
                        {"name": "complex", "description": "Work of many steps"},
                        {"name": "reasoning", "description": "Proofs, trade-offs, careful thought"},
                    ],
                    fallback_tier="reasoning",
                    tiers={
                        "simple": "small-model",
                        "code": "code-model",
                        "complex": "large-model",
                        "reasoning": "large-model",
                    },
                ),
            },
            # LiteLLM's own four tiers; the service knows which labels they come nearest to.
            {
                "model_name": "by-tier",
                "litellm_params": router(
                    classifier,
                    tiers={
                        "SIMPLE": "small-model",
                        "MEDIUM": "code-model",
                        "COMPLEX": "large-model",
                        "REASONING": "large-model",
                    },
                ),
            },
        ]
        for name, upstream in (("small-model", small), ("code-model", coder), ("large-model", large)):
            models.append(
                {
                    "model_name": name,
                    "litellm_params": {"model": f"openai/{name}", "api_base": upstream.url, "api_key": "sk-none"},
                }
            )
        configuration = {
            "model_list": models,
            "general_settings": {"master_key": MASTER_KEY},
            "litellm_settings": {"telemetry": False, "num_retries": 0},
        }
        file = folder / "litellm.yaml"
        file.write_text(json.dumps(configuration))
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.process = Process(
            "litellm",
            [
                str(Path(sys.executable).with_name("litellm")),
                *("--config", str(file), "--host", "127.0.0.1", "--port", str(port), "--num_workers", "1"),
                *("--telemetry", "False"),
            ],
            {
                # Prices and model names from the package, not from the network.
                "LITELLM_LOCAL_MODEL_COST_MAP": "True",
                "LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS": "True",
                "LITELLM_LOCAL_POLICY_TEMPLATES": "True",
                "LITELLM_LOG": "INFO",
                "HOME": str(folder),
            },
        )
        self.process.wait_until(lambda: httpx.get(f"{self.url}/health/liveliness").status_code == 200, START_LIMIT)

    def ask(self, model: str, messages: list[dict]) -> str:
        answer = httpx.post(
            f"{self.url}/v1/chat/completions",
            headers={"Authorization": f"Bearer {MASTER_KEY}"},
            json={"model": model, "messages": messages},
            timeout=60,
        )
        assert answer.status_code == 200, answer.text
        return answer.json()["choices"][0]["message"]["content"]


@pytest.fixture(scope="module")
def setting(tmp_path_factory):
    """The sidecar, three providers, and the proxy between them."""
    sidecar = Sidecar(tokens=True)
    upstreams = [Upstream("small"), Upstream("coder"), Upstream("large")]
    try:
        proxy = Proxy(tmp_path_factory.mktemp("litellm"), sidecar, *upstreams)
        try:
            yield Setting(proxy, sidecar, *upstreams)
        finally:
            proxy.process.stop()
    finally:
        for upstream in upstreams:
            upstream.stop()
        sidecar.stop()


class Setting:
    def __init__(self, proxy: Proxy, sidecar: Sidecar, small: Upstream, coder: Upstream, large: Upstream):
        self.proxy, self.sidecar, self.small, self.coder, self.large = proxy, sidecar, small, coder, large
        self.process = proxy.process

    def conversations(self, model: str, conversations: list[list[dict]]) -> None:
        """Asks each, and makes sure that the sidecar was asked about each: LiteLLM falls back without a word."""
        for upstream in (self.small, self.coder, self.large):
            upstream.requests.clear()
        before = self.sidecar.requests_counted("/v1/systemone")
        for messages in conversations:
            self.proxy.ask(model, messages)
        counted = self.sidecar.requests_counted("/v1/systemone") - before
        assert counted == len(conversations), (
            f"{len(conversations)} requests went through LiteLLM, the sidecar answered {counted:.0f} of them"
        )


@pytest.mark.parametrize("model", ["by-task-type", "by-tier"])
def test_simple_requests_go_to_the_small_model_and_code_to_the_code_model(setting, model):
    mixed = [text for pair in zip(SIMPLE, CODE, strict=True) for text in pair]
    setting.conversations(model, [[{"role": "user", "content": text}] for text in mixed])
    assert setting.small.questions() == SIMPLE
    assert setting.coder.questions() == CODE
    assert setting.large.questions() == []


def test_a_system_prompt_and_earlier_turns_do_not_hide_what_is_asked(setting):
    def conversation(text: str) -> list[dict]:
        return [
            {"role": "system", "content": "You are a helpful assistant of a software company. Be brief and polite."},
            {"role": "user", "content": "Hello, are you there?"},
            {"role": "assistant", "content": "Yes. What can I do for you?"},
            {"role": "user", "content": text},
        ]

    setting.conversations("by-task-type", [conversation(text) for text in SIMPLE + CODE])
    assert setting.small.questions() == SIMPLE
    assert setting.coder.questions() == CODE


def test_a_tier_that_no_label_stands_for_is_refused_by_name(setting):
    """What an operator sees who configures a tier that the model does not know."""
    answer = setting.sidecar.client().post(
        "/v1/systemone",
        json={
            "state": SIMPLE[0],
            "model": "default",
            "questions": {
                "tier": {"type": "choice", "instructions": "Pick one.", "criteria": {"simple": "", "gardening": ""}}
            },
        },
    )
    assert answer.status_code == 422
    assert "gardening" in answer.text
