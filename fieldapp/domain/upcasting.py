"""What records of older programs say, in today's words.

A sealed body keeps the schema it was sealed under and is never rewritten; it is turned each time it is read.
A new field needs no line here. One that was renamed, removed or typed otherwise needs a pure function from
the plain form of one schema to that of the next; it stays for ever, with a file of that schema in the tests.
"""

from collections.abc import Callable, Mapping
from typing import Any

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
"""From the plain form of a record (`fields.flatten`) under one schema to that under the next; it may change
what it is given. What it does not know it leaves, and what is empty it leaves out."""

UPCASTERS: Mapping[int, Mapping[str, Upcaster]] = {}
"""By the schema that is left behind, and the type of record."""


def is_needed(type_word: str, schema: int) -> bool:
    """Whether a record of that type, sealed under that schema, is turned before it is read."""
    return any(left >= schema and type_word in steps for left, steps in UPCASTERS.items())


def upcast(type_word: str, plain: dict[str, Any], schema: int) -> dict[str, Any]:
    """The plain form of a record in today's words; it may share parts with what is given, which is used up.

    A schema higher than this program's is left as it is: what is unknown in it is kept and sent on.
    """
    for left in sorted(UPCASTERS):
        if left >= schema and (step := UPCASTERS[left].get(type_word)):
            plain = step(plain)
    return plain
