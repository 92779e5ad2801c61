"""LiteLLM's proxy asks tasktype which model answers, obeys, and reports what came of it.

Put this file beside the proxy's configuration and name it there:

    litellm_settings:
      callbacks: tasktype_routing.handler

Requests for the model TASKTYPE_AUTO_MODEL (`auto`) are decided about: model and fallbacks come from POST /v1/route. All
other requests go where they say. Where the sidecar does not answer in time, the request goes on to `auto` itself, which
the configuration gives a deployment of its own: routing is never the reason for which a request fails.
"""

import asyncio
import contextlib
import os
from datetime import datetime

import httpx
from fastapi import HTTPException
from litellm._logging import verbose_proxy_logger as log
from litellm.integrations.custom_logger import CustomLogger

URL = os.environ.get("TASKTYPE_URL", "http://127.0.0.1:8085")
TOKEN = os.environ.get("TASKTYPE_TOKEN", "")
AUTO_MODEL = os.environ.get("TASKTYPE_AUTO_MODEL", "auto")
# A decision takes well under a millisecond; what takes longer is broken.
TIMEOUT = float(os.environ.get("TASKTYPE_TIMEOUT_SECONDS", "0.5"))
# Metadata of the request that budgets and rules look at.
METADATA = ("project", "user", "feature", "user_tier", "endpoint")
# What came from the provider's side, so that it counts against the provider.
PROVIDER_FAULTS = {408, 429}
REPORTS_AT_ONCE = 200
REPORTS_WAITING = 20_000


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
        try:
            answer = await self.client.post("/v1/route", json=self.question(data, metadata, user_api_key_dict))
            answer.raise_for_status()
            decision = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            log.warning("tasktype did not decide (%r); %s answers", error, AUTO_MODEL)
            return data
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
        metadata["tasktype"] = {
            **{name: decision[name] for name in ("id", "model", "task_type", "mode", "cause")},
            "metadata": self.told(metadata, data),
        }
        return data

    def question(self, data: dict, metadata: dict, key) -> dict:
        headers = (data.get("proxy_server_request") or {}).get("headers") or {}
        return {
            "messages": data["messages"],
            "tools": data.get("tools"),
            "max_tokens": data.get("max_completion_tokens") or data.get("max_tokens"),
            "metadata": self.told(metadata, data),
            "session": metadata.get("session_id") or headers.get("x-session-id"),
            "tags": metadata.get("tags"),
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
        self.report(kwargs, start_time, end_time, failed=False)

    async def async_log_failure_event(self, kwargs, response_obj, start_time, end_time):
        status = getattr(kwargs.get("exception"), "status_code", None)
        # A request that is wrong would be wrong anywhere.
        failed = not isinstance(status, int) or status >= 500 or status in PROVIDER_FAULTS
        self.report(kwargs, start_time, end_time, failed=failed)

    def report(self, kwargs: dict, start: datetime, end: datetime, failed: bool) -> None:
        metadata = (kwargs.get("litellm_params") or {}).get("metadata") or {}
        decision = metadata.get("tasktype")
        if not decision:
            return
        payload = kwargs.get("standard_logging_object") or {}
        model = metadata.get("model_group") or payload.get("model_group") or decision["model"]
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
            "fallback": model != decision["model"],
            "latency_seconds": max(0.0, (end - start).total_seconds()),
        }
        if self.reports is None:
            self.reports = asyncio.Queue(REPORTS_WAITING)
            self.sender = asyncio.get_running_loop().create_task(self.send())
        with contextlib.suppress(asyncio.QueueFull):
            self.reports.put_nowait(report)

    async def send(self) -> None:
        """Sends reports until they are acknowledged; those sent twice are counted once."""
        while True:
            batch = [await self.reports.get()]
            while len(batch) < REPORTS_AT_ONCE and not self.reports.empty():
                batch.append(self.reports.get_nowait())
            delay = 0.1
            while True:
                try:
                    answer = await self.client.post("/v1/usage", json={"reports": batch}, timeout=30)
                    if answer.status_code < 500 and answer.status_code not in (408, 429):
                        if answer.status_code != 200:
                            log.error("tasktype refused reports: %s", answer.text)
                        break
                except httpx.HTTPError as error:
                    log.warning("tasktype took no reports (%r); they are sent again", error)
                await asyncio.sleep(delay)
                delay = min(delay * 2, 10)


handler = TaskTypeRouting()
