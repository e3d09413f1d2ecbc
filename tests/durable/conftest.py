"""What tests of workflows with marketplaces in this process share."""

import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.testing import WorkflowEnvironment

from talknshop.cli.stack import SEARCH_ATTRIBUTES
from tests.market import Market
from workflows.client import data_converter


@pytest.fixture
async def market() -> AsyncIterator[Market]:
    """On an engine that skips time, with everybody at work."""
    binary = Path(sys.executable).with_name("temporal-test-server")
    async with await WorkflowEnvironment.start_time_skipping(
        data_converter=data_converter(None), test_server_existing_path=str(binary)
    ) as environment:
        await register_search_attributes(environment)
        market = Market(environment)
        async with AsyncExitStack() as stack:
            for worker in (market.crosspost_worker(), *market.posting_workers()):
                await stack.enter_async_context(worker)
            yield market


async def register_search_attributes(environment: WorkflowEnvironment) -> None:
    """Those that the product's own server knows from its start."""
    types = {"Keyword": "KEYWORD", "KeywordList": "KEYWORD_LIST", "Datetime": "DATETIME"}
    attributes = dict(entry.split("=") for entry in SEARCH_ATTRIBUTES)
    await environment.client.operator_service.add_search_attributes(
        AddSearchAttributesRequest(
            namespace="default",
            search_attributes={
                name: IndexedValueType.Value(f"INDEXED_VALUE_TYPE_{types[kind]}")
                for name, kind in attributes.items()
            },
        )
    )
