"""Secrets in AWS Secrets Manager."""

import asyncio
import hashlib
from collections.abc import Callable
from typing import Any, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from adapters.errors import AdapterError, Unauthorized, Unavailable

T = TypeVar("T")

_DENIED = {
    "AccessDeniedException",
    "UnrecognizedClientException",
    "InvalidClientTokenId",
    "ExpiredTokenException",
}


class SecretsManager:
    """A port.SecretStore. Keys and region come from the usual AWS_ variables.

    boto3 is synchronous: each call takes a thread.
    """

    def __init__(self, prefix: str, region: str | None) -> None:
        self._prefix = prefix
        self._client = boto3.client(
            "secretsmanager",
            region_name=region,
            config=Config(connect_timeout=3, read_timeout=5, retries={"max_attempts": 3}),
        )

    async def get(self, name: str) -> str | None:
        def read() -> str:
            reply = self._client.get_secret_value(SecretId=self._id(name))
            secret: str = reply["SecretString"]
            return secret

        return await self._call(read, if_missing=None)

    async def put(self, name: str, secret: str) -> None:
        def write() -> bool:
            self._client.put_secret_value(SecretId=self._id(name), SecretString=secret)
            return True

        def create() -> bool:
            self._client.create_secret(Name=self._id(name), SecretString=secret)
            return True

        if await self._call(write, if_missing=None) is None:
            await self._call(create, if_missing=None)

    async def delete(self, name: str) -> None:
        def remove() -> None:
            # At once: a person who unlinks an account wants the token gone, not in thirty days.
            self._client.delete_secret(SecretId=self._id(name), ForceDeleteWithoutRecovery=True)

        await self._call(remove, if_missing=None)

    def _id(self, name: str) -> str:
        """Hashed: secrets are listed in clear, and a name tells who has accounts where."""
        return f"{self._prefix}/{hashlib.sha256(name.encode()).hexdigest()}"

    async def _call(self, call: Callable[[], T], *, if_missing: T | None) -> T | None:
        try:
            return await asyncio.to_thread(call)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ResourceNotFoundException":
                return if_missing
            raise _failure(error.response) from error
        except BotoCoreError as error:
            raise Unavailable("AWS Secrets Manager did not answer.") from error


def _failure(response: Any) -> AdapterError:
    code = response["Error"]["Code"]
    if code in _DENIED:
        return Unauthorized(f"AWS Secrets Manager does not accept our keys: {code}.")
    return Unavailable(f"AWS Secrets Manager refused: {code}.")
