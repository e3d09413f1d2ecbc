"""Payloads are sealed, opened with the key they name, and never opened when changed."""

from pathlib import Path

import boto3
import pytest
from moto import mock_aws
from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.exceptions import ApplicationError

from adapters.encryption.codec import SealingCodec
from adapters.encryption.factory import build_codec
from adapters.encryption.kms import RENEWED_AFTER, KmsKeys
from adapters.encryption.local import LocalKeys
from adapters.encryption.port import UnknownKey
from adapters.keys import KeyRing
from talknshop.access import EncryptionChoice
from workflows.client import data_converter
from workflows.payloads import SharedPydanticConverter

CLEAR = [Payload(metadata={"encoding": b"json/plain"}, data=b'"my iPhone"')]


def local(*keys: str) -> SealingCodec:
    return SealingCodec(LocalKeys(KeyRing([key * 40 for key in keys])))


async def test_a_sealed_payload_says_nothing_and_is_opened_again() -> None:
    codec = local("a")
    (first,) = await codec.encode(CLEAR)
    (second,) = await codec.encode(CLEAR)
    assert b"iPhone" not in first.SerializeToString()
    assert first.data != second.data, "each has a nonce of its own"
    assert await codec.decode([first]) == CLEAR


async def test_an_old_key_opens_and_a_new_one_seals() -> None:
    (old,) = await local("a").encode(CLEAR)
    rotated = local("b", "a")
    (new,) = await rotated.encode(CLEAR)
    assert old.metadata["encryption-key-id"] != new.metadata["encryption-key-id"]
    assert await rotated.decode([old, new]) == CLEAR * 2
    with pytest.raises(UnknownKey):
        await local("b").decode([old])


async def test_a_long_payload_is_smaller_sealed_than_in_clear() -> None:
    text = ", ".join(f'{{"title": "Laptop {n}", "price": {n}}}' for n in range(100))
    clear = [Payload(metadata={"encoding": b"json/plain"}, data=text.encode())]
    codec = local("a")
    (sealed,) = await codec.encode(clear)
    assert sealed.ByteSize() < clear[0].ByteSize() / 2
    assert await codec.decode([sealed]) == clear


async def test_what_was_sealed_before_there_was_compression_is_opened() -> None:
    key = await LocalKeys(KeyRing(["a" * 40])).newest()
    clear = Payload(metadata={"encoding": b"json/plain"}, data=b"x" * 5000)
    nonce = b"n" * 12
    sealed = Payload(
        metadata={"encoding": b"binary/encrypted", "encryption-key-id": key.key_id},
        data=nonce + key.cipher.encrypt(nonce, clear.SerializeToString(), key.key_id),
    )
    assert await local("a").decode([sealed]) == [clear]


@pytest.mark.parametrize("part", ["data", "key id", "compression"])
async def test_a_changed_payload_is_not_opened(part: str) -> None:
    codec = local("a", "b")
    (sealed,) = await codec.encode(CLEAR)
    if part == "data":
        sealed.data = sealed.data[:-1] + bytes([sealed.data[-1] ^ 1])
    elif part == "compression":
        sealed.metadata["compression"] = b"zlib"
    else:
        (other,) = await local("b").encode(CLEAR)
        sealed.metadata["encryption-key-id"] = other.metadata["encryption-key-id"]
    with pytest.raises(UnknownKey):
        await codec.decode([sealed])


async def test_what_was_stored_before_there_was_a_key_is_still_read() -> None:
    assert await local("a").decode(CLEAR) == CLEAR


async def test_a_failure_carries_its_words_sealed() -> None:
    converter = data_converter(local("a"))
    failure = Failure()
    await converter.encode_failure(ApplicationError("no such lamp", type="rejected"), failure)
    assert b"lamp" not in failure.SerializeToString()
    error = await converter.decode_failure(failure)
    assert isinstance(error, ApplicationError)
    assert (error.message, error.type) == ("no such lamp", "rejected")


async def test_kms_wraps_data_keys_and_each_process_opens_what_another_sealed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        kms = boto3.client("kms", region_name="us-east-1")
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        now = 0.0
        one = SealingCodec(KmsKeys(key, client=kms, clock=lambda: now))
        other = SealingCodec(KmsKeys(key, client=kms))
        (first,) = await one.encode(CLEAR)
        (second,) = await one.encode(CLEAR)
        now = RENEWED_AFTER.total_seconds()
        (later,) = await one.encode(CLEAR)
        names = [payload.metadata["encryption-key-id"] for payload in (first, second, later)]
        assert names[0] == names[1] != names[2], "a data key lasts an hour"
        assert await other.decode([first, second, later]) == CLEAR * 3
        later.metadata["encryption-key-id"] = b"kms:forged"
        with pytest.raises(UnknownKey):
            await other.decode([later])


def test_the_settings_choose_the_keys(tmp_path: Path) -> None:
    assert build_codec(EncryptionChoice(keys="off"), tmp_path) is None
    assert isinstance(build_codec(EncryptionChoice(), tmp_path), SealingCodec)
    with pytest.raises(ValueError, match="KMS_KEY"):
        build_codec(EncryptionChoice(keys="kms"), tmp_path)
    in_clear = data_converter(None)
    assert in_clear.payload_codec is None
    assert in_clear.payload_converter_class is SharedPydanticConverter
