"""How a home that is not known yet shows that it has a pack: an HMAC over its keys under the secret in it."""

import hashlib
import hmac

from sqlalchemy.engine import Connection

from fieldapp.storage import state
from fieldapp.sync.keys import PublicKeys
from fieldapp.sync.sync_file import Enrol


def proof(secret: bytes, public: PublicKeys) -> str:
    """HMAC-SHA256 under a pack's 32-byte secret over both public keys, 64 hex."""
    message = b"fieldapp-enrol-1\0" + bytes.fromhex(public.sign) + public.age.encode()
    return hmac.digest(secret, message, hashlib.sha256).hex()


def proves(secret: bytes, offered: Enrol) -> bool:
    """Whether the proof in a header was made with this secret for the keys it brings."""
    expected = proof(secret, PublicKeys(offered.sign_pub, offered.age_recipient))
    return hmac.compare_digest(expected, offered.proof or "")


def introduction(tx: Connection, public: PublicKeys, csc_id: str) -> Enrol | None:
    """What a batch's header says of its home until the first receipt; None after it."""
    secret = state.read(tx, state.PACK_SECRET)
    if not secret:
        return None
    return Enrol(
        sign_pub=public.sign,
        age_recipient=public.age,
        csc_id=csc_id,
        proof=proof(bytes.fromhex(secret), public),
    )
