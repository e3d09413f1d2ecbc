"""Every workflow says how it meets a new build, and the replays know every workflow."""

import importlib
import pkgutil

from temporalio.common import VersioningBehavior

import workflows
from talknshop.settings import DeploymentSettings
from workers.replay import WORKFLOWS
from workers.versioning import pinned, versioning_of


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
    assert versioning_of("seller", DeploymentSettings(build_id="")) is None
    versioned = versioning_of("seller", DeploymentSettings(build_id="2026-11-28.1"))
    assert versioned is not None
    assert versioned.version.to_canonical_string() == "talknshop-seller.2026-11-28.1"


def test_what_lives_long_is_moved_and_what_is_short_may_stay() -> None:
    versioned = versioning_of("conversation", DeploymentSettings(build_id="1"))
    short = pinned(versioned)
    assert versioned is not None
    assert short is not None
    assert versioned.default_versioning_behavior is VersioningBehavior.AUTO_UPGRADE
    assert short.default_versioning_behavior is VersioningBehavior.PINNED
    assert short.version == versioned.version
    assert pinned(None) is None
