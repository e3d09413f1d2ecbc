"""The connection to Temporal, the same for the gateway, the workers and the replayer."""

import os

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

DATA_CONVERTER = pydantic_data_converter


async def connect(
    address: str,
    namespace: str,
    *,
    role: str,
    api_key: str | None = None,
    tls: bool = False,
) -> Client:
    """`role` is what Temporal's Web UI calls this process. Raises RuntimeError without a server."""
    return await Client.connect(
        address,
        namespace=namespace,
        data_converter=DATA_CONVERTER,
        api_key=api_key,
        tls=tls,
        identity=f"{role}/{os.getpid()}",
    )
