"""Secrets at rest: encrypted files, and AWS Secrets Manager as moto plays it."""

import asyncio
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from adapters.errors import Unauthorized, Unavailable
from adapters.keys import KeyRing
from adapters.secrets.aws import SecretsManager
from adapters.secrets.encrypted_files import EncryptedFiles
from adapters.secrets.factory import build_secret_store
from adapters.secrets.port import SecretStore

TOKEN = "v^1.1#refresh-token-of-a-person"


@pytest.fixture
def files(tmp_path: Path) -> EncryptedFiles:
    return EncryptedFiles(tmp_path / "secrets", KeyRing(["k" * 32]))


@pytest.fixture(params=["files", "aws"])
def store(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[SecretStore]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws():
        yield build_secret_store(
            request.param, data_dir=tmp_path, key=None, prefix="talknshop", region="us-east-1"
        )


async def test_a_secret_is_there_until_it_is_deleted(store: SecretStore) -> None:
    assert await store.get("grant/ann/ebay") is None
    await store.put("grant/ann/ebay", TOKEN)
    await store.put("grant/ann/ebay", TOKEN + "2")
    assert await store.get("grant/ann/ebay") == TOKEN + "2"
    assert await store.get("grant/bob/ebay") is None
    await store.delete("grant/ann/ebay")
    await store.delete("grant/ann/ebay")
    assert await store.get("grant/ann/ebay") is None


async def test_names_that_differ_in_little_are_kept_apart(store: SecretStore) -> None:
    names = ["a/b", "a", "A", "..", "a/../b", "é"]
    for name in names:
        await store.put(name, name)
    assert [await store.get(name) for name in names] == names


async def test_neither_secret_nor_name_is_in_the_files(
    files: EncryptedFiles, tmp_path: Path
) -> None:
    await files.put("grant/ann/ebay", TOKEN)
    (path,) = (tmp_path / "secrets").iterdir()
    assert TOKEN.encode() not in path.read_bytes()
    assert "ann" not in path.name
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


async def test_a_file_that_was_changed_or_moved_does_not_open(
    files: EncryptedFiles, tmp_path: Path
) -> None:
    await files.put("grant/ann/ebay", TOKEN)
    (mine,) = (tmp_path / "secrets").iterdir()
    await files.put("grant/eve/ebay", "other")
    (hers,) = (path for path in (tmp_path / "secrets").iterdir() if path != mine)
    hers.write_bytes(mine.read_bytes())
    with pytest.raises(Unauthorized):
        await files.get("grant/eve/ebay")
    mine.write_bytes(mine.read_bytes()[:-1] + b"x")
    with pytest.raises(Unauthorized):
        await files.get("grant/ann/ebay")


async def test_another_key_opens_nothing(files: EncryptedFiles, tmp_path: Path) -> None:
    await files.put("grant/ann/ebay", TOKEN)
    with pytest.raises(Unauthorized):
        await EncryptedFiles(tmp_path / "secrets", KeyRing(["x" * 32])).get("grant/ann/ebay")


async def test_many_writers_leave_one_whole_secret(files: EncryptedFiles, tmp_path: Path) -> None:
    written = [f"{number}" * 1000 for number in range(8)]
    await asyncio.gather(*(files.put("grant/ann/ebay", secret) for secret in written))
    assert await files.get("grant/ann/ebay") in written
    assert len(list((tmp_path / "secrets").iterdir())) == 1


async def test_after_a_new_key_the_old_ones_still_open(
    files: EncryptedFiles, tmp_path: Path
) -> None:
    await files.put("grant/ann/ebay", TOKEN)
    rotated = EncryptedFiles(tmp_path / "secrets", KeyRing(["n" * 32, "k" * 32]))
    assert await rotated.get("grant/ann/ebay") == TOKEN
    await rotated.put("grant/ann/ebay", TOKEN)
    with pytest.raises(Unauthorized):
        await files.get("grant/ann/ebay")


@pytest.mark.parametrize(
    ("code", "expected"),
    [("AccessDeniedException", Unauthorized), ("InternalServiceError", Unavailable)],
)
async def test_what_aws_refuses_is_typed(
    code: str, expected: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SecretsManager("talknshop", "us-east-1")

    def refuse(**_: object) -> None:
        raise ClientError({"Error": {"Code": code, "Message": "secret words"}}, "GetSecretValue")

    monkeypatch.setattr(store._client, "get_secret_value", refuse)
    with pytest.raises(expected) as caught:
        await store.get("grant/ann/ebay")
    assert "secret words" not in str(caught.value)
