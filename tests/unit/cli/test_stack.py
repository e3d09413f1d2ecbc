"""Which processes the embedded stack has, and what they are told."""

from pathlib import Path

import pytest

from talknshop.cli.processes import Command
from talknshop.cli.stack import DYNAMIC_CONFIG, SEARCH_ATTRIBUTES, Ports, Stack, embedded_stack
from talknshop.settings import ROLES, GatewaySettings, LimitSettings, Settings, TemporalSettings

PORTS = Ports(gateway=8001, temporal=7001, temporal_ui=8201, redis=6001, sandbox=8091)


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("TALKNSHOP_TEMPORAL__ADDRESS", "TALKNSHOP_REDIS_URL", "TALKNSHOP_SANDBOX_URL"):
        monkeypatch.delenv(name, raising=False)


def commands(stack: Stack) -> dict[str, Command]:
    return {command.role: command for stage in stack.stages for command in stage}


def test_what_others_need_starts_first_and_the_gateway_last(tmp_path):
    stack = embedded_stack(Settings(), PORTS, tmp_path)
    roles = [[command.role for command in stage] for stage in stack.stages]
    assert roles == [["temporal", "valkey", "sandbox"], list(ROLES), ["gateway"]]


def test_children_are_told_where_everything_is(tmp_path):
    env = commands(embedded_stack(Settings(), PORTS, tmp_path))["gateway"].env
    told = {name: value for name, value in env.items() if name.startswith("TALKNSHOP_")}
    # New at each start, and the gateway's alone.
    assert len(told.pop("TALKNSHOP_GATEWAY__OPERATOR_TOKEN")) > 40
    limits = {name for name in told if name.startswith("TALKNSHOP_LIMITS__")}
    assert "TALKNSHOP_LIMITS__MESSAGES" in limits
    assert {name: value for name, value in told.items() if name not in limits} == {
        "TALKNSHOP_DATA_DIR": str(tmp_path),
        "TALKNSHOP_GATEWAY__HOST": "127.0.0.1",
        "TALKNSHOP_GATEWAY__PORT": "8001",
        "TALKNSHOP_TEMPORAL__ADDRESS": "127.0.0.1:7001",
        "TALKNSHOP_TEMPORAL__UI_URL": "http://127.0.0.1:8201",
        "TALKNSHOP_REDIS_URL": "redis://127.0.0.1:6001/0",
        "TALKNSHOP_SANDBOX_URL": "http://127.0.0.1:8091",
        "TALKNSHOP_SANDBOX_CREDENTIALS": str(tmp_path / "sandbox" / "credentials.json"),
        "TALKNSHOP_WORKER_GRACE": "PT3S",
    }


def test_limits_are_wide_on_one_s_own_machine_unless_somebody_chose_them(tmp_path):
    chosen = Settings(limits=LimitSettings(messages="3/minute"))
    env = commands(embedded_stack(chosen, PORTS, tmp_path))["gateway"].env
    assert "TALKNSHOP_LIMITS__MESSAGES" not in env
    assert env["TALKNSHOP_LIMITS__SEARCHES"] == "2000/minute"


def test_each_worker_has_its_role_and_a_health_port_of_its_own(tmp_path):
    found = commands(embedded_stack(Settings(), PORTS, tmp_path))
    ports = {found[role].env["TALKNSHOP_WORKER_HEALTH_PORT"] for role in ROLES}
    assert len(ports) == len(ROLES)
    assert all(found[role].argv[-2:] == ("--role", role) for role in ROLES)


def test_what_the_settings_name_is_not_started_and_its_address_is_left_alone(tmp_path):
    settings = Settings(
        temporal=TemporalSettings(address="temporal.example:7233", ui_url="http://ui.example"),
        redis_url="redis://redis.example",
        sandbox_url="http://sandbox.example",
    )
    stack = embedded_stack(settings, PORTS, tmp_path)
    assert stack.stages[0] == []
    assert set(stack.external) == {"temporal", "valkey", "sandbox"}
    assert stack.urls["temporal_ui"] == "http://ui.example"
    assert [port.purpose for port in stack.wanted_ports] == ["the gateway"]
    env = commands(stack)["gateway"].env
    assert not {"TALKNSHOP_TEMPORAL__ADDRESS", "TALKNSHOP_REDIS_URL"} & set(env)


def test_temporal_keeps_its_database_in_the_data_folder_with_the_measured_settings(tmp_path):
    temporal = commands(embedded_stack(Settings(), PORTS, tmp_path))["temporal"]
    argv = " ".join(temporal.argv)
    assert f"--db-filename {tmp_path}/temporal.db" in argv
    assert "--sqlite-pragma journal_mode=wal --sqlite-pragma synchronous=normal" in argv
    assert "--sqlite-pragma wal_autocheckpoint=20000" in argv
    assert "--sqlite-pragma busy_timeout=10000" in argv
    assert temporal.env["GOGC"] == "200"
    assert argv.count("--dynamic-config-value") == len(DYNAMIC_CONFIG)
    assert argv.count("--search-attribute") == len(SEARCH_ATTRIBUTES)


def test_a_gateway_for_all_interfaces_is_asked_on_this_machine(tmp_path):
    settings = Settings(gateway=GatewaySettings(host="0.0.0.0"))
    stack = embedded_stack(settings, PORTS, tmp_path)
    assert commands(stack)["gateway"].env["TALKNSHOP_GATEWAY__HOST"] == "0.0.0.0"
    assert stack.urls["web"] == "http://127.0.0.1:8001"


def test_the_graces_of_all_stages_together_stay_below_ten_seconds(tmp_path):
    stages = embedded_stack(Settings(), PORTS, tmp_path).stages
    assert sum(max(command.grace for command in stage) for stage in stages) < 10
