"""The deployment files: valid, complete, and naming only what exists."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from talknshop.settings import ROLES, Settings

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "deploy/Dockerfile").read_text()


def dependencies(name: str) -> dict[str, dict[str, Any]]:
    return SERVICES[name].get("depends_on", {})


def names_of(model: type[BaseModel], prefix: str = "TALKNSHOP_") -> set[str]:
    names = set()
    for field, info in model.model_fields.items():
        name = f"{prefix}{field.upper()}"
        nested = info.annotation
        if isinstance(nested, type) and issubclass(nested, BaseModel):
            names |= names_of(nested, f"{name}__")
        else:
            names.add(name)
    return names


def test_compose_follows_the_compose_specification() -> None:
    done = subprocess.run(
        [
            Path(sys.executable).with_name("check-jsonschema"),
            "--builtin-schema",
            "vendor.compose-spec",
            ROOT / "docker-compose.yml",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_dockerfile_passes_the_linter() -> None:
    linter = shutil.which("hadolint", path=Path(sys.executable).parent)
    if linter is None:
        pytest.skip("hadolint is not packaged for this machine")
    done = subprocess.run(
        [linter, ROOT / "deploy/Dockerfile"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("role", ROLES)
def test_every_role_has_a_service(role: str) -> None:
    commands = [service.get("command") for service in SERVICES.values()]
    assert commands.count(["python", "-m", "workers", "--role", role]) == 1


@pytest.mark.parametrize("name", SERVICES)
def test_nothing_starts_before_what_it_needs_is_healthy(name: str) -> None:
    for needed, how in dependencies(name).items():
        checked = "healthcheck" in SERVICES[needed]
        expected = "service_healthy" if checked else "service_completed_successfully"
        assert how["condition"] == expected, needed


@pytest.mark.parametrize("name", [n for n, s in SERVICES.items() if "healthcheck" in s])
def test_every_health_check_is_waited_for(name: str) -> None:
    if name != "gateway":  # the last one: only people wait for it
        assert [other for other in SERVICES if name in dependencies(other)]


def test_one_shot_services_are_not_restarted_for_ever() -> None:
    one_shot = {
        needed
        for name in SERVICES
        for needed, how in dependencies(name).items()
        if how["condition"] == "service_completed_successfully"
    }
    assert one_shot == {"temporal-schema", "temporal-register"}
    assert all(SERVICES[name]["restart"].startswith("on-failure:") for name in one_shot)


def test_every_setting_in_the_deployment_exists() -> None:
    used = set(re.findall(r"TALKNSHOP_[A-Z_]+", DOCKERFILE))
    used |= set(re.findall(r"TALKNSHOP_[A-Z_]+", (ROOT / "docker-compose.yml").read_text()))
    assert used
    assert used <= names_of(Settings)


def test_the_settings_of_our_processes_are_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SERVICES["worker-seller"]["environment"].items():
        monkeypatch.setenv(name, without_interpolation(str(value)))
    settings = Settings(_env_file=None)
    assert settings.temporal.address == "temporal:7233"
    assert settings.worker_health_port == 8001
    assert settings.media_url == "file:///data/media"
    assert settings.gateway.url == "http://127.0.0.1:8000"


def without_interpolation(value: str) -> str:
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value)


def test_only_loopback_ports_are_published() -> None:
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_every_image_is_pinned_to_a_version() -> None:
    images = {service["image"] for service in SERVICES.values()} - {"talknshop:local"}
    stages = {"web", "python"}
    images |= set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)) - stages
    assert all(re.search(r":v?\d+(\.\d+)*(-\w+)*$", image) for image in images), images
    versions = {image.split(":")[1] for image in images if image.startswith("temporalio/")}
    assert "1.32.0" in versions


def test_our_processes_do_not_run_as_root_and_can_write_nowhere_but_their_volumes() -> None:
    assert re.search(r"^USER (\d+):\d+$", DOCKERFILE, re.MULTILINE)
    ours = [service for service in SERVICES.values() if "build" in service]
    assert len(ours) == len(ROLES) + 3  # the sandbox, two gateways
    for service in ours:
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]


def test_workers_are_given_time_to_end_by_themselves() -> None:
    grace = Settings(_env_file=None).worker_grace.total_seconds()
    for role in ROLES:
        assert int(SERVICES[f"worker-{role}"]["stop_grace_period"].removesuffix("s")) > grace


def test_the_build_backend_is_the_locked_one() -> None:
    locked = (ROOT / "requirements-dev.lock").read_text()
    for line in (ROOT / "deploy/build.lock").read_text().splitlines():
        assert line.rstrip(" \\") in locked


def test_every_package_of_the_wheel_is_copied_into_the_image() -> None:
    project = (ROOT / "pyproject.toml").read_text()
    found = re.search(r"^packages = \[(.*)\]", project, re.MULTILINE)
    assert found
    packages = re.findall(r'"(\w+)"', found[1])
    assert packages
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    for package in packages:
        assert f"COPY {package}/ {package}/\n" in DOCKERFILE
        assert f"!{package}/" in ignored


def test_every_search_attribute_of_the_embedded_stack_is_registered() -> None:
    from talknshop.cli.stack import SEARCH_ATTRIBUTES

    script = (ROOT / "deploy/temporal/register.sh").read_text()
    registered = re.findall(r"--name (\w+) --type (\w+)", script)
    assert [f"{name}={type_}" for name, type_ in registered] == list(SEARCH_ATTRIBUTES)


def test_temporal_gets_the_measured_configuration() -> None:
    from talknshop.cli.stack import DYNAMIC_CONFIG

    configured = yaml.safe_load((ROOT / "deploy/temporal/dynamic_config.yaml").read_text())
    embedded = dict(entry.split("=", 1) for entry in DYNAMIC_CONFIG)
    assert {name: str(values[0]["value"]).lower() for name, values in configured.items()} == {
        name: value.strip('"') for name, value in embedded.items()
    }


def test_the_production_profile_adds_and_takes_nothing_away() -> None:
    added = {name for name, service in SERVICES.items() if service.get("profiles")}
    assert added == {"gateway-2", "proxy", "prometheus", "grafana"}
    for name in set(SERVICES) - added:
        assert not set(dependencies(name)) & added, name
    assert SERVICES["gateway-2"]["environment"] == SERVICES["gateway"]["environment"]
    assert SERVICES["gateway-2"]["ports"] == []


def test_the_proxy_knows_both_gateways_and_keeps_sockets_open() -> None:
    proxy = (ROOT / "deploy/proxy/nginx.conf").read_text()
    named = set(re.findall(r"server ([\w-]+):8000", proxy))
    assert named == {name for name in SERVICES if name.startswith("gateway")}
    assert "proxy_set_header Upgrade $http_upgrade;" in proxy
    assert "ip_hash" not in proxy
    assert "access_log off;" in proxy, "a socket's address has a token in it"
    subnet = COMPOSE["networks"]["default"]["ipam"]["config"][0]["subnet"]
    trusted = SERVICES["gateway"]["environment"]["TALKNSHOP_GATEWAY__TRUSTED_PROXIES"]
    assert subnet in trusted


def test_prometheus_scrapes_every_process_by_the_names_that_the_rules_use() -> None:
    config = yaml.safe_load((ROOT / "deploy/prometheus/compose.yml").read_text())
    jobs = {job["job_name"]: job["static_configs"] for job in config["scrape_configs"]}
    workers = {entry["labels"]["role"]: entry["targets"] for entry in jobs["worker"]}
    assert workers == {role: [f"worker-{role}:8001"] for role in ROLES}
    assert jobs["gateway"] == [{"targets": ["gateway:8000", "gateway-2:8000"]}]
    assert SERVICES["temporal"]["environment"]["PROMETHEUS_ENDPOINT"] == "0.0.0.0:9090"


def test_what_is_mounted_exists() -> None:
    for name, service in SERVICES.items():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("./"):
                assert (ROOT / source).exists(), f"{name}: {source}"
            else:
                assert source in COMPOSE["volumes"], f"{name}: {source}"
