"""LiteLLM's proxy asks tasktype which model answers, obeys, and reports what came of it.

Put this file beside the proxy's configuration and name it there:

    litellm_settings:
      callbacks: tasktype_routing.handler

Requests for the model TASKTYPE_AUTO_MODEL (`auto`) are decided about: model and fallbacks come from POST /v1/route. All
other requests go where they say. Where the sidecar does not answer in time, the request goes on to `auto` itself, which
the configuration gives a deployment of its own: routing is never the reason for which a request fails.

What else a decision may ask for is carried out here:

- `judge`: a small model is asked for the task type, and its word goes back as a tag that a rule of the policy reads;
- `hedge`: two models are called at once, and the first answer counts;
- `cascade`: the answer is checked by POST /v1/check, and the next model is asked where it does not pass.
"""

import asyncio
import contextlib
import os
import re
from datetime import datetime

import httpx
import litellm
from fastapi import HTTPException
from litellm._logging import verbose_proxy_logger as log
from litellm.integrations.custom_logger import CustomLogger

URL = os.environ.get("TASKTYPE_URL", "http://127.0.0.1:8085")
TOKEN = os.environ.get("TASKTYPE_TOKEN", "")
AUTO_MODEL = os.environ.get("TASKTYPE_AUTO_MODEL", "auto")
# A decision takes well under a millisecond; what takes longer is broken.
TIMEOUT = float(os.environ.get("TASKTYPE_TIMEOUT_SECONDS", "0.5"))
# After this the first decision stands.
JUDGE_TIMEOUT = float(os.environ.get("TASKTYPE_JUDGE_TIMEOUT_SECONDS", "5"))
# Characters of the request that the judge sees: its beginning and its end say what is wanted.
JUDGE_CHARACTERS = 4000
# The tag `judged-code` says that the judge called it code.
JUDGED = "judged-"
# What of a request goes to the further models of a cascade.
PARAMETERS = (
    "messages", "tools", "tool_choice", "response_format", "temperature", "top_p", "max_tokens",
    "max_completion_tokens", "stop", "seed", "user", "presence_penalty", "frequency_penalty", "logprobs",
    "top_logprobs", "reasoning_effort", "stream_options",
)  # fmt: skip
# Metadata of the request that budgets and rules look at.
METADATA = ("project", "user", "feature", "user_tier", "endpoint")
# What came from the provider's side, so that it counts against the provider.
PROVIDER_FAULTS = {408, 429}
REPORTS_AT_ONCE = 200
REPORTS_WAITING = 20_000


def router() -> litellm.Router:
    """The proxy's router; it is made after this file was read."""
    from litellm.proxy import proxy_server

    return proxy_server.llm_router


class TaskTypeRouting(CustomLogger):
    def __init__(self):
        super().__init__()
        headers = {"Authorization": f"Bearer {TOKEN}"} if TOKEN else {}
        self.client = httpx.AsyncClient(base_url=URL, headers=headers, timeout=TIMEOUT, trust_env=False)
        self.reports: asyncio.Queue | None = None
        self.sender: asyncio.Task | None = None

    # Before a call: which model?

    async def async_pre_call_hook(self, user_api_key_dict, cache, data, call_type):
        if data.get("model") != AUTO_MODEL or not isinstance(data.get("messages"), list):
            return data
        metadata = data.setdefault("metadata", {})
        question = self.question(data, metadata, user_api_key_dict)
        try:
            decision = await self.call("/v1/route", question)
        except (httpx.HTTPError, ValueError) as error:
            log.warning("tasktype did not decide (%r); %s answers", error, AUTO_MODEL)
            return data
        if decision.get("judge"):
            decision = await self.judged(decision, question, self.told(metadata, data))
        if decision["model"] is None:
            refused = decision["refused"]
            raise HTTPException(
                429,
                detail=f"the budget {refused['budget']} is spent",
                headers={"Retry-After": str(max(1, round(refused["retry_after_seconds"])))},
            )
        data["model"] = decision["model"]
        # LiteLLM calls these one after the other when the model fails.
        data["fallbacks"] = decision["fallbacks"]
        if decision["hedge"]:
            # LiteLLM calls them all at once and cancels the others when one has answered.
            data["model"] = ",".join([decision["model"], *decision["hedge"]])
            data["fastest_response"] = True
        metadata["tasktype"] = {
            **{name: decision[name] for name in ("id", "model", "task_type", "mode", "cause", "hedge")},
            "cascade": decision.get("cascade") or [],
            "rollout": decision.get("rollout"),
            "metadata": self.told(metadata, data),
        }
        return data

    async def call(self, path: str, body: dict) -> dict:
        answer = await self.client.post(path, json=body)
        answer.raise_for_status()
        return answer.json()

    async def judged(self, decision: dict, question: dict, told: dict) -> dict:
        """The decision with the judge's word; the one before it where the judge says nothing of use."""
        judge = decision["judge"]
        text = self.ask(question["messages"])
        if len(text) > JUDGE_CHARACTERS:
            text = text[: JUDGE_CHARACTERS // 2] + "\n…\n" + text[-JUDGE_CHARACTERS // 2 :]
        noted = {"id": decision["id"], "model": judge["model"], "hedge": [], "metadata": told}
        try:
            answer = await asyncio.wait_for(
                router().acompletion(
                    model=judge["model"],
                    messages=[{"role": "system", "content": judge["prompt"]}, {"role": "user", "content": text}],
                    max_tokens=16,
                    temperature=0,
                    metadata={"tasktype": noted},
                ),
                JUDGE_TIMEOUT,
            )
            word = re.search(r"[\w-]+", answer.choices[0].message.content or "")
            if word is None:
                return decision
            tags = [*question["tags"], JUDGED + word[0].lower()]
            # The same identifier: it is one decision, taken again.
            return await self.call("/v1/route", {**question, "tags": tags, "id": decision["id"]})
        except Exception as error:  # whatever a provider's client may raise
            log.warning("the judge %s was of no help (%r)", judge["model"], error)
            return decision

    @staticmethod
    def ask(messages: list) -> str:
        """The text of the last message of a user."""
        for message in reversed(messages):
            content = message.get("content") if message.get("role") == "user" else None
            if isinstance(content, list):
                content = "\n".join(part.get("text") or "" for part in content if isinstance(part, dict))
            if content:
                return str(content)
        return ""

    def question(self, data: dict, metadata: dict, key) -> dict:
        headers = (data.get("proxy_server_request") or {}).get("headers") or {}
        return {
            "messages": data["messages"],
            "tools": data.get("tools"),
            "max_tokens": data.get("max_completion_tokens") or data.get("max_tokens"),
            "metadata": self.told(metadata, data),
            "session": metadata.get("session_id") or headers.get("x-session-id"),
            # What only a judge may say, nobody else may.
            "tags": [str(tag) for tag in metadata.get("tags") or [] if not str(tag).startswith(JUDGED)],
            # The policy's mode_header is among these; credentials are nobody's business.
            "headers": {
                name: value
                for name, value in headers.items()
                if name.lower() not in ("authorization", "cookie", "x-api-key", "api-key")
            },
        }

    @staticmethod
    def told(metadata: dict, data: dict) -> dict:
        told = {name: str(metadata[name]) for name in METADATA if metadata.get(name) is not None}
        if "user" not in told and data.get("user"):
            told["user"] = str(data["user"])
        return told

    # After an answer: is it good enough?

    async def async_post_call_success_hook(self, data, user_api_key_dict, response):
        decision = (data.get("metadata") or {}).get("tasktype") or {}
        if not decision.get("cascade") or not getattr(response, "choices", None):
            return None
        return await self.cascade(decision, data, response, lambda answer: answer, self.complete)

    async def async_post_call_streaming_iterator_hook(self, user_api_key_dict, response, request_data):
        decision = (request_data.get("metadata") or {}).get("tasktype") or {}
        if not decision.get("cascade"):
            async for chunk in response:
                yield chunk
            return
        # No token goes out before the answer has passed.
        chunks = [chunk async for chunk in response]
        for chunk in await self.cascade(decision, request_data, chunks, self.whole, self.stream):
            yield chunk

    async def cascade(self, decision: dict, data: dict, answer, whole, ask):
        """The first answer that passes the checks, else the last one there is.

        `whole` makes one response of an answer, `ask` gets the answer of another model.
        """
        models = decision["cascade"]
        found = answer
        while models:
            # A model that failed gave nothing to check; the next one is asked.
            following, models = models[0], models[1:]
            if found is not None:
                answer = found
                content = self.content(whole(answer))
                if content is None:
                    return answer
                body = {"task_type": decision["task_type"], "mode": decision["mode"], **content}
                try:
                    check = await self.call("/v1/check", {**body, "cascade": [following, *models]})
                except (httpx.HTTPError, ValueError) as error:
                    log.warning("tasktype did not check (%r); the answer stands", error)
                    return answer
                if check["passed"] or check["next"] is None:
                    return answer
                following, models = check["next"], check["cascade"]
            noted = {**decision, "model": following, "hedge": [], "cascade": [], "rollout": None}
            parameters = {name: data[name] for name in PARAMETERS if data.get(name) is not None}
            try:
                found = await ask({**parameters, "model": following, "metadata": {"tasktype": noted}})
            except Exception as error:  # whatever a provider's client may raise
                log.warning("%s did not answer (%r)", following, error)
                found = None
        return answer if found is None else found

    @staticmethod
    def content(response) -> dict | None:
        """What can be checked of a response; None of one that calls a tool."""
        choice = response.choices[0]
        if getattr(choice.message, "tool_calls", None):
            return None
        content = {"answer": choice.message.content or ""}
        tokens = getattr(getattr(choice, "logprobs", None), "content", None)
        if tokens:
            content["log_probabilities"] = [token.logprob for token in tokens]
        return content

    @staticmethod
    async def complete(parameters: dict):
        return await router().acompletion(**parameters)

    @staticmethod
    async def stream(parameters: dict) -> list:
        return [chunk async for chunk in await router().acompletion(**parameters, stream=True)]

    @staticmethod
    def whole(chunks: list):
        return litellm.stream_chunk_builder(chunks)

    # After a call: what stands in the headers, and what is reported.

    async def async_post_call_response_headers_hook(
        self, data, user_api_key_dict, response, request_headers=None, litellm_call_info=None
    ):
        decision = (data.get("metadata") or {}).get("tasktype")
        if not decision:
            return None
        return {
            "x-tasktype-decision": decision["id"],
            "x-tasktype-model": decision["model"],
            "x-tasktype-task-type": decision["task_type"],
            "x-tasktype-mode": decision["mode"],
            "x-tasktype-cause": decision["cause"],
        }

    async def async_log_success_event(self, kwargs, response_obj, start_time, end_time):
        self.report(kwargs, response_obj, start_time, end_time, failed=False)

    async def async_log_failure_event(self, kwargs, response_obj, start_time, end_time):
        status = getattr(kwargs.get("exception"), "status_code", None)
        # A request that is wrong would be wrong anywhere.
        failed = not isinstance(status, int) or status >= 500 or status in PROVIDER_FAULTS
        self.report(kwargs, response_obj, start_time, end_time, failed=failed)

    def report(self, kwargs: dict, response, start: datetime, end: datetime, failed: bool) -> None:
        metadata = (kwargs.get("litellm_params") or {}).get("metadata") or {}
        decision = metadata.get("tasktype")
        if not decision:
            return
        payload = kwargs.get("standard_logging_object") or {}
        model = self.called(kwargs, response, decision) or metadata.get("model_group") or decision["model"]
        details = ((payload.get("metadata") or {}).get("usage_object") or {}).get("prompt_tokens_details") or {}
        count = payload.get("prompt_tokens") or 0
        report = {
            # One request may lead to several calls; each is one report, however often it is sent.
            "id": f"{decision['id']}/{model}/{start.timestamp():.6f}",
            "decision": decision["id"],
            "model": model,
            "tokens": {
                "input": count,
                "output": payload.get("completion_tokens") or 0,
                "cached_input": min(details.get("cached_tokens") or 0, count),
            },
            "metadata": decision["metadata"],
            "failed": failed,
            "fallback": model not in (decision["model"], *decision["hedge"]),
            "latency_seconds": max(0.0, (end - start).total_seconds()),
        }
        self.queue("usage", report)
        # What a gateway can tell of a rollout by itself; thumbs and ratings come from where users give them.
        if decision.get("rollout") and not report["fallback"]:
            outcome = {name: report[name] for name in ("id", "decision", "latency_seconds")}
            told = {"task_type": decision["task_type"], "rollout": decision["rollout"], "error": failed}
            self.queue("outcomes", {**outcome, **told})

    def queue(self, kind: str, report: dict) -> None:
        if self.reports is None:
            self.reports = asyncio.Queue(REPORTS_WAITING)
            self.sender = asyncio.get_running_loop().create_task(self.send())
        with contextlib.suppress(asyncio.QueueFull):
            self.reports.put_nowait((kind, report))

    @staticmethod
    def called(kwargs: dict, response, decision: dict) -> str | None:
        """The name of the model that was called, as its answer or its failure says it.

        Calls that run at once share all that LiteLLM notes about them beside these."""
        deployment = (getattr(response, "_hidden_params", None) or {}).get("model_id")
        if deployment:
            found = router().get_deployment(model_id=deployment)
            return found.model_name if found else None
        failed = getattr(kwargs.get("exception"), "model", None)
        for name in (decision["model"], *decision["hedge"]) if failed and decision["hedge"] else ():
            for found in router().get_model_list(model_name=name) or []:
                if found["litellm_params"]["model"].split("/", 1)[-1] == failed.split("/", 1)[-1]:
                    return name
        return None

    async def send(self) -> None:
        """Sends reports until they are acknowledged; those sent twice are counted once."""
        while True:
            batch = [await self.reports.get()]
            while len(batch) < REPORTS_AT_ONCE and not self.reports.empty():
                batch.append(self.reports.get_nowait())
            for kind, name in (("usage", "reports"), ("outcomes", "outcomes")):
                reports = [report for its_kind, report in batch if its_kind == kind]
                if reports:
                    await self.deliver(f"/v1/{kind}", {name: reports})

    async def deliver(self, path: str, body: dict) -> None:
        delay = 0.1
        while True:
            try:
                answer = await self.client.post(path, json=body, timeout=30)
                if answer.status_code < 500 and answer.status_code not in (408, 429):
                    if answer.status_code != 200:
                        log.error("tasktype refused what was sent to %s: %s", path, answer.text)
                    return
            except httpx.HTTPError as error:
                log.warning("tasktype took nothing at %s (%r); it is sent again", path, error)
            await asyncio.sleep(delay)
            delay = min(delay * 2, 10)


handler = TaskTypeRouting()
