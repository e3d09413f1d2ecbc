"""Every workflow says how it meets a new build, and the replays know every workflow."""

import importlib
import pkgutil

import pytest
from temporalio import workflow
from temporalio.common import VersioningBehavior

import workflows
from talknshop.settings import DeploymentSettings
from workers.replay import WORKFLOWS
from workers.versioning import versioning_of

# What ends within seconds may stay with its build; what lives for months must not.
PINNED = {"SearchWorkflow", "ProductWorkflow"}


def defined() -> set[type]:
    found = set()
    for module in pkgutil.walk_packages(workflows.__path__, "workflows."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, type) and hasattr(value, "__temporal_workflow_definition"):
                found.add(value)
    return found


def test_every_workflow_is_replayed() -> None:
    assert defined() == set(WORKFLOWS)


@pytest.mark.parametrize("kind", WORKFLOWS, ids=lambda kind: kind.__name__)
def test_only_what_is_short_is_pinned(kind: type) -> None:
    definition = workflow._Definition.must_from_class(kind)
    pinned = kind.__name__ in PINNED
    expected = VersioningBehavior.PINNED if pinned else VersioningBehavior.AUTO_UPGRADE
    assert definition.versioning_behavior is expected


def test_workers_are_versioned_only_where_there_is_a_build() -> None:
    assert versioning_of("seller", DeploymentSettings()) is None
    versioned = versioning_of("seller", DeploymentSettings(build_id="2026-11-28.1"))
    assert versioned is not None
    assert versioned.version.to_canonical_string() == "talknshop-seller.2026-11-28.1"
