"""Starts the program under test, as an operator would, and stops it again."""

import json
import os
import re
import signal
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import httpx

PROGRAM = Path(os.environ["TASKTYPE_PROGRAM"])
CLASSIFY_TOKEN = "classify-token-of-the-tests"
ADMIN_TOKEN = "admin-token-of-the-tests"

# Seconds; a start takes less than one, but the machine may be busy with a build.
START_LIMIT = 30
STOP_LIMIT = 30


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Process:
    """A program that runs beside the tests; its output is kept, and shown where a test fails."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str] | None = None):
        self.name = name
        self.lines: list[str] = []
        self.child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # Variables of this name would set the program under test.
            env={name: value for name, value in os.environ.items() if not name.startswith("TASKTYPE_")}
            | (environment or {}),
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self.child.stdout:
            self.lines.append(line.decode(errors="replace").rstrip("\n"))

    def output(self, last: int = 200) -> str:
        return f"--- output of {self.name} ---\n" + "\n".join(self.lines[-last:])

    def wait_until(self, ready, limit: float) -> None:
        deadline = time.monotonic() + limit
        while time.monotonic() < deadline:
            if self.child.poll() is not None:
                self._reader.join(5)
                raise RuntimeError(f"{self.name} ended with status {self.child.returncode}\n{self.output()}")
            try:
                if ready():
                    return
            except (httpx.TransportError, OSError):
                pass
            time.sleep(0.05)
        self.kill()
        raise RuntimeError(f"{self.name} was not ready after {limit} s\n{self.output()}")

    def stop(self) -> int:
        """Asks the program to end, and returns its exit status."""
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGTERM)
        try:
            status = self.child.wait(STOP_LIMIT)
        except subprocess.TimeoutExpired:
            self.kill()
            raise RuntimeError(f"{self.name} did not end within {STOP_LIMIT} s of SIGTERM\n{self.output()}") from None
        self._reader.join(5)
        return status

    def kill(self) -> None:
        self.child.kill()
        self.child.wait()
        self._reader.join(5)


class Sidecar:
    """`tasktype serve` on a free port and on a Unix domain socket."""

    def __init__(self, tokens: bool = False, settings: dict | None = None):
        self.folder = tempfile.TemporaryDirectory(prefix="tasktype-clients-")
        self.socket_path = str(Path(self.folder.name) / "tasktype.sock")
        self.port = free_port()
        self.tokens = tokens
        configuration: dict = {
            "listen": {"host": "127.0.0.1", "port": self.port, "unix_socket": self.socket_path},
            **(settings or {}),
        }
        if tokens:
            configuration["tokens"] = {"classify": CLASSIFY_TOKEN, "admin": ADMIN_TOKEN}
        # JSON is YAML.
        file = Path(self.folder.name) / "tasktype.yaml"
        file.write_text(json.dumps(configuration))
        self.process = Process("tasktype serve", [str(PROGRAM), "serve", "--config", str(file)])
        self.process.wait_until(lambda: httpx.get(f"{self.url}/readyz").status_code == 200, START_LIMIT)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self) -> httpx.Client:
        headers = {"Authorization": f"Bearer {CLASSIFY_TOKEN}"} if self.tokens else {}
        return httpx.Client(base_url=self.url, headers=headers, timeout=30)

    def metrics(self) -> str:
        answer = self.client().get("/metrics")
        assert answer.status_code == 200, answer.text
        return answer.text

    def requests_counted(self, route: str) -> float:
        """Requests to `route` that were answered with status 200, by the service's own count."""
        total = 0.0
        for line in self.metrics().splitlines():
            sample = re.fullmatch(r"(\w+)\{(.*)\} (\S+)", line)
            if not sample or sample[1] != "tasktype_http_requests_total":
                continue
            labels = dict(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', sample[2]))
            if labels.get("route") == route and labels.get("status") == "200":
                total += float(sample[3])
        return total

    def stop(self) -> None:
        status = self.process.stop()
        left = Path(self.socket_path).exists()
        self.folder.cleanup()
        if status != 0:
            raise RuntimeError(f"tasktype serve ended with status {status} after SIGTERM\n{self.process.output()}")
        if left:
            raise RuntimeError("tasktype serve left its socket behind")
