import os

# Everything here talks over loopback; a proxy for the rest of the world must not be asked.
for name in ("http_proxy", "https_proxy", "all_proxy", "ftp_proxy"):
    os.environ.pop(name, None)
    os.environ.pop(name.upper(), None)
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "*"

import pytest
from sidecar import Sidecar


@pytest.fixture(scope="session")
def sidecar():
    """A service without tokens, shared by the tests that only read."""
    service = Sidecar()
    yield service
    service.stop()


@pytest.fixture(scope="session")
def guarded_sidecar():
    """A service that asks for tokens."""
    service = Sidecar(tokens=True)
    yield service
    service.stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Shows what the service wrote where a test failed."""
    report = yield
    if report.failed:
        for value in getattr(item, "funcargs", {}).values():
            process = getattr(value, "process", None)
            if process is not None:
                report.sections.append((process.name, process.output()))
    return report
