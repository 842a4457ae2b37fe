"""Words for what goes to and fro: kinds of records, sizes, states."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from fieldapp.domain.text import Text

if TYPE_CHECKING:
    from fieldapp.sync.received import Taken

RECORD_WORDS: Mapping[str, Text] = {
    "activity": Text("Activities"),
    "person": Text("People"),
    "target": Text("Targets"),
    "observation": Text("Observations"),
    "establishment": Text("Establishments"),
    "action_point": Text("Action points"),
    "place": Text("Places"),
    "decision": Text("Decisions"),
}
"""What the records of a type are called together."""

_COVER_BYTES = 3000
_ACTIVITY_BYTES = 1300
_OTHER_BYTES = 150


def counted(by_type: Mapping[str, int]) -> list[Text]:
    """'Activities 12', one piece a type, in the order of RECORD_WORDS."""
    return [
        Text("{what} {n}", what=what, n=by_type[word])
        for word, what in RECORD_WORDS.items()
        if by_type.get(word)
    ]


def size(count: int) -> Text:
    """A size in bytes as people say it."""
    if count < 1_000_000:
        return Text("{n}\u00a0KB", n=max(1, round(count / 1000)))
    return Text("{n}\u00a0MB", n=f"{count / 1_000_000:.1f}")


def expected_size(by_type: Mapping[str, int]) -> int:
    """About how many bytes a batch of so many records has, measured on sessions of 40 people."""
    activities = by_type.get("activity", 0)
    others = sum(by_type.values()) - activities
    return _COVER_BYTES + activities * _ACTIVITY_BYTES + others * _OTHER_BYTES


def records_not_taken(taken: "Taken") -> tuple[Text, Text]:
    """How many records head office did not take, by a receipt with `refused`, and what to do."""
    return (
        Text(
            "Receipt {n}: records that head office did not take: {count}",
            n=taken.number,
            count=len(taken.refused),
        ),
        Text("They stand below with the reason. Correct them; they go with the next sync file."),
    )


def asks_for_all(taken: "Taken") -> tuple[Text, Text] | None:
    """That a full file is asked for, and what to do; only head office knows by its totals that it must."""
    if taken.of_block or not taken.full_asked:
        return None
    title = Text("Receipt {n}: head office asks for a full file.", n=taken.number)
    return title, Text("Press 'Everything once more'.")


def lacks_photographs(taken: "Taken") -> Text:
    """How many photographs head office lacks, by a receipt with `pictures_asked`."""
    return Text(
        "Receipt {n}: head office lacks photographs: {count}", n=taken.number, count=taken.pictures_asked
    )


def stands_on_today(asked: int) -> Text:
    """Where to find what head office asks of people."""
    return Text("What is asked of you stands on Today: {n}", n=asked)
