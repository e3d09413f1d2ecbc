"""Worker Versioning: under which deployment and build a role's workflows and their activities run.

docs/decisions/0010-worker-versioning-by-setting.md says which workflows stay with their build.
"""

import dataclasses

from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.worker import WorkerDeploymentConfig

from talknshop.settings import DeploymentSettings


def versioning_of(role: str, chosen: DeploymentSettings) -> WorkerDeploymentConfig | None:
    """None without a build id. Each role is a deployment of its own: it is rolled by itself.

    Workflows are moved to the current build with their next task.
    """
    if not chosen.build_id:
        return None
    version = WorkerDeploymentVersion(f"{chosen.name}-{role}", chosen.build_id)
    return WorkerDeploymentConfig(
        version=version,
        use_worker_versioning=True,
        # Not said by the workflows themselves: the server refuses it from unversioned workers.
        default_versioning_behavior=VersioningBehavior.AUTO_UPGRADE,
    )


def pinned(versioning: WorkerDeploymentConfig | None) -> WorkerDeploymentConfig | None:
    """For a queue whose workflows end on the build that began them."""
    if versioning is None:
        return None
    return dataclasses.replace(versioning, default_versioning_behavior=VersioningBehavior.PINNED)
