"""Which secret store the settings name."""

from pathlib import Path

from adapters.keys import KeyRing
from adapters.secrets.encrypted_files import SECRETS_KEYS, EncryptedFiles
from adapters.secrets.port import SecretStore


def build_secret_store(
    store: str, *, data_dir: Path, key: str | None, prefix: str, region: str | None
) -> SecretStore:
    """`store`: "files" or "aws". boto3 is imported only when it is wanted: it costs 60 ms."""
    if store == "aws":
        from adapters.secrets.aws import SecretsManager

        return SecretsManager(prefix, region)
    return EncryptedFiles(data_dir / "secrets", KeyRing.of(key, data_dir / SECRETS_KEYS))
