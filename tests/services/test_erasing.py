"""A person who is erased is nowhere in the home afterwards, and everybody is counted as before."""

import pyrage
import pytest
import zstandard
from msgspec.structs import replace

from fieldapp.domain.actor import Actor
from fieldapp.domain.errors import InvalidInput, NotAllowed
from fieldapp.domain.fields import Name, Ref
from fieldapp.domain.records import PaymentTry, Person
from fieldapp.homes import Exchange as Exchanging
from fieldapp.services.left_off import LeftOff
from fieldapp.storage import integrity
from tests.guard import carried, laid_open
from tests.sync.conftest import exchange, template
from tests.sync.exchange import row

__all__ = ["exchange", "template"]

LEAD = Actor("supervisor", "SUPERVISOR")
NAME, MOBILE = Name("चम्पावती किस्कू", "Champawati Kisku"), "5000012321"
WORDS = (NAME.hi, NAME.en, MOBILE, "Champawati", "Champavati")
"""The last was typed by mistake and corrected: only the journal has it."""
OTHER = Name("बुधनी सोरेन", "Budhni Soren")


@pytest.fixture
def known(exchange):
    """A person in a finished and amended session, found, filtered for, drafted about and sent; their ids."""
    side = exchange.centre
    services, actor = side.services, side.actor
    person = Person(id=services.people.new_id(), name=NAME, mobile=MOBILE, notes=f"{NAME.en} came twice")
    services.people.save(actor, person)
    paid = tuple(PaymentTry(slot=n, mode="CARD", result="OK", amount_paise=100) for n in (1, 2))
    mine = row(1, present=1, gender="F", age=31, tries=paid, consent="YES")
    session = side.start(notes=f"{NAME.en} helped", trainer_name=Name("मीना", "Meena"))
    rows = (
        replace(mine, name=NAME, mobile=MOBILE, person=Ref(person.id), remarks="speaks Santali"),
        replace(mine, row=2, position=2048, name=OTHER, age=40, remarks=f"with {NAME.en}"),
    )
    side.edit(session, rows=rows, last_row=2)
    held = services.activities.get(actor, session)
    services.activities.finish(actor, session, held.version, 2)
    held = services.activities.get(actor, session)
    services.activities.amend(actor, session, held.version, f"age of {NAME.hi}")
    side.edit(session, rows=(replace(rows[0], age=32, name=replace(NAME, en="Champavati")), rows[1]))
    side.edit(session, rows=(replace(rows[0], age=32), rows[1]))
    held = services.activities.get(actor, session)
    services.activities.finish(actor, session, held.version, 2)
    services.remembered.write(actor, "views.people", f'[{{"name":"x","text":"{MOBILE}"}}]')
    typed = LeftOff("people", "person", person.id, "person", "notes", {"notes": NAME.hi})
    services.left_off.write(actor, typed)
    exchange.round_trip()
    side.edit(person.id, "person", notes=f"{NAME.en} came three times")
    return person.id, session


def erase(side, person_id, actor=LEAD):
    return side.services.erasing.erase(actor, person_id, Exchanging.of(side.home).erasures)


def names_in(words):
    return [word for word in WORDS if word in words]


def test_the_home_names_them_nowhere_and_counts_them_as_before(exchange, known):
    person, session = known
    side = exchange.centre
    assert names_in(laid_open(side.home)) == list(WORDS), "what is looked through would not show it"
    before = side.services.activities.page(side.actor).figures
    done = erase(side, person)
    assert (done.here, done.sessions) == (True, 1)
    assert names_in(laid_open(side.home)) == []
    assert side.services.activities.page(side.actor).figures == before
    rows = side.services.activities.get(side.actor, session).record.rows
    assert [(one.name, one.age, one.gender, one.present, one.completed()) for one in rows] == [
        (Name(), 32, "F", 1, 2),
        (OTHER, 40, "F", 1, 2),
    ]
    assert side.services.people.page(side.actor).total == 0
    exchange.reopen_centre()
    assert names_in(laid_open(exchange.centre.home)) == []


def test_seals_and_log_of_the_home_still_fit_together(exchange, known):
    erase(exchange.centre, known[0])
    with exchange.centre.home.database.reading() as tx:
        assert list(integrity.altered_revisions(tx)) == []
        assert list(integrity.broken_pages(tx)) == []


def test_head_office_hears_of_it_and_holds_it_as_the_centre_does(exchange, known):
    person, session = known
    late = exchange.centre.outbox.make(exchange.centre.actor, target=exchange.stick).copies[0].path
    erase(exchange.centre, person)
    files = exchange.send()
    assert [names_in(carried(file, exchange.hq.home)) for file in files] == [[]] * len(files)
    exchange.deliver(*files)
    hq = exchange.hq
    assert hq.state_hash() == exchange.centre.state_hash()
    with hq.home.database.transaction() as tx:
        bodies = tx.exec_driver_sql("SELECT body FROM revisions WHERE length(body) > 0").scalars().all()
    held = b"".join(zstandard.ZstdDecompressor().decompress(bytes(one)) for one in bodies).decode()
    assert names_in(held) == []
    exchange.deliver(late)
    assert hq.state_hash() == exchange.centre.state_hash()
    assert hq.services.people.page(hq.actor).total == 0
    assert hq.services.activities.get(hq.actor, session).record.rows[0].name == Name()
    taken = exchange.centre.receipts.apply(exchange.centre.actor, exchange.answer())
    assert taken.refused == ()


def test_only_the_reserve_key_opens_what_is_kept_for_a_year(exchange, known, monkeypatch):
    side = exchange.centre
    erase(side, known[0])
    (path,) = (side.folder / "erased").glob("*.age")
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(path.read_bytes(), [side.home.keys.identity])
    sealed = Exchanging.of(side.home).sealed
    sealed.tidy()
    assert path.exists()
    monkeypatch.setattr(side.home.database, "clock", lambda: side.clock().replace(year=side.clock().year + 2))
    sealed.tidy()
    assert not path.exists()


def test_only_a_supervisor_or_officer_may(exchange, known):
    with pytest.raises(NotAllowed):
        erase(exchange.centre, known[0], exchange.centre.actor)
    assert names_in(laid_open(exchange.centre.home)) == list(WORDS)


def test_while_a_session_of_theirs_is_amended_nothing_is_erased(exchange, known):
    side, (person, session) = exchange.centre, known
    held = side.services.activities.get(side.actor, session)
    side.services.activities.amend(side.actor, session, held.version, "again")
    with pytest.raises(InvalidInput) as refused:
        erase(side, person)
    assert refused.value.code == "amending"
    assert side.services.people.get(side.actor, person).record.name == NAME


def test_of_a_person_of_another_home_only_the_decision_is_taken(exchange, known):
    hq = exchange.hq
    done = erase(hq, known[0], hq.actor)
    assert not done.here
    (said,) = hq.services.decisions.about(hq.actor, known[0])
    assert said.record.kind == "ERASE_PERSON"
    assert hq.services.people.get(hq.actor, known[0]).record.name == NAME
