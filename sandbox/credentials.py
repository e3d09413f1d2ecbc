"""The keys that this sandbox accepts, made on the first start and kept in a private file."""

import os
import secrets
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pydantic import BaseModel, ConfigDict, Field


class _Keys(BaseModel):
    model_config = ConfigDict(frozen=True)


class EbayKeys(_Keys):
    client_id: str
    client_secret: str
    refresh_token: str


class AmazonKeys(_Keys):
    credential_id: str
    credential_secret: str
    version: str
    partner_tag: str


class WalmartKeys(_Keys):
    consumer_id: str
    key_version: str
    private_key: str  # PEM, PKCS #8


class BestBuyKeys(_Keys):
    api_key: str


class CraigslistKeys(_Keys):
    email: str
    password: str
    account_id: str


class FacebookKeys(_Keys):
    access_token: str
    catalog_id: str
    app_id: str = Field(default_factory=lambda: str(10**14 + secrets.randbelow(9 * 10**14)))
    app_secret: str = Field(default_factory=lambda: secrets.token_hex(16))


class PoshmarkKeys(_Keys):
    pass


class Credentials(_Keys):
    """Those of marketplaces in packages of their own are extra fields: dicts."""

    model_config = ConfigDict(frozen=True, extra="allow")

    ebay: EbayKeys
    amazon: AmazonKeys
    walmart: WalmartKeys
    bestbuy: BestBuyKeys
    craigslist: CraigslistKeys
    facebook: FacebookKeys
    poshmark: PoshmarkKeys = PoshmarkKeys()


def load_or_make(
    path: Path, others: Mapping[str, Callable[[], dict[str, str]]] = MappingProxyType({})
) -> Credentials:
    """The file's keys; what is missing there is made first, readable by its owner only."""
    held = path.read_text() if path.exists() else ""
    credentials = Credentials.model_validate_json(held) if held else _make()
    known = credentials.model_extra or {}
    made = {name: make() for name, make in others.items() if name not in known}
    credentials = Credentials.model_validate({**credentials.model_dump(), **made})
    if held == credentials.model_dump_json(indent=2):
        return credentials
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(credentials.model_dump_json(indent=2))
    # Renamed when complete: whoever waits for the file never reads half of it.
    draft.rename(path)
    return credentials


def _make() -> Credentials:
    walmart_key = generate_private_key(public_exponent=65537, key_size=2048)
    pem = walmart_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Credentials(
        ebay=EbayKeys(
            client_id=f"Sandbox-{secrets.token_hex(8)}",
            client_secret=f"SBX-{secrets.token_hex(16)}",
            refresh_token=f"v^1.1#i^1#r^1#{secrets.token_urlsafe(32)}",
        ),
        amazon=AmazonKeys(
            credential_id=f"amzn1.application-oa2-client.{secrets.token_hex(16)}",
            credential_secret=f"amzn1.oa2-cs.v1.{secrets.token_hex(32)}",
            version="3.1",
            partner_tag="talknshop-20",
        ),
        walmart=WalmartKeys(
            consumer_id=str(uuid.uuid4()), key_version="1", private_key=pem.decode()
        ),
        bestbuy=BestBuyKeys(api_key=secrets.token_hex(12)),
        craigslist=CraigslistKeys(
            email="dealer@example.com", password=secrets.token_urlsafe(12), account_id="14"
        ),
        facebook=FacebookKeys(
            access_token=f"EAAB{secrets.token_hex(40)}",
            catalog_id=str(10**14 + secrets.randbelow(9 * 10**14)),
        ),
    )
