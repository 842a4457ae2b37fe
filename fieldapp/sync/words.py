"""Six easy words that are told by telephone and lock what only a centre may find in its pack.

Each is one of 256, so six are worth 48 bits; trying one costs a moment and 64 MiB (argon2id, RFC 9106).
"""

import secrets
from typing import Annotated

import argon2.low_level
import msgspec
from msgspec import Meta

_LIST = """
apple arm baby bag ball banana bank basket bee bell bench bird black blanket blue bottle bowl box
boy bread brick bridge brother brown brush bucket bus bush butter button cake camel camera camp
candle car cart castle chain chair chalk chapter cheese cherry circle city clay clock cloth cloud
coconut coffee copper corn cotton cow crown cup curd curtain dance deer desk diamond dinner doctor
dog donkey door dream dress driver drum duck dust eagle egg elbow elephant engine evening family
farm father feather field finger fire fish flower forest fox friend frog fruit garden gate ghee
giraffe girl glass goat gold grape grass green guava guitar hammer hand heart helmet hill hockey
honey horse hospital house hunter iron island jacket jasmine jewel juice jungle kettle king kitchen
ladder lake lamp leaf lemon letter lily lion lock lotus lunch machine magnet mango map market melon
milk minute mirror money monkey month moon morning mother motor mountain mouse music napkin needle
night notebook number ocean office onion orange oven owner palace paper parrot party peacock pencil
pepper phone photo piano pigeon pillow pilot planet plate pocket police potato present puppy puzzle
queen rabbit radio ribbon river road rocket rose rubber ruler saddle salt sand school scooter sector
shadow shelf shirt silver sister soap spider spoon square stadium star station stone story sugar
summer table tailor teacher temple thread ticket tiger tomato torch tower tractor train tree
triangle truck tunnel turtle umbrella uncle uniform valley village violin wagon wall watch water
wheel window winter woman yellow zebra
"""
WORDS = tuple(_LIST.split())
HOW_MANY = 6
_KEY_BYTES = 32


class Lock(msgspec.Struct, frozen=True, kw_only=True):
    """How words become a key: argon2id with so many passes and so much memory. salt: 16 bytes as hex."""

    salt: Annotated[str, Meta(pattern=r"^[0-9a-f]{32}\Z")]
    passes: Annotated[int, Meta(ge=1, le=10)] = 3
    memory_kib: Annotated[int, Meta(ge=8, le=1 << 18)] = 1 << 16

    def key(self, words: str) -> bytes:
        """The 32-byte key of some words; capitals and blanks do not matter."""
        plain = " ".join(words.casefold().split())
        return argon2.low_level.hash_secret_raw(
            plain.encode(),
            bytes.fromhex(self.salt),
            self.passes,
            self.memory_kib,
            1,
            _KEY_BYTES,
            argon2.low_level.Type.ID,
        )


def choose() -> str:
    """Six words from the system's random source."""
    return " ".join(secrets.choice(WORDS) for _ in range(HOW_MANY))


def new_lock(*, practice: bool) -> Lock:
    """A lock with a salt of its own; in a practice home it costs next to nothing."""
    salt = secrets.token_hex(16)
    return Lock(salt=salt, passes=1, memory_kib=1024) if practice else Lock(salt=salt)
