"""A provider of language models, as far as a router can tell.

It answers every chat completion, and remembers it; or fails, stalls, or answers what it is told to."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Upstream:
    def __init__(self, name: str):
        self.name = name
        self.requests: list[dict] = []
        # The status with which it fails; it answers where this is None.
        self.failure: int | None = None
        # Seconds that it takes.
        self.delay = 0.0
        # What it answers; its name where this is None.
        self.content: str | None = None
        upstream = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if not self.path.endswith("/chat/completions"):
                    return self.answer(404, {"error": {"message": f"no route {self.path}"}})
                upstream.requests.append(body)
                time.sleep(upstream.delay)
                if upstream.failure is not None:
                    return self.answer(upstream.failure, {"error": {"message": "told to fail", "type": "test"}})
                content = upstream.content if upstream.content is not None else f"answered by {upstream.name}"
                if body.get("stream"):
                    return self.stream(body["model"], content)
                self.answer(
                    200,
                    {
                        "id": f"chatcmpl-{len(upstream.requests)}",
                        "object": "chat.completion",
                        "created": 1_700_000_000,
                        "model": body["model"],
                        "choices": [
                            {
                                "index": 0,
                                "finish_reason": "stop",
                                "message": {"role": "assistant", "content": content},
                            }
                        ],
                        "usage": {"prompt_tokens": 1, "completion_tokens": 3, "total_tokens": 4},
                    },
                )

            def stream(self, model: str, content: str) -> None:
                """The answer in two pieces, as server-sent events; the connection ends with it."""
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.send_header("Connection", "close")
                self.end_headers()
                half = len(content) // 2
                for delta, reason in (
                    ({"role": "assistant", "content": content[:half]}, None),
                    ({"content": content[half:]}, None),
                    ({}, "stop"),
                ):
                    chunk = {
                        "id": f"chatcmpl-{len(upstream.requests)}",
                        "object": "chat.completion.chunk",
                        "created": 1_700_000_000,
                        "model": model,
                        "choices": [{"index": 0, "delta": delta, "finish_reason": reason}],
                    }
                    self.wfile.write(b"data: " + json.dumps(chunk).encode() + b"\n\n")
                    self.wfile.flush()
                self.wfile.write(b"data: [DONE]\n\n")
                self.close_connection = True

            def answer(self, status: int, document: dict) -> None:
                body = json.dumps(document).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/v1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def questions(self) -> list[str]:
        """What people asked, in order."""
        return [request["messages"][-1]["content"] for request in self.requests]

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
