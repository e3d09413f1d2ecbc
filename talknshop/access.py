"""How to reach Temporal, and how to seal what it is given: chosen in the settings."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, SecretStr

LOCAL_TEMPORAL = "127.0.0.1:7233"


class TemporalAccess(BaseModel):
    """`address` None lets `talknshop dev` start an embedded server."""

    address: str | None = None
    namespace: str = "default"
    api_key: SecretStr | None = None
    tls: bool = False  # with an api_key always
    tls_ca: Path | None = None  # None: the system's authorities
    tls_certificate: Path | None = None  # with tls_key: mTLS
    tls_key: Path | None = None


class EncryptionChoice(BaseModel):
    """`local`: a file in the data folder, or `local_keys`; `kms`: data keys wrapped by AWS KMS."""

    keys: Literal["local", "kms", "off"] = "local"
    local_keys: SecretStr | None = None  # by commas, the newest first; None: kept in data_dir
    kms_key: str | None = None  # id, ARN or alias
    kms_region: str | None = None
