"""curl over the Unix domain socket, connections kept alive, and requests sent ahead of their answers."""

import http.client
import json
import socket
import stat
import subprocess
import threading
from pathlib import Path

import pytest

CODE = "Write a Python function that merges two sorted lists and add a pytest for it."


def test_curl_classifies_over_the_unix_socket(sidecar):
    call = subprocess.run(
        [
            *("curl", "--silent", "--show-error", "--fail-with-body", "--unix-socket", sidecar.socket_path),
            *("--header", "Content-Type: application/json", "--data", json.dumps({"text": CODE})),
            "http://localhost/v1/classify",
        ],
        capture_output=True,
        text=True,
    )
    assert call.returncode == 0, call.stdout + call.stderr
    answer = json.loads(call.stdout)
    assert answer["task_type"] == "code"
    assert answer["source"] == "model"


def test_the_socket_is_the_owners_alone(sidecar):
    mode = Path(sidecar.socket_path).stat().st_mode
    assert stat.S_ISSOCK(mode)
    assert stat.S_IMODE(mode) == 0o600


def test_one_connection_carries_many_requests_and_errors_do_not_close_it(sidecar):
    connection = http.client.HTTPConnection("127.0.0.1", sidecar.port, timeout=30)
    connection.connect()
    kept = connection.sock
    for number in range(50):
        body = {"text": CODE} if number % 5 else {"text": number}
        connection.request("POST", "/v1/classify", json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        document = json.loads(answer.read())
        if number % 5:
            assert (answer.status, document["task_type"]) == (200, "code")
        else:
            assert (answer.status, document["error"]["field"]) == (422, "text")
        assert connection.sock is kept, "the service closed the connection"
    connection.close()


@pytest.mark.parametrize(
    "request_line", ["GET /healthz", "POST /v1/classify"], ids=["general route", "hot route"]
)
def test_a_client_that_asks_for_it_has_its_connection_closed(sidecar, request_line):
    body = json.dumps({"text": CODE})
    with socket.create_connection(("127.0.0.1", sidecar.port), timeout=30) as connection:
        connection.sendall(
            f"{request_line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
        )
        answer = b""
        # Ends where the service closes; a connection that stays open would be a time-out.
        while received := connection.recv(65_536):
            answer += received
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.count(b"HTTP/1.1") == 1


def read_answers(connection: socket.socket, count: int) -> list[tuple[int, bytes]]:
    stream = connection.makefile("rb")
    answers = []
    for _ in range(count):
        status = int(stream.readline().split()[1])
        length = None
        while line := stream.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        assert length is not None, "an answer without Content-Length"
        answers.append((status, stream.read(length)))
    return answers


def test_pipelined_requests_are_answered_in_their_order(sidecar):
    """Small and large calls, which different threads may answer, good and bad ones, sent in one go."""
    bodies = []
    for number in range(60):
        match number % 4:
            case 0:
                bodies.append({"text": CODE, "id": f"request {number}"})
            case 1:
                bodies.append({"inputs": ["What is the capital of Norway?"] * 200})
            case 2:
                bodies.append({"text": number})
            case _:
                bodies.append({"text": "long words " * 2_000})
    sent = b""
    for body in bodies:
        data = json.dumps(body).encode()
        sent += b"POST /v1/classify HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        sent += b"Content-Length: %d\r\n\r\n" % len(data) + data
    for address, family in (
        (("127.0.0.1", sidecar.port), socket.AF_INET),
        (sidecar.socket_path, socket.AF_UNIX),
    ):
        with socket.socket(family) as connection:
            connection.settimeout(60)
            connection.connect(address)
            # Beside the reading: the service stops reading from who does not take its answers.
            sender = threading.Thread(target=connection.sendall, args=(sent,), daemon=True)
            sender.start()
            answers = read_answers(connection, len(bodies))
            sender.join(60)
        for number, (status, body) in enumerate(answers):
            document = json.loads(body)
            match number % 4:
                case 0:
                    assert (status, document["id"], document["task_type"]) == (200, f"request {number}", "code")
                case 1:
                    assert status == 200
                    assert len(document["results"]) == 200
                case 2:
                    assert (status, document["error"]["field"]) == (422, "text")
                case _:
                    assert status == 200
                    assert document["input"]["bytes"] == len("long words ") * 2_000


def test_requests_split_at_every_byte_are_read(sidecar):
    body = json.dumps({"text": CODE}).encode()
    sent = b"POST /v1/classify HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    sent += b"Content-Length: %d\r\n\r\n" % len(body) + body
    with socket.create_connection(("127.0.0.1", sidecar.port), timeout=30) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in sent:
            connection.sendall(bytes([byte]))
        [(status, answer)] = read_answers(connection, 1)
    assert (status, json.loads(answer)["task_type"]) == (200, "code")
