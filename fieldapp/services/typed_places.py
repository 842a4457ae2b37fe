"""The places a home knows: the shipped ones and those that were typed here or came with a sync file."""

from collections.abc import Iterator

from fieldapp.domain import places
from fieldapp.domain.actor import Actor
from fieldapp.domain.codes import Level
from fieldapp.domain.places import Gazetteer
from fieldapp.domain.records import Place
from fieldapp.services.records import RecordService
from fieldapp.storage.gazetteer import gazetteer


def known_places(typed: RecordService[Place], actor: Actor) -> Gazetteer:
    """The gazetteer with every place record of the home in it, under the key 'place:' and the record's id."""
    return gazetteer().with_typed(_typed(typed, actor))


def _typed(service: RecordService[Place], actor: Actor) -> Iterator[places.Place]:
    page = service.page(actor)
    while True:
        for held in page.items:
            if held.record.level in Level.values():
                yield _place(held.record)
        if page.next is None:
            return
        page = service.page(actor, after=page.next)


def _place(record: Place) -> places.Place:
    return places.Place(
        key=f"place:{record.id}",
        level=Level(record.level),
        name_en=record.name.en,
        name_hi=record.name.hi,
        aliases=tuple(word.strip() for word in record.aliases.split(";") if word.strip()),
        parent=record.parent.key,
        lgd_code=record.lgd_code,
    )
