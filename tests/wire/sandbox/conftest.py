"""A sandbox for all tests here, and one that a test may kill."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandboxes import RunningSandbox


@pytest.fixture(scope="session")
def _running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    running = RunningSandbox(tmp_path_factory.mktemp("sandbox"), "--latency", "none")
    yield running
    running.stop()


@pytest.fixture
def sandbox(_running: RunningSandbox) -> RunningSandbox:
    """Nothing posted, no faults."""
    with _running.client() as http:
        http.post("/_sandbox/reset").raise_for_status()
    return _running


@pytest.fixture
def own_sandbox(tmp_path: Path) -> Iterator[RunningSandbox]:
    """One that a test may kill."""
    running = RunningSandbox(tmp_path, "--latency", "none")
    yield running
    running.stop()


@pytest.fixture
def photo() -> bytes:
    """The smallest thing that counts as a PNG."""
    return b"\x89PNG\r\n\x1a\n" + bytes(64)
