"""What head office says about any record stands above its form, with one key to take it or to answer."""

import pytest

from fieldapp.domain.actor import Actor, Duty
from fieldapp.domain.fields import Name
from fieldapp.domain.records import Establishment, Person, type_name
from fieldapp.storage import sealing
from fieldapp.storage.records import Typed
from fieldapp.storage.tables import refused
from fieldapp.ui.records.asked_bar import AskedBar

SUPERVISOR = Actor("supervisor", Duty.SUPERVISOR)


def kept(home, record):
    """The record saved; gives its id."""
    return home.services.for_type(type_name(record)).save(home.actor, record).held.record.id


@pytest.fixture
def person(home):
    return kept(
        home, Person(id=home.services.people.new_id(), name=Name("सुनीता देवी", "Sunita Devi"), birth_year=1986)
    )


def ask(home, about, path, suggestion=""):
    home.services.decisions.ask_correction(SUPERVISOR, about, "86 or 68?", path, suggestion)


def bar_of(window):
    (bar,) = [one for one in window.page.findChildren(AskedBar) if one.isVisible()]
    return bar


def test_the_field_has_the_focus_the_reason_is_said_and_f5_takes_the_suggestion(window, robot, home, person):
    ask(home, person, "birth_year", "1968")
    window.open_page("people", person)
    bar = bar_of(window)
    assert "86 or 68?" in bar.said.text()
    assert "Suggested: 1968" in bar.said.text()
    assert window.page.tab.panel.form.place() == "birth_year"
    robot.press("F5")
    assert home.services.people.get(home.actor, person).record.birth_year == 1968
    assert "The suggestion was taken." in robot.read_message()
    assert not bar.isVisible()


def test_it_was_right_is_answered_with_a_note(window, robot, home, person):
    ask(home, person, "birth_year")
    window.open_page("people", person)
    bar = bar_of(window)
    assert not bar.take.isVisible()
    robot.press("Shift+F5")
    assert bar.why.hasFocus()
    robot.type("seen on the card")
    robot.press("Return")
    assert not bar.isVisible()
    standing = home.services.decisions.review(home.actor, person)
    assert [one.record.reason for one in standing.answers] == ["seen on the card"]


def test_a_suggestion_that_is_no_value_is_refused_in_words_and_changes_nothing(window, robot, home, person):
    ask(home, person, "birth_year", "sixty")
    window.open_page("people", person)
    robot.press("F5")
    assert robot.read_message()
    assert home.services.people.get(home.actor, person).record.birth_year == 1986


def test_other_records_have_it_too(window, home):
    shop = kept(home, Establishment(id=home.services.establishments.new_id(), name=Name("", "Old name")))
    ask(home, shop, "owner_name", "")
    window.open_page("adoption", shop)
    assert "86 or 68?" in bar_of(window).said.text()


def test_why_a_record_was_not_taken_stands_there_in_both_languages(window, home, person):
    with home.database.transaction() as tx:
        sealing.seal(tx, Typed(home.keys.key_id, 1, home.database.clock()))
    rev = home.services.people.get(home.actor, person).rev
    row = (1, bytes.fromhex(person), bytes.fromhex(rev), bytes(16), "person", "field_rule", "birth_year")
    with home.database.transaction() as tx:
        tx.execute(refused.insert().values(row))
    window.open_page("people", person)
    said = bar_of(window).said.text()
    assert " / " in said
    assert any("\u0900" <= letter <= "\u097f" for letter in said)


def test_without_anything_asked_nothing_stands_there(window, person):
    window.open_page("people", person)
    assert not any(one.isVisible() for one in window.page.findChildren(AskedBar))
