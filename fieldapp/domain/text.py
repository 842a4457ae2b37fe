"""A message that is not yet in any language.

Rules, services and records speak `Text`; only `ui`, `reports` and the front doors turn it into words
(fieldapp.language).
"""

from typing import final


@final
class Text:
    """One message: an English msgid with {placeholders} and the values for them.

    A value may itself be a Text; it is rendered in the same language. The msgid is always a literal, so
    that Babel finds it; a value never is part of the msgid.
    """

    __slots__ = ("args", "msgid")

    def __init__(self, msgid: str, /, **args: object) -> None:
        self.msgid = msgid
        self.args = args

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Text) and (self.msgid, self.args) == (other.msgid, other.args)

    def __hash__(self) -> int:
        return hash((self.msgid, tuple(self.args)))

    def __repr__(self) -> str:
        return f"Text({self.msgid!r}, {self.args!r})" if self.args else f"Text({self.msgid!r})"

    def __bool__(self) -> bool:
        return bool(self.msgid)
