"""A stack whose processes these tests kill, freeze and restart."""

from collections.abc import AsyncIterator

import pytest

from tests.running import Running, running_stack


@pytest.fixture(scope="package")
async def doomed(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """Each test leaves it whole again, for the next."""
    async with running_stack(tmp_path_factory.mktemp("doomed")) as running:
        yield running
