"""Walmart's request signature: RSA over who asks and when, not over what is asked."""

import base64
import binascii
import time
from collections.abc import Generator

import httpx
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from adapters.marketplaces.walmart.config import WalmartConfig


class SignatureAuth(httpx.Auth):
    """Signs each request anew: a signature is good for about three minutes.

    Raises ValueError when the private key can't be read.
    """

    def __init__(self, config: WalmartConfig) -> None:
        self._consumer_id = config.consumer_id or ""
        self._key_version = config.key_version
        self._key = _read_key(config.private_key.get_secret_value() if config.private_key else "")

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        milliseconds = str(time.time_ns() // 1_000_000)
        # The values ordered by their headers' names, each with a newline, the last one too.
        signed = f"{self._consumer_id}\n{milliseconds}\n{self._key_version}\n"
        signature = self._key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        request.headers["WM_CONSUMER.ID"] = self._consumer_id
        request.headers["WM_CONSUMER.INTIMESTAMP"] = milliseconds
        request.headers["WM_SEC.KEY_VERSION"] = self._key_version
        request.headers["WM_SEC.AUTH_SIGNATURE"] = base64.b64encode(signature).decode()
        yield request


def _read_key(text: str) -> rsa.RSAPrivateKey:
    try:
        if "-----BEGIN" in text:
            # Environment files often carry the line ends as two characters.
            pem = text.replace("\\n", "\n").encode()
            key = serialization.load_pem_private_key(pem, password=None)
        else:
            key = serialization.load_der_private_key(base64.b64decode(text), password=None)
    except (ValueError, TypeError, binascii.Error) as error:
        raise ValueError("TALKNSHOP_WALMART_PRIVATE_KEY is no PKCS #8 key") from error
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError("TALKNSHOP_WALMART_PRIVATE_KEY is no RSA key")
    return key
