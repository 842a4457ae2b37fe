"""The places a home knows: the shipped ones and those that were typed here or came with a sync file."""

from fieldapp.domain import places
from fieldapp.domain.actor import Actor
from fieldapp.domain.codes import Level
from fieldapp.domain.places import Gazetteer
from fieldapp.domain.records import Place
from fieldapp.services.records import RecordService
from fieldapp.storage.gazetteer import gazetteer


def known_places(typed: RecordService[Place], actor: Actor) -> Gazetteer:
    """The gazetteer with every place record of the home in it, under the key 'place:' and the record's id."""
    records = (held.record for held in typed.every(actor))
    return gazetteer().with_typed(_place(one) for one in records if one.level in Level.values())


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
