"""`talknshop dev` as a person meets it: real processes, with stand-ins for our own packages."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import pytest
from temporalio.client import Client
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes

from talknshop.settings import ROLES
from tests.running import eventually

# Answers 200 to everything; ignores SIGTERM when a file says so.
STAND_IN = """
import os, signal, sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

role = sys.argv[sys.argv.index("--role") + 1] if "--role" in sys.argv else __package__
if "--port" in sys.argv:
    port = sys.argv[sys.argv.index("--port") + 1]
else:
    port = os.environ.get("TALKNSHOP_WORKER_HEALTH_PORT") or os.environ["TALKNSHOP_GATEWAY__PORT"]
notes = Path(os.environ["STAND_IN_NOTES"])

class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

def end(*_):
    with (notes / "stopped").open("a") as file:
        file.write(role + "\\n")
    os._exit(0)

if (notes / f"{role}-fails").exists():
    sys.exit(f"{role} is broken")
signal.signal(signal.SIGTERM, signal.SIG_IGN if (notes / f"{role}-stubborn").exists() else end)
server = HTTPServer(("127.0.0.1", int(port)), Answer)
with (notes / "started").open("a") as file:
    file.write(role + "\\n")
server.serve_forever()
"""

Status = dict[str, Any]


def stand_ins(folder: Path) -> dict[str, str]:
    """The environment in which our three kinds of Python processes are stand-ins."""
    for package in ("sandbox", "workers", "api"):
        (folder / "packages" / package).mkdir(parents=True, exist_ok=True)
        (folder / "packages" / package / "__init__.py").touch()
        (folder / "packages" / package / "__main__.py").write_text(STAND_IN)
    (folder / "notes").mkdir(exist_ok=True)
    paths = [str(folder / "packages"), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {"PYTHONPATH": os.pathsep.join(paths), "STAND_IN_NOTES": str(folder / "notes")}


class Dev:
    """One run of the command, seen from outside."""

    def __init__(self, folder: Path, *options: str, **env: str) -> None:
        self.folder = folder
        self.notes = folder / "notes"
        self.status_file = folder / "status.json"
        self.status_file.unlink(missing_ok=True)
        command = [sys.executable, "-P", "-m", "talknshop.cli.main", "dev", "--free-ports"]
        command += ["--data-dir", str(folder / "data"), "--status-file", str(self.status_file)]
        self.process = subprocess.Popen(
            [*command, *options],
            cwd=folder,
            env={**os.environ, **stand_ins(folder), **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def until(self, condition: Callable[[Status], bool]) -> Status:
        """The first status that meets `condition`."""
        deadline = time.monotonic() + 60
        status: Status = {}
        while time.monotonic() < deadline and self.process.poll() is None:
            if self.status_file.exists():
                status = json.loads(self.status_file.read_text())
                if condition(status):
                    return status
            time.sleep(0.02)
        self.process.kill()
        output = "\n".join(self.process.communicate())
        pytest.fail(f"the stack did not come so far: {status}\n{output}")

    def until_ready(self) -> Status:
        return self.until(lambda status: bool(status["ready"]))

    def end(self, with_signal: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """Exit code and everything printed."""
        self.process.send_signal(with_signal)
        output, errors = self.process.communicate(timeout=60)
        return self.process.returncode, output + errors

    def noted(self, what: str) -> list[str]:
        return (self.notes / what).read_text().split()


@pytest.fixture
def dev(tmp_path: Path) -> Iterator[Callable[..., Dev]]:
    """Starts the command; Temporal and Valkey are said to run elsewhere unless `embedded`."""
    running: list[Dev] = []

    def start(*options: str, embedded: bool = False) -> Dev:
        env = {
            "TALKNSHOP_TEMPORAL__ADDRESS": "" if embedded else "temporal.example:7233",
            "TALKNSHOP_REDIS_URL": "" if embedded else "redis://redis.example",
        }
        running.append(Dev(tmp_path, *options, **env))
        return running[-1]

    yield start
    for one in running:
        if one.process.poll() is None:
            one.end()


def by_role(status: Status) -> dict[str, dict[str, Any]]:
    return {process["role"]: process for process in status["processes"]}


def pids(status: Status) -> list[int]:
    return [process["pid"] for process in status["processes"]]


def test_each_stage_starts_when_the_one_before_answers_and_stops_in_the_opposite_order(dev):
    stack = dev()
    status = stack.until_ready()
    started = stack.noted("started")
    assert started[0] == "sandbox"
    assert set(started[1:-1]) == set(ROLES)
    assert started[-1] == "api"

    code, _ = stack.end()
    assert code == 0
    stopped = stack.noted("stopped")
    assert stopped[0] == "api"
    assert set(stopped[1:-1]) == set(ROLES)
    assert stopped[-1] == "sandbox"
    assert not any(psutil.pid_exists(pid) for pid in pids(status))


def test_every_process_dies_with_a_supervisor_that_is_killed_and_a_second_start_works(dev):
    stack = dev(embedded=True)
    before = stack.until_ready()
    processes = [psutil.Process(pid) for pid in pids(before)]
    assert len(processes) == 9

    stack.end(signal.SIGKILL)
    _, alive = psutil.wait_procs(processes, timeout=30)
    assert alive == []

    again = dev(embedded=True)
    again.until_ready()
    assert again.end()[0] == 0


def test_a_second_start_ends_what_the_kernel_did_not(dev, tmp_path):
    # Through a shell that ends at once, so that it is really an orphan.
    pid = subprocess.check_output(["/bin/sh", "-c", "sleep 600 >/dev/null & echo $!"], text=True)
    orphan = psutil.Process(int(pid))
    (tmp_path / "data").mkdir()
    remembered = [[orphan.pid, orphan.create_time()], [os.getpid(), 1.0]]
    (tmp_path / "data" / "processes.json").write_text(json.dumps(remembered))
    stack = dev()
    stack.until_ready()
    assert not orphan.is_running()
    _, output = stack.end()
    assert "ended 1 processes" in output


def test_a_killed_process_comes_back_on_its_port_and_the_others_do_not_notice(dev):
    stack = dev()
    before = by_role(stack.until_ready())
    for role in ("sandbox", "seller", "gateway"):
        os.kill(before[role]["pid"], signal.SIGKILL)
        after = by_role(stack.until(lambda s, r=role: s["ready"] and by_role(s)[r]["restarts"]))
        assert after[role]["pid"] != before[role]["pid"]
        assert after[role]["port"] == before[role]["port"]
        assert after | {role: before[role]} == before
        before = after
    _, output = stack.end()
    assert output.count("ended with SIGKILL") == 3


def test_a_process_that_keeps_dying_is_restarted_ever_later_with_its_last_words(dev, tmp_path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "api-fails").touch()
    stack = dev()
    stack.until(lambda s: by_role(s)["gateway"]["restarts"] == 3)
    (tmp_path / "notes" / "api-fails").unlink()
    stack.until_ready()
    _, output = stack.end()
    pauses = [line for line in output.splitlines() if "api is broken" in line]
    assert [line.split("again in ")[1] for line in pauses] == ["0.2 s", "0.4 s", "0.8 s"]


async def test_temporal_comes_back_with_everything_it_knew(dev):
    stack = dev(embedded=True)
    temporal = by_role(stack.until_ready())["temporal"]
    address = f"127.0.0.1:{temporal['port']}"
    client = await Client.connect(address)
    user = SearchAttributePair(SearchAttributeKey.for_keyword("UserId"), "somebody")
    await client.start_workflow(
        "Anything",
        id="kept",
        task_queue="nobody-serves-this",
        search_attributes=TypedSearchAttributes([user]),
    )
    await eventually(lambda: found_by(client, "somebody"), "what lists are made from is written")

    os.kill(temporal["pid"], signal.SIGKILL)
    stack.until(lambda s: s["ready"] and by_role(s)["temporal"]["restarts"] == 1)
    again = await Client.connect(address)
    described = await again.get_workflow_handle("kept").describe()
    assert described.workflow_type == "Anything"
    assert await found_by(again, "somebody")


async def found_by(client: Client, user: str) -> bool:
    return (await client.count_workflows(f"UserId = '{user}'")).count == 1


def test_temporal_keeps_the_indexes_that_lists_are_asked_by(dev):
    stack = dev(embedded=True)
    stack.until_ready()
    with closing(sqlite3.connect(stack.folder / "data" / "temporal.db")) as db:
        found = db.execute(
            "SELECT name FROM sqlite_master"
            " WHERE tbl_name = 'executions_visibility' AND type = 'index' AND sql IS NOT NULL"
        )
        names = {name for (name,) in found}
    assert {
        "default_idx",
        "by_workflow_id",
        "by_workflow_type",
        "by_status",
        "by_parent_workflow_id",
        "by_root_workflow_id",
    } <= names
    attributes = ["by_keyword_01", "by_keyword_10", "by_datetime_01", "by_datetime_03"]
    assert names.issuperset(attributes)
    assert len(names) == 19


def test_a_process_that_ignores_being_asked_is_killed_and_the_stack_still_stops(dev, tmp_path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "api-stubborn").touch()
    stack = dev()
    status = stack.until_ready()
    code, output = stack.end(signal.SIGINT)
    assert code == 0
    assert "did not stop within 2 s: killed" in output
    assert not any(psutil.pid_exists(pid) for pid in pids(status))


def test_a_second_ctrl_c_does_not_wait(dev, tmp_path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "api-stubborn").touch()
    stack = dev()
    status = stack.until_ready()
    stack.process.send_signal(signal.SIGINT)
    stack.until(lambda s: by_role(s)["gateway"]["state"] == "stopping")
    code, output = stack.end(signal.SIGINT)
    assert code == 0
    assert "did not stop" not in output
    assert not any(psutil.pid_exists(pid) for pid in pids(status))


def test_a_second_supervisor_on_the_same_folder_is_refused_in_one_sentence(dev):
    first = dev()
    first.until_ready()
    second = dev()
    second.process.wait(timeout=30)
    _, errors = second.process.communicate()
    assert second.process.returncode == 2
    assert f"process {first.process.pid}" in errors
    assert "--data-dir" in errors
    assert "Traceback" not in errors


def test_a_taken_port_is_named_with_its_holder_and_the_remedy_before_anything_starts(dev):
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        stack = dev("--port", str(port))
        stack.process.wait(timeout=30)
    _, errors = stack.process.communicate()
    assert stack.process.returncode == 2
    assert f"Port {port}" in errors
    assert f"process {os.getpid()}" in errors
    assert "--port" in errors
    assert not stack.status_file.exists()


def test_servers_that_the_settings_name_are_used_and_said_so(dev):
    stack = dev()
    status = stack.until_ready()
    assert status["external"] == {
        "temporal": "temporal.example:7233",
        "valkey": "redis://redis.example",
    }
    assert {"temporal", "valkey"}.isdisjoint(by_role(status))
    _, output = stack.end()
    assert "temporal is not started: the settings name temporal.example:7233" in output


def test_an_ephemeral_stack_leaves_no_folder(dev):
    stack = dev("--ephemeral")
    gateway = by_role(stack.until_ready())["gateway"]
    folder = Path(psutil.Process(gateway["pid"]).environ()["TALKNSHOP_DATA_DIR"])
    assert folder.exists()
    stack.end()
    assert not folder.exists()


def test_a_selfcheck_of_a_product_that_does_not_work_says_so_and_leaves_nothing(tmp_path):
    folder = tmp_path / "temporary"
    folder.mkdir()
    result = subprocess.run(
        [sys.executable, "-P", "-m", "talknshop.cli.main", "selfcheck", "--json"],
        env={**os.environ, **stand_ins(tmp_path), "TMPDIR": str(folder)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    report = json.loads(result.stdout)
    assert result.returncode == 1
    assert not report["ok"]
    assert [check["ok"] for check in report["checks"]] == [True, False]
    assert "status 501" in report["checks"][1]["detail"]
    assert "--- gateway.log" in result.stderr
    assert list(folder.iterdir()) == []
