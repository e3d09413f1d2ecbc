"""Every workflow says how it meets a new build, and the replays know every workflow."""

import importlib
import pkgutil

import workflows
from talknshop.settings import DeploymentSettings
from workers.replay import WORKFLOWS
from workers.versioning import versioning_of


def defined() -> set[type]:
    found = set()
    for module in pkgutil.walk_packages(workflows.__path__, "workflows."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, type) and hasattr(value, "__temporal_workflow_definition"):
                found.add(value)
    return found


def test_every_workflow_is_replayed() -> None:
    assert defined() == set(WORKFLOWS)


def test_workers_are_versioned_only_where_there_is_a_build() -> None:
    assert versioning_of("seller", DeploymentSettings()) is None
    versioned = versioning_of("seller", DeploymentSettings(build_id="2026-11-28.1"))
    assert versioned is not None
    assert versioned.version.to_canonical_string() == "talknshop-seller.2026-11-28.1"
