"""The key that pushes are signed with (VAPID, RFC 8292), and what browsers give for it."""

import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

from adapters.errors import Rejected
from adapters.keys import KeyRing
from adapters.notify.channels import PushKeys
from talknshop.messages import sentence

# In the data folder. A browser takes pushes of the key it subscribed with and of no other: this one
# does not rotate, for with another one everybody would have to subscribe again.
PUSH_KEYS = Path("keys") / "push.key"

# RFC 8292 allows a day; a clock may be wrong by some hours.
_SIGNED_FOR_S = 12 * 3600
# The order of the group of P-256 (SEC 2).
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class Vapid:
    """`contact`: a mailto: or https: address at which push services may reach the operator."""

    def __init__(self, keys: KeyRing, contact: str) -> None:
        self._signer = Vapid02(_private_key(keys.newest.secret))
        self._contact = contact

    @property
    def public_key(self) -> str:
        """As browsers take it: the uncompressed point in base64url."""
        point = self._signer.public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return urlsafe_b64encode(point).rstrip(b"=").decode()

    def headers(self, endpoint: str) -> dict[str, str]:
        """What tells the push service behind an endpoint that we are the sender."""
        parts = urlsplit(endpoint)
        claims = {
            "sub": self._contact,
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int(time.time()) + _SIGNED_FOR_S,
        }
        signed: dict[str, str] = self._signer.sign(claims)
        return signed


def check_keys(keys: PushKeys) -> None:
    """Raises Rejected for what no browser gave."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _decoded(keys.p256dh))
        if len(_decoded(keys.auth)) != 16:
            raise ValueError(keys.auth)
    except (ValueError, Base64Error) as error:
        raise Rejected(sentence("push_no_keys")) from error


def _private_key(secret: bytes) -> ec.EllipticCurvePrivateKey:
    """The same key from the same secret; of 48 bytes, so that no value is likelier than another."""
    derived = HKDF(SHA256(), 48, salt=None, info=b"talknshop web push").derive(secret)
    return ec.derive_private_key(int.from_bytes(derived) % (_ORDER - 1) + 1, ec.SECP256R1())


def _decoded(text: str) -> bytes:
    unpadded = text.rstrip("=")
    return urlsafe_b64decode(unpadded + "=" * (-len(unpadded) % 4))
