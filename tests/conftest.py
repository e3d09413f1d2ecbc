"""What every kind of test may use."""

from collections.abc import AsyncIterator

import pytest

from tests.running import Running, running_stack


@pytest.fixture(scope="session")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """The product, running; shared by all tests that do it no harm."""
    async with running_stack(tmp_path_factory.mktemp("stack")) as running:
        yield running
