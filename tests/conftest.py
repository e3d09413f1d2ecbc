"""What every kind of test may use."""

import json
from collections.abc import AsyncIterator, Iterator

import pytest
from hypothesis import settings

from tests.receiver import Receiver, receiving
from tests.running import Running, running_stack

# A machine that is busy with other tests is no fault of the code.
settings.register_profile("unhurried", settings.default, deadline=None)
settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def receiver() -> Iterator[Receiver]:
    """A push service and a program that the running product may reach."""
    with receiving() as receiver:
        yield receiver


@pytest.fixture(scope="session")
async def stack(
    tmp_path_factory: pytest.TempPathFactory, receiver: Receiver
) -> AsyncIterator[Running]:
    """The product, running; shared by all tests that do it no harm."""
    reachable = json.dumps([receiver.host])
    folder = tmp_path_factory.mktemp("stack")
    async with running_stack(folder, TALKNSHOP_PRIVATE_HOSTS=reachable) as running:
        yield running
