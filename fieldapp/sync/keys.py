"""The keys of a home: Ed25519 to sign with, X25519 (an age identity) to be written to.

They are made on the first run, kept outside the database and its backups, and wrapped by the home's data key.
People compare the *fingerprint* of both public halves; the program knows a signer by its key id.
"""

import hashlib
import os
from typing import Self, final

import msgspec
import pyrage
from nacl.bindings import crypto_core_ed25519_is_valid_point, crypto_scalarmult
from nacl.exceptions import CryptoError
from nacl.secret import Aead
from nacl.signing import SigningKey, VerifyKey

from fieldapp.domain.errors import EnvironmentProblem
from fieldapp.domain.results import refuse, surroundings
from fieldapp.domain.text import Text

_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_AGE_KEY_LENGTH = 62
_RANDOM_LENGTH = 32


def must_have_random_numbers() -> None:
    """Raise EnvironmentProblem 'no_random_numbers' where the system gives none.

    Asked before a library is: age's does not come back with an error that could be told.
    """
    try:
        os.urandom(_RANDOM_LENGTH)
    except (OSError, NotImplementedError) as error:
        raise EnvironmentProblem(
            Text("This computer gives no random numbers."),
            Text(
                "Nothing was made: without them others could read it. Start the computer anew and try again."
            ),
            "no_random_numbers",
        ) from error


class PublicKeys(msgspec.Struct, frozen=True):
    """The public halves. sign: Ed25519 key as 64 hex; age: X25519 recipient, 'age1…'."""

    sign: str
    age: str

    @property
    def key_id(self) -> str:
        """SHA-256(Ed25519 public key)[:16], 32 hex: how a sync file names its signer."""
        return key_id(bytes.fromhex(self.sign))

    @property
    def fingerprint(self) -> str:
        """Four groups of four hex digits over both keys, to be read out or compared on paper."""
        seed = b"fieldapp-fingerprint-1\0" + bytes.fromhex(self.sign) + self.age.encode()
        digits = hashlib.sha256(seed).hexdigest()
        return " ".join(digits[start : start + 4] for start in range(0, 16, 4))

    def checked(self) -> Self:
        """Itself; SyncFileRefused 'bad_key' unless both are proper points of their curves.

        A point of low order would verify what nobody signed, or let everybody read what is written to it.
        """
        try:
            sound = crypto_core_ed25519_is_valid_point(bytes.fromhex(self.sign))
        except (ValueError, TypeError):
            sound = False
        if not sound or not is_recipient(self.age):
            raise refuse("bad_key")
        return self


@final
class NodeKeys:
    """Both key pairs of one home, and at a head office those that went before them.

    older: key pairs that still open what was written to them, and are signed with no more.
    """

    def __init__(self, seed: bytes, identity: str) -> None:
        self._set(seed, identity)
        self.older: tuple[NodeKeys, ...] = ()

    def _set(self, seed: bytes, identity: str) -> None:
        self._signing = SigningKey(seed)
        self.identity = pyrage.x25519.Identity.from_str(identity)
        self.public = PublicKeys(self._signing.verify_key.encode().hex(), str(self.identity.to_public()))

    @classmethod
    def generate(cls) -> Self:
        """New keys from the system's random source. Raises EnvironmentProblem 'no_random_numbers'."""
        must_have_random_numbers()
        return cls(SigningKey.generate().encode(), str(pyrage.x25519.Identity.generate()))

    @classmethod
    def from_bytes(cls, kept: bytes) -> Self:
        """The keys that `to_bytes` gave. Raises EnvironmentProblem 'no_key' for anything else."""
        try:
            return cls(kept[:32], kept[32:].decode())
        except (ValueError, pyrage.IdentityError) as error:
            raise surroundings("no_key") from error

    def to_bytes(self) -> bytes:
        """Both private keys, to be wrapped by the caller before they touch a disk."""
        return self._signing.encode() + str(self.identity).encode()

    @property
    def key_id(self) -> str:
        """The key id of the signing key, 32 hex."""
        return self.public.key_id

    @property
    def identities(self) -> list[pyrage.x25519.Identity]:
        """All that may open a file, the newest first."""
        return [self.identity, *(one.identity for one in self.older)]

    def find(self, key_id: str) -> "NodeKeys | None":
        """The pair with that key id, be it the one in use or an older one."""
        return next((one for one in (self, *self.older) if one.key_id == key_id), None)

    def become(self, other: "NodeKeys", older: "tuple[NodeKeys, ...]") -> None:
        """Work with another pair from now on, wherever in the program this one is held."""
        kept = other.to_bytes()
        self._set(kept[:32], kept[32:].decode())
        self.older = older

    def sign(self, message: bytes) -> bytes:
        """The Ed25519 signature, 64 bytes."""
        return self._signing.sign(message).signature

    def shared_key(self, recipient: str, purpose: str) -> bytes:
        """32 bytes that only this home and the holder of `recipient` ('age1…') can make, for one purpose.

        X25519 over the keys exchanged at enrolment, so that nothing else need be kept. Raises SyncFileRefused
        'bad_key' for a point of low order.
        """
        if not is_recipient(recipient):
            raise refuse("bad_key")
        common = crypto_scalarmult(_bech32_key(str(self.identity)), _bech32_key(recipient))
        return hashlib.sha256(purpose.encode() + b"\0" + common).digest()


def key_id(sign_public: bytes) -> str:
    """SHA-256 of an Ed25519 public key, the first 16 bytes as 32 hex."""
    return hashlib.sha256(sign_public).hexdigest()[:32]


def recipient_id(age_recipient: str) -> str:
    """How a header names a reader: SHA-256 of the 'age1…' text, the first 16 bytes as 32 hex."""
    return hashlib.sha256(age_recipient.encode()).hexdigest()[:32]


def is_recipient(text: str) -> bool:
    """Whether `text` is an age X25519 recipient that can be encrypted to.

    pyrage does not return from a point of low order: it panics, so such a key is found out before.
    """
    try:
        if len(text) != _AGE_KEY_LENGTH or str(pyrage.x25519.Recipient.from_str(text)) != text:
            return False
        crypto_scalarmult(bytes([1] * 32), _bech32_key(text))
    except (pyrage.RecipientError, CryptoError, RuntimeError):
        return False
    return True


def _bech32_key(text: str) -> bytes:
    """The 32 bytes in an age key, public or private, whose checksum was looked at by pyrage."""
    number = 0
    for letter in text.casefold().rpartition("1")[2][:-6]:
        number = number << 5 | _BECH32.index(letter)
    return (number >> 4).to_bytes(32, "big")


def verify(sign_public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` over `message` was made with the private half of `sign_public` (32 bytes)."""
    try:
        VerifyKey(sign_public).verify(message, signature)
    except (CryptoError, ValueError):
        return False
    return True


def wrap(data_key: bytes, plain: bytes, purpose: str) -> bytes:
    """`plain` encrypted under a 32-byte key so that it opens only for the same `purpose`."""
    return bytes(Aead(data_key).encrypt(plain, purpose.encode()))


def unwrap(data_key: bytes, wrapped: bytes, purpose: str) -> bytes:
    """What `wrap` was given. EnvironmentProblem 'no_key' for another key or purpose, or altered bytes."""
    try:
        return Aead(data_key).decrypt(wrapped, purpose.encode())
    except (CryptoError, ValueError) as error:
        raise surroundings("no_key") from error
