"""A provider of language models, as far as a router can tell: answers every chat completion, and remembers it; or fails on demand."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Upstream:
    def __init__(self, name: str):
        self.name = name
        self.requests: list[dict] = []
        # The status with which it fails; it answers where this is None.
        self.failure: int | None = None
        upstream = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if not self.path.endswith("/chat/completions"):
                    return self.answer(404, {"error": {"message": f"no route {self.path}"}})
                upstream.requests.append(body)
                if upstream.failure is not None:
                    return self.answer(upstream.failure, {"error": {"message": "told to fail", "type": "test"}})
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
                                "message": {"role": "assistant", "content": f"answered by {upstream.name}"},
                            }
                        ],
                        "usage": {"prompt_tokens": 1, "completion_tokens": 3, "total_tokens": 4},
                    },
                )

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
