"""The connection to Temporal, the same for the gateway, the workers and the replayer."""

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

DATA_CONVERTER = pydantic_data_converter


async def connect(
    address: str, namespace: str, *, api_key: str | None = None, tls: bool = False
) -> Client:
    """Raises RuntimeError or RPCError when no server answers there."""
    return await Client.connect(
        address, namespace=namespace, data_converter=DATA_CONVERTER, api_key=api_key, tls=tls
    )
