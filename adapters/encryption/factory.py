"""The codec that the settings ask for."""

from pathlib import Path

from temporalio.converter import PayloadCodec

from adapters.encryption.codec import SealingCodec
from adapters.encryption.local import LocalKeys
from adapters.keys import KeyRing
from talknshop.access import EncryptionChoice

PAYLOAD_KEYS = Path("keys") / "payload.key"


def build_codec(choice: EncryptionChoice, data_dir: Path) -> PayloadCodec | None:
    """None stores everything in clear. Raises ValueError for "kms" without a key."""
    match choice.keys:
        case "off":
            return None
        case "local":
            given = choice.local_keys.get_secret_value() if choice.local_keys else None
            return SealingCodec(LocalKeys(KeyRing.of(given, data_dir / PAYLOAD_KEYS)))
        case "kms":
            if choice.kms_key is None:
                raise ValueError("Set TALKNSHOP_ENCRYPTION__KMS_KEY to the key's id or ARN.")
            from adapters.encryption.kms import KmsKeys

            return SealingCodec(KmsKeys(choice.kms_key, region=choice.kms_region))
