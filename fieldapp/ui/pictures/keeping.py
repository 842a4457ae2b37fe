"""Pictures that are brought are made small and kept beside the window; what cannot be read costs no other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fieldapp.domain.errors import FieldAppError
from fieldapp.domain.records import Attachment
from fieldapp.domain.text import Text
from fieldapp.ui.desk import Desk
from fieldapp.ui.tasks import Progress, Task

Source = Callable[[], bytes]
"""Gives the bytes of a picture; called in the worker."""


@dataclass(frozen=True)
class Kept:
    """What became of pictures that were brought: for which record, the parts for it, what was refused."""

    record: int
    parts: tuple[Attachment, ...]
    refused: tuple[FieldAppError, ...]


def keep_all(desk: Desk, sources: Sequence[Source], kind: str, record: int) -> Task:
    """Keep pictures as of that kind of attachment; no record names them yet. The task gives a `Kept`.

    record: what the asker knows the record by for which they are.
    """
    keep, actor = desk.services.attachments.keep, desk.actor

    def make_small(progress: Progress) -> Kept:
        parts: list[Attachment] = []
        refused: list[FieldAppError] = []
        for n, source in enumerate(sources, start=1):
            try:
                parts.append(keep(actor, source(), kind))
            except FieldAppError as error:
                refused.append(error)
            progress(n, len(sources))
        return Kept(record, tuple(parts), tuple(refused))

    return desk.tasks.submit(make_small, Text("Making pictures smaller…"))
