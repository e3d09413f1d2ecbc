"""What several of these tests share: marketplaces in this process, and a stack that is observed."""

import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.testing import WorkflowEnvironment

from talknshop.cli.stack import SEARCH_ATTRIBUTES
from tests.market import Market
from tests.otlp import Collector, collecting
from tests.running import Running, running_stack
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


@pytest.fixture(scope="package")
def collector() -> Iterator[Collector]:
    with collecting() as running:
        yield running


@pytest.fixture(scope="package")
async def observed(
    tmp_path_factory: pytest.TempPathFactory, collector: Collector
) -> AsyncIterator[Running]:
    """Traced, with detailed logs as JSON, under Prometheus where that is installed; it looks at
    watched prices each second."""
    settings = {
        "TALKNSHOP_TRACING__ENDPOINT": collector.url,
        "TALKNSHOP_LOG_FORMAT": "json",
        "TALKNSHOP_LOG_LEVEL": "debug",
        "OTEL_BSP_SCHEDULE_DELAY": "200",  # the collector hears within milliseconds
        "TALKNSHOP_WATCH_INTERVAL": "PT1S",
    }
    options = ["--observe"] if shutil.which("prometheus") else []
    folder = tmp_path_factory.mktemp("observed")
    async with running_stack(folder, *options, **settings) as running:
        yield running


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
