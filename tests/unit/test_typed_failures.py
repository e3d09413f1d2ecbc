"""How often a failure of the outside is tried again."""

from dataclasses import replace

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.failures import typed_failures
from adapters.errors import Unavailable


@pytest.mark.parametrize(("attempt", "is_final"), [(1, False), (2, False), (3, True), (5, True)])
async def test_a_failure_is_final_once_it_was_tried_often_enough(
    attempt: int, is_final: bool
) -> None:
    async def step() -> None:
        with typed_failures(tries=3):
            raise Unavailable("away")

    environment = ActivityEnvironment()
    environment.info = replace(environment.info, attempt=attempt)
    with pytest.raises(ApplicationError) as caught:
        await environment.run(step)
    assert caught.value.non_retryable is is_final
