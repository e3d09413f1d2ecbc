"""The Kubernetes manifests: complete, consistent, and naming only settings that exist."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from talknshop.settings import ROLES, Settings
from tests.unit.test_deploy import names_of
from workflows import ids

ROOT = Path(__file__).resolve().parents[2] / "deploy/kubernetes"
FILES = sorted(ROOT.rglob("*.yaml"))
VERSIONED = {"conversation", "seller"}
SCALES = {
    "gateway": (2, 5),
    "conversation": (2, 6),
    "buyer": (3, 10),
    "seller": (5, 20),
    "language": (2, 6),
    "media": (1, 4),
}
# Of KEDA 2.22's temporal trigger: https://keda.sh/docs/2.22/scalers/temporal/
TRIGGER = {
    "endpointFromEnv",
    "namespace",
    "taskQueue",
    "targetQueueSize",
    "queueTypes",
    "workerDeploymentName",
    "workerDeploymentBuildId",
}


def documents(*folders: str) -> list[dict[str, Any]]:
    return [
        document
        for folder in folders
        for file in sorted((ROOT / folder).glob("*.yaml"))
        if file.name != "kustomization.yaml"
        for document in yaml.safe_load_all(file.read_text())
    ]


RESOURCES = documents("base", "versioned")


def of_kind(kind: str) -> dict[str, dict[str, Any]]:
    return {r["metadata"]["name"]: r["spec"] for r in RESOURCES if r["kind"] == kind}


def pod(name: str) -> dict[str, Any]:
    spec: dict[str, Any] = of_kind("Deployment")[name]["template"]["spec"]
    return spec


def test_every_file_is_part_of_a_kustomization() -> None:
    for kustomization in ROOT.rglob("kustomization.yaml"):
        content = yaml.safe_load(kustomization.read_text())
        named = {*content["resources"], *content.get("configurations", [])}
        for name in named:
            assert (kustomization.parent / name).exists(), name
        beside = {f.name for f in kustomization.parent.glob("*.yaml")} - {"kustomization.yaml"}
        assert beside <= named


def test_each_role_has_a_deployment_a_scaler_and_a_budget() -> None:
    roles = {*ROLES, "gateway"}
    for kind in ("Deployment", "ScaledObject", "PodDisruptionBudget"):
        assert set(of_kind(kind)) == roles, kind
    for role in roles:
        assert of_kind("ScaledObject")[role]["scaleTargetRef"] == {"name": role}
        assert "replicas" not in of_kind("Deployment")[role], "the scaler owns them"


@pytest.mark.parametrize("role", SCALES)
def test_the_scaling_table(role: str) -> None:
    scaler = of_kind("ScaledObject")[role]
    assert (scaler["minReplicaCount"], scaler["maxReplicaCount"]) == SCALES[role]


def test_every_queue_is_scaled_on_by_whoever_polls_it() -> None:
    marketplaces = Settings(_env_file=None).posting_marketplaces
    wanted = {
        "conversation": {ids.CONVERSATIONS, ids.ACCOUNTS, ids.REQUESTS, ids.NOTIFY},
        "buyer": {ids.SEARCH},
        "seller": {ids.CROSSPOST, *map(ids.posting_queue, marketplaces)},
        "language": {ids.LANGUAGE},
        "media": {ids.MEDIA},
    }
    for role, queues in wanted.items():
        triggers = [
            t["metadata"]
            for t in of_kind("ScaledObject")[role]["triggers"]
            if t["type"] == "temporal"
        ]
        assert {t["taskQueue"] for t in triggers} == queues
        for trigger in triggers:
            assert set(trigger) <= TRIGGER
            named = trigger.get("workerDeploymentName")
            versioned = role in VERSIONED and trigger["taskQueue"] != ids.NOTIFY
            assert named == (f"talknshop-{role}" if versioned else None)
        if role == "seller":
            assert {t["targetQueueSize"] for t in triggers} == {"100"}


@pytest.mark.parametrize("name", [*ROLES, "gateway"])
def test_pods_are_not_root_and_write_only_to_their_volumes(name: str) -> None:
    spec = pod(name)
    (container,) = spec["containers"]
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    volumes = {volume["name"] for volume in spec["volumes"]}
    assert {mount["name"] for mount in container["volumeMounts"]} == volumes
    grace = Settings(_env_file=None).worker_grace.total_seconds()
    assert spec["terminationGracePeriodSeconds"] > grace


@pytest.mark.parametrize("name", [*ROLES, "gateway"])
def test_probes_ask_the_port_that_is_served(name: str) -> None:
    (container,) = pod(name)["containers"]
    (port,) = container["ports"]
    environment = {entry["name"]: entry.get("value") for entry in container["env"]}
    setting = "GATEWAY__PORT" if name == "gateway" else "WORKER_HEALTH_PORT"
    assert environment[f"TALKNSHOP_{setting}"] == str(port["containerPort"])
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        assert container[probe]["httpGet"]["port"] == port["name"]
    assert ("TALKNSHOP_DEPLOYMENT__BUILD_ID" in environment) == (name in VERSIONED)


def test_selectors_find_their_pods() -> None:
    for role, deployment in of_kind("Deployment").items():
        labels = deployment["template"]["metadata"]["labels"]
        assert deployment["selector"]["matchLabels"].items() <= labels.items()
        budget = of_kind("PodDisruptionBudget")[role]
        assert budget["selector"]["matchLabels"].items() <= labels.items()
    service = of_kind("Service")["gateway"]
    labels = of_kind("Deployment")["gateway"]["template"]["metadata"]["labels"]
    assert service["selector"].items() <= labels.items()
    assert "sessionAffinity" not in service


def test_every_setting_exists() -> None:
    used = {
        name for file in FILES for name in re.findall(r"TALKNSHOP_[A-Z_]+", file.read_text())
    } - {"TALKNSHOP_WORKER_GRACE"}
    assert used
    assert used <= names_of(Settings)


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not packaged for Python")
@pytest.mark.parametrize(
    ("folder", "build", "suffix"),
    [("base", "2026-11-28.1", ""), ("builds/older", "2026-11-27.1", "-older")],
)
def test_kustomize_builds_it(folder: str, build: str, suffix: str) -> None:
    done = subprocess.run(
        ["kubectl", "kustomize", ROOT / folder], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    built = list(yaml.safe_load_all(done.stdout))
    scalers = {r["metadata"]["name"]: r["spec"] for r in built if r["kind"] == "ScaledObject"}
    deployments = {r["metadata"]["name"]: r["spec"] for r in built if r["kind"] == "Deployment"}
    assert {s["scaleTargetRef"]["name"] for s in scalers.values()} == set(deployments)
    for role in VERSIONED:
        image = deployments[f"{role}{suffix}"]["template"]["spec"]["containers"][0]["image"]
        assert image.endswith(f":{build}")
        for trigger in scalers[f"{role}{suffix}"]["triggers"]:
            if "workerDeploymentName" in trigger["metadata"]:
                assert trigger["metadata"]["workerDeploymentBuildId"] == build
