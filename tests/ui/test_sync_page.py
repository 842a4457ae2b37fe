"""The page Sync at a real centre with a real head office: made, carried, lost, received, refused."""

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from fieldapp import homes
from fieldapp.domain.actor import Actor
from fieldapp.domain.fields import Name, PlaceRef
from fieldapp.domain.records import RosterRow, person_of_row
from fieldapp.domain.text import Text
from fieldapp.domain.touched import Touched
from fieldapp.homes import Exchange
from fieldapp.services.settings import Programme
from fieldapp.storage.state import OWN_CENTRE, Centre
from fieldapp.sync.arriving import Counts
from fieldapp.sync.received import Received, ReceivedState, Taken
from fieldapp.sync.refused_records import RefusedRecord
from fieldapp.sync.stick import StickRound
from fieldapp.ui.desk import Office
from fieldapp.ui.theme import Theme
from tests.guard import AADHAAR, DRESSES, laid_open, numbers_in
from tests.robots.guard import undo_all
from tests.robots.robot import Robot, cut_words
from tests.ui.conftest import NAME, NOW, NUMBER

KASMAR = PlaceRef("block:322/3069", "कसमार")


def wait_for(qtbot, fact) -> None:
    """Wait until something is so; long, for other tests may keep the machine busy."""
    qtbot.waitUntil(fact, timeout=30_000)


@pytest.fixture(scope="session")
def pair(tmp_path_factory) -> Path:
    """A practice office and a centre that took its pack; made once and copied."""
    root = tmp_path_factory.mktemp("pair")
    office = homes.new_hq(root / "office", practice=True, clock=lambda: NOW)
    enrolment = Exchange.of(office).enrolment
    centre = enrolment.register_centre(office.actor, NUMBER, NAME, KASMAR.key)
    made = enrolment.make_pack(office.actor, centre.number, root)
    office.close()
    homes.new_centre_from_pack(root / "home", made.path, made.words, practice=True, clock=lambda: NOW).close()
    return root


@pytest.fixture
def home(tmp_path, pair):
    shutil.copytree(pair / "home", tmp_path / "home", ignore=shutil.ignore_patterns("ballast"))
    opened = homes.open_home(tmp_path / "home", clock=lambda: NOW)
    yield opened
    opened.close()


@pytest.fixture
def office(tmp_path, pair):
    shutil.copytree(pair / "office", tmp_path / "office", ignore=shutil.ignore_patterns("ballast"))
    opened = homes.open_home(tmp_path / "office", clock=lambda: NOW)
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def no_stick(monkeypatch):
    """Whatever is plugged into the computer that runs the tests."""
    for card in ("batch_card", "stick_card"):
        monkeypatch.setattr(f"fieldapp.ui.sync.{card}.sticks", list)


@pytest.fixture
def stick(tmp_path, monkeypatch):
    """The one stick that is in the computer."""
    folder = tmp_path / "STICK"
    folder.mkdir()
    monkeypatch.setattr("fieldapp.ui.sync.batch_card.sticks", lambda: [folder])
    return folder


@pytest.fixture
def sessions(home):
    """Two sessions, one of them with a person."""
    service = home.services.activities
    first = service.start(home.actor, "CHAI_SAMOSA", date(2017, 1, 14), KASMAR).held
    row = RosterRow(name=Name("सुनीता देवी", "Sunita Devi"))
    service.add_row(home.actor, first.record.id, first.version, row)
    return first.record.id, service.start(home.actor, "MELA", date(2017, 1, 15), KASMAR).held.record.id


@pytest.fixture
def page(window, robot):
    robot.open_page("sync")
    return window.page


def idle(window, qtbot) -> None:
    wait_for(qtbot, lambda: not window.tasks.busy)


def answer(office, stick: Path, out: Path) -> Path:
    """What head office does: import what is on the stick, write receipts."""
    out.mkdir(exist_ok=True)
    exchange = Exchange.of(office)
    exchange.inbox.import_all(office.actor, [stick])
    exchange.receipts.make(office.actor, out)
    return out


@pytest.mark.usefixtures("sessions")
def test_it_says_what_would_go_and_to_whom(page, robot):
    shown = robot.read_page()
    assert "Records for Head office: 2" in shown
    assert "Activities 2" in shown
    assert "No sync file has been made yet." in shown
    assert page.make.make.isEnabled()


def test_with_nothing_recorded_there_is_nothing_to_make(page, robot):
    assert "Nothing waits for head office." in robot.read_page()
    assert not page.make.make.isEnabled()
    assert page.make.full.isEnabled()


@pytest.mark.usefixtures("sessions")
def test_one_key_makes_the_file_and_the_next_copies_it_to_the_stick(page, robot, window, qtbot, stick, home):
    robot.press("Ctrl+M")
    wait_for(qtbot, lambda: "Batch 1 is made" in robot.read_message())
    assert page.sent.card.to_stick.hasFocus()
    assert "Made, still on this computer" in robot.read_page()
    robot.press("Space")
    wait_for(qtbot, lambda: "was read back" in robot.read_message())
    assert "The stick can be removed safely." in robot.read_message()
    (copied,) = stick.glob("*.fieldsync")
    (own,) = home.home.outbox.glob("*.fieldsync")
    assert copied.read_bytes() == own.read_bytes()
    assert (stick / "FIELDAPP-README.txt").exists()
    assert page.sent.history.rows[0][1][3].words.msgid == "On the stick"
    assert page.sent.card.whom.hasFocus()
    robot.type("Ramesh Mahto")
    robot.press("Return")
    assert "Handed over · to Ramesh Mahto · 14-01-2017" in page.sent.card.detail.text()
    assert not window.tasks.busy


@pytest.mark.usefixtures("sessions", "stick")
def test_who_took_the_file_must_be_said(page, robot, qtbot):
    robot.press("Ctrl+M")
    wait_for(qtbot, lambda: page.sent.card.batch is not None)
    robot.press_button("Handed over")
    assert "Who took the file along?" in robot.read_message()
    assert page.sent.card.batch.state == "MADE"


@pytest.mark.usefixtures("sessions")
def test_to_whom_a_batch_is_given_holds_no_number(page, robot, window, qtbot, home):
    robot.press("Ctrl+M")
    wait_for(qtbot, lambda: page.sent.card.batch is not None and not window.tasks.busy)
    whom = page.sent.card.whom
    for number, dress in zip(AADHAAR, DRESSES.values(), strict=False):
        whom.setFocus()
        robot.type(f"Ravi {dress(number)}")
        robot.press("Enter")
        assert "This number has not been saved." in robot.read_message()
        undo_all(whom)
        assert whom.text() == ""
    assert page.sent.card.batch.note == ""
    assert numbers_in(laid_open(home)) == []


@pytest.mark.usefixtures("sessions")
def test_without_a_stick_a_folder_is_asked_for(page, robot, qtbot, tmp_path):
    robot.press("Ctrl+M")
    wait_for(qtbot, lambda: "Batch 1 is made" in robot.read_message())
    assert not page.sent.card.to_stick.isVisible()
    assert page.sent.card.to_folder.hasFocus()
    robot.press("Space")
    dialog = robot.dialog()
    assert isinstance(dialog, QFileDialog)
    folder = tmp_path / "carried"
    folder.mkdir()
    dialog.setDirectory(str(folder))
    dialog.accept()
    wait_for(qtbot, lambda: "was read back" in robot.read_message())
    assert len(list(folder.glob("*.fieldsync"))) == 1


@pytest.mark.usefixtures("sessions")
def test_a_stick_that_is_gone_is_said_and_the_batch_stays_where_it_is(page, robot, qtbot, tmp_path):
    robot.press("Ctrl+M")
    wait_for(qtbot, lambda: "Batch 1 is made" in robot.read_message())
    page.sent.card.copy_asked.emit(tmp_path / "no stick")
    wait_for(qtbot, lambda: "can no longer be reached" in robot.read_message())
    assert page.sent.card.batch.state == "MADE"
    assert page.sent.card.to_folder.isEnabled()


@pytest.mark.usefixtures("sessions", "stick")
def test_a_lost_batch_costs_nothing_its_records_go_again(page, robot, qtbot):
    robot.press("Ctrl+M")
    wait_for(qtbot, lambda: page.sent.card.batch is not None)
    robot.press_button("Lost")
    assert "its records go again" in robot.read_message()
    assert "Records for Head office: 2" in robot.read_page()
    robot.press("Ctrl+M")
    wait_for(qtbot, lambda: len(page.sent.history.rows) == 2)
    assert [cells[2].words for _, cells in page.sent.history.rows] == ["2", "2"]


def test_a_batch_that_was_only_made_when_somebody_was_erased_gives_way_to_the_next(
    sessions, page, robot, qtbot, home
):
    robot.press("Ctrl+M")
    wait_for(qtbot, lambda: "Batch 1 is made" in robot.read_message())
    row = home.services.activities.get(home.actor, sessions[0]).record.rows[0]
    home.services.erasing.erase(
        Actor("supervisor", "SUPERVISOR"),
        person_of_row(sessions[0], row),
        Exchange.of(home).erasures,
        sessions[0],
    )
    page.desk.hub.changed.emit(Touched(everything=True))
    wait_for(qtbot, lambda: page.sent.card.batch.state == "REPLACED")
    shown = robot.read_page()
    assert "Replaced by the next sync file" in shown
    assert "Nothing is missing: the sync file made after it carries its records." in shown
    assert "head office has it" not in shown
    offered = (
        page.sent.card.to_folder,
        page.sent.card.open_folder,
        page.sent.card.hand_over,
        page.sent.card.is_lost,
    )
    assert not any(one.isVisible() for one in offered)


def test_a_receipt_that_falls_on_the_window_turns_everything_to_received(
    sessions, page, robot, window, qtbot, stick, office, home, tmp_path
):
    window.file_dropped.connect(page.take_files)
    robot.press("Ctrl+M")
    wait_for(qtbot, lambda: "Batch 1 is made" in robot.read_message())
    robot.press("Space")
    wait_for(qtbot, lambda: "was read back" in robot.read_message())
    robot.drop(answer(office, stick, tmp_path / "back"))
    wait_for(qtbot, lambda: "head office has 2 of your records" in robot.read_message())
    assert "Received by head office" in robot.read_page()
    assert "Receipt 1 · taken 14-01-2017" in robot.read_page()
    assert "Nothing waits for head office." in robot.read_page()
    assert not page.sent.card.is_lost.isVisible()
    assert page.sent.card.to_stick.isVisible()
    assert {home.services.activities.get(home.actor, one).state for one in sessions} == {"RECEIVED"}
    page.sent.card.batch.parts[0].path.unlink()
    page.sent.card.put(page.sent.card.batch)
    assert "Its file is no longer kept here; head office has it." in robot.read_page()
    assert not page.sent.card.to_stick.isVisible()
    assert not page.sent.card.to_folder.isVisible()


def receipt(number, **said) -> Received:
    """A receipt as it was taken here."""
    taken = Taken(
        number=number, base_before=0, base=0, received=2, refused=(), office=Counts(), foreign=False,
        full_asked=False, again=False,
    )  # fmt: skip
    return Received(Path("x"), ReceivedState.TAKEN, taken=replace(taken, **said))


NOT_TAKEN = (RefusedRecord("activity", "0" * 32, "bad_record", "", (Text("Why"), Text("What"))),)


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ([receipt(7, waited=3, refused=NOT_TAKEN)], "Receipt 7: records that head office did not take: 1"),
        ([receipt(7, waited=3, full_asked=True)], "Receipt 7: head office asks for a full file."),
        ([receipt(7, waited=3, pictures_asked=4)], "Receipt 7: head office lacks photographs: 4"),
        (
            [receipt(7, refused=NOT_TAKEN), receipt(2, of_block=True)],
            "Receipt 7: records that head office did",
        ),
        ([receipt(2, of_block=True, gap=True), receipt(7)], "The block office lacks files"),
        ([receipt(7), receipt(6, refused=NOT_TAKEN)], "Receipt 7: head office has 2 of your records."),
        ([receipt(6, erased=1), receipt(7, full_asked=True)], "Receipt 6: people erased here"),
        ([receipt(2, of_block=True, full_asked=True)], "Receipt 2 of the block office"),
    ],
)
def test_of_what_receipts_say_that_is_told_with_which_something_is_to_be_done(page, robot, found, told):
    page.down.tell_received(found)
    assert told in robot.read_message()


@pytest.mark.parametrize("asked", [True, False])
def test_a_receipt_says_whether_something_is_asked(sessions, page, robot, home, asked):
    if asked:
        supervisor = Actor("supervisor", "SUPERVISOR")
        home.services.decisions.ask_correction(supervisor, sessions[0], "which hall?", "venue")
    page.down.tell_received([receipt(7)])
    assert ("What is asked of you stands on Today: 1" in robot.read_message()) is asked


@pytest.mark.usefixtures("sessions")
def test_the_programme_its_last_day_and_whom_to_call_come_with_a_receipt(page, home, office, tmp_path):
    told = Programme(Name("", "Digi Dhan"), date(2017, 3, 31), "Sita Devi", "5012345678")
    office.services.settings.set_programme(office.actor, told)
    (tmp_path / "up").mkdir()
    Exchange.of(home).outbox.make(home.actor, target=tmp_path / "up")
    Exchange.of(home).receipts.receive(home.actor, [answer(office, tmp_path / "up", tmp_path / "back")])
    page.reload()
    card = page.down.office.programme
    assert card.text() == (
        "Programme: Digi Dhan, until 31-03-2017\nAt head office call: Sita Devi · 5012345678"
    )


@pytest.mark.usefixtures("sessions")
def test_any_other_file_is_named_as_what_it_is(page, robot, qtbot, tmp_path):
    photo = tmp_path / "photo.fieldsync"
    photo.write_bytes(b"\xff\xd8\xff" + bytes(200))
    page.take_files([photo])
    wait_for(qtbot, lambda: "This is not a sync file but a picture." in robot.read_message())
    page.take_files([tmp_path / "STICK"])
    wait_for(qtbot, lambda: "can no longer be reached" in robot.read_message())
    empty = tmp_path / "empty"
    empty.mkdir()
    page.take_files([empty])
    wait_for(qtbot, lambda: "There is no file of head office here." in robot.read_message())


@pytest.mark.usefixtures("stick")
def test_cancelling_leaves_no_half_file(page, robot, window, qtbot, home):
    for day in range(1, 29):
        for _ in range(8):
            home.services.activities.start(home.actor, "MELA", date(2017, 1, day), KASMAR)
    window.tasks.started.connect(lambda task: task.cancel())
    page.make_file()
    idle(window, qtbot)
    assert list(home.home.outbox.iterdir()) == []
    assert page.sent.history.rows == []
    assert page.make.full.isEnabled()
    assert robot.read_message() == ""


@pytest.fixture
def bare(tmp_path, make_window):
    """A window at a centre whose pack has not come."""
    centre = Centre(OWN_CENTRE, NUMBER, NAME.hi, NAME.en, KASMAR.key)
    opened = homes.new_centre(tmp_path / "bare", centre, practice=True, clock=lambda: NOW)
    window = make_window()
    office = Office(NAME, NUMBER, practice=True)
    exchange = Exchange.of(opened)
    window.open_desk(window.make_desk(opened.services, opened.actor, None, lambda: NOW, office, exchange))
    window.open_page("sync")
    yield window
    opened.close()


def test_without_a_pack_it_says_so_and_nothing_can_be_made(bare):
    assert "The pack of head office has not come yet" in Robot(bare).read_page()
    assert not bare.page.make.make.isEnabled()
    assert not bare.page.make.full.isEnabled()


def test_a_request_is_written_and_its_fingerprint_stays_to_be_read_out(bare, office, tmp_path):
    robot = Robot(bare)
    robot.press_button("Make an enrolment request…")
    dialog = robot.dialog()
    folder = tmp_path / "request"
    folder.mkdir()
    dialog.setDirectory(str(folder))
    dialog.accept()
    (request,) = folder.glob("*.fieldsync")
    shown = Exchange.of(office).enrolment.read_request(request)
    assert shown.identity.csc_id == NUMBER
    assert shown.fingerprint in robot.read_page()


def test_a_pack_is_taken_with_its_words_and_files_can_be_made(bare, office, tmp_path, qtbot):
    robot, enrolment = Robot(bare), Exchange.of(office).enrolment
    made = enrolment.make_pack(office.actor, 1, tmp_path)
    bare.page.take_files([made.path])
    wait_for(qtbot, bare.page.down.pack.spoken.hasFocus)
    robot.type("apple apple apple apple apple apple")
    robot.press("Return")
    wait_for(qtbot, lambda: "These are not the words of this pack." in robot.read_message())
    bare.page.down.pack.spoken.clear()
    robot.type(made.words.upper())
    robot.press("Return")
    wait_for(qtbot, lambda: "The pack is taken" in robot.read_message())
    assert_nothing_is_asked_of_a_pack(bare.page, robot, made)
    assert "has not come yet" not in robot.read_page()
    assert bare.page.make.full.isEnabled()


def assert_nothing_is_asked_of_a_pack(page, robot, made) -> None:
    """Neither words nor a fingerprint that is not this computer's stand there."""
    card = page.down.pack
    assert not any(one.isVisible() for one in (card.spoken, card.open, card.told, card.close_it))
    assert made.path.name not in robot.read_page()
    assert card.spoken.text() == ""


def test_a_pack_taken_by_a_computer_head_office_does_not_know_is_not_offered_again(
    page, robot, office, tmp_path, qtbot
):
    made = Exchange.of(office).enrolment.make_pack(office.actor, 1, tmp_path)
    page.take_files([made.path])
    wait_for(qtbot, page.down.pack.spoken.hasFocus)
    robot.type(made.words)
    robot.press("Return")
    wait_for(qtbot, lambda: "The pack is taken" in robot.read_message())
    assert "Head office does not know this computer yet" in robot.read_page()
    assert_nothing_is_asked_of_a_pack(page, robot, made)


@pytest.mark.usefixtures("sessions")
def test_the_words_of_a_pack_are_typed_in_peace_until_it_is_put_aside(page, robot, office, tmp_path, qtbot):
    made = Exchange.of(office).enrolment.make_pack(office.actor, 1, tmp_path)
    page.take_files([made.path])
    wait_for(qtbot, page.down.pack.spoken.hasFocus)
    robot.type("two words")
    page.desk.hub.changed.emit(Touched(everything=True))
    assert page.down.pack.spoken.hasFocus()
    robot.type(" more")
    assert page.down.pack.spoken.text() == "two words more"
    assert "A pack of head office was brought" in robot.read_page()
    robot.press_button("Close")
    assert not page.down.pack.isVisible()
    assert page.down.pack.spoken.text() == ""


def test_a_new_computer_with_nothing_recorded_can_ask_to_take_the_place_of_another(
    page, robot, office, home, tmp_path
):
    assert "Head office does not know this computer yet" in robot.read_page()
    robot.press_button("Make an enrolment request…")
    folder = tmp_path / "request"
    folder.mkdir()
    robot.dialog().setDirectory(str(folder))
    robot.dialog().accept()
    (request,) = folder.glob("*.fieldsync")
    shown = Exchange.of(office).enrolment.read_request(request)
    assert shown.fingerprint in robot.read_page()
    home.services.activities.start(home.actor, "MELA", date(2017, 1, 15), KASMAR)
    page.reload()
    assert "Head office does not know this computer yet" not in robot.read_page()


@pytest.mark.usefixtures("sessions")
def test_a_pack_that_is_brought_again_is_not_said_to_be_missing(page, robot, office, tmp_path, qtbot):
    made = Exchange.of(office).enrolment.make_pack(office.actor, 1, tmp_path)
    page.take_files([tmp_path / "gone"])
    wait_for(qtbot, lambda: "can no longer be reached" in robot.read_message())
    page.take_files([made.path])
    wait_for(qtbot, page.down.pack.spoken.hasFocus)
    shown = robot.read_page()
    assert "A pack of head office was brought" in shown
    assert "has not come yet" not in shown
    assert robot.read_message() == ""


@pytest.mark.usefixtures("sessions", "stick")
@pytest.mark.parametrize("scale", [100, 150, 200])
@pytest.mark.parametrize("language", ["hi", "en"])
def test_no_words_are_cut(home, make_window, office, tmp_path, language, scale):
    exchange = Exchange.of(home)
    exchange.outbox.make(home.actor, target=tmp_path / "STICK")
    exchange.receipts.receive(home.actor, [answer(office, tmp_path / "STICK", tmp_path / "back")])
    home.services.activities.start(home.actor, "MELA", date(2017, 1, 16), KASMAR)
    exchange.outbox.make(home.actor)
    window = make_window(language, Theme(scale=scale))
    desk_office = Office(NAME, NUMBER, practice=True)
    window.open_desk(window.make_desk(home.services, home.actor, None, lambda: NOW, desk_office, exchange))
    window.open_page("sync")
    assert (window.width(), window.height()) == (1093, 580)
    assert cut_words(window.page) == []
    assert cells_cut(window.page.sent.history) == []


def cells_cut(table) -> list[str]:
    """Cells whose words need more room than their column has."""
    model = table.model()
    return [
        model.index(row, column).data()
        for row in range(model.rowCount())
        for column in range(model.columnCount())
        if table.sizeHintForIndex(model.index(row, column)).width() > table.columnWidth(column)
    ]


@pytest.mark.usefixtures("sessions")
def test_work_that_goes_on_meanwhile_does_not_start_a_second_file(page, window, home, qtbot):
    page.make_file()
    window.hub.changed.emit(home.services.activities.start(home.actor, "MELA", date(2017, 1, 20)).touched)
    assert not page.make.make.isEnabled()
    idle(window, qtbot)
    assert len(page.sent.history.rows) == 1
    assert page.make.make.isEnabled()


@pytest.mark.usefixtures("sessions")
def test_another_person_may_come_while_the_file_is_being_made(page, window, home, qtbot):
    page.make_file()
    desk = window.desk
    window.open_desk(
        window.make_desk(home.services, desk.actor, None, desk.clock, desk.office, desk.exchange)
    )
    idle(window, qtbot)
    window.open_page("sync")
    assert window.page is not page
    assert [cells[2].words for _, cells in window.page.sent.history.rows] == ["2"]


# ---------------------------------------------------------------- one stick, by telephone, a part


@pytest.fixture
def plugged(stick, monkeypatch):
    """The same stick, for the card that asks for it."""
    monkeypatch.setattr("fieldapp.ui.sync.stick_card.sticks", lambda: [stick])
    return stick


@pytest.mark.usefixtures("sessions")
def test_one_key_takes_the_receipt_puts_the_batch_on_and_says_safe_to_remove(
    page, robot, qtbot, plugged, office, home
):
    robot.press("Ctrl+U")
    wait_for(qtbot, lambda: "Safe to remove: batch 1 was read back" in page.stick.told.text())
    assert page.sent.card.batch.state == "ON_STICK"
    assert page.sent.card.whom.hasFocus()
    answer(office, plugged, plugged)
    home.services.activities.start(home.actor, "MELA", date(2017, 1, 20), KASMAR)
    robot.press("Ctrl+U")
    wait_for(qtbot, lambda: "Safe to remove: batch 2 was read back" in page.stick.told.text())
    assert "Receipt 1: head office has 2 of your records." in page.stick.lines.text()
    assert [row[1][3].words.msgid for row in page.sent.history.rows] == [
        "On the stick",
        "Received by head office",
    ]


def test_what_a_receipt_asks_for_stands_on_the_card_of_the_stick_too(
    sessions, page, robot, qtbot, plugged, office
):
    robot.press("Ctrl+U")
    wait_for(qtbot, page.sent.card.whom.hasFocus)
    exchange = Exchange.of(office)
    exchange.inbox.import_all(office.actor, [plugged])
    office.services.decisions.ask_correction(office.actor, sessions[0], "which hall?", "venue")
    exchange.receipts.make(office.actor, plugged)
    robot.press("Ctrl+U")
    wait_for(qtbot, lambda: "Receipt 1: head office has" in page.stick.lines.text())
    assert "What is asked of you stands on Today: 1" in page.stick.lines.text()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"refused": NOT_TAKEN}, "They stand below with the reason."),
        ({"full_asked": True}, "Press 'Everything once more'."),
        ({"pictures_asked": 4}, "Receipt 7: head office lacks photographs: 4"),
    ],
)
def test_of_the_receipts_on_a_stick_the_newest_says_what_is_to_be_done(page, tmp_path, said, told):
    page.stick.put(StickRound(tmp_path, (receipt(7, **said), receipt(6))))
    assert told in page.stick.lines.text()
    page.stick.put(StickRound(tmp_path, (receipt(8), receipt(7, **said))))
    assert told not in page.stick.lines.text()
    assert "stands on Today" not in page.stick.lines.text()


@pytest.mark.usefixtures("sessions")
def test_the_batch_that_was_put_on_is_the_one_that_is_handed_over_also_beside_a_pack(
    page, robot, qtbot, plugged, office, home
):
    robot.press("Ctrl+U")
    wait_for(qtbot, page.sent.card.whom.hasFocus)
    robot.type("Ramesh")
    robot.press("Enter")
    home.services.activities.start(home.actor, "MELA", date(2017, 1, 20), KASMAR)
    Exchange.of(office).enrolment.make_pack(office.actor, 1, plugged)
    robot.press("Ctrl+U")
    wait_for(qtbot, lambda: "Safe to remove: batch 2 was read back" in page.stick.told.text())
    assert page.down.pack.spoken.isVisible()
    assert page.sent.card.batch.number == 2
    assert page.sent.card.whom.hasFocus()
    robot.type("Sita")
    robot.press("Enter")
    told = [(one.number, one.state, one.note) for one in Exchange.of(home).outbox.batches(home.actor)]
    assert told == [(2, "HANDED_OVER", "Sita"), (1, "HANDED_OVER", "Ramesh")]
    assert page.down.pack.spoken.isVisible()


@pytest.mark.usefixtures("sessions")
def test_a_pack_that_was_taken_or_is_another_centres_is_left_on_the_stick_unsaid(
    page, robot, qtbot, plugged, office, pair
):
    enrolment = Exchange.of(office).enrolment
    other = enrolment.register_centre(office.actor, "100000000024", NAME, KASMAR.key)
    enrolment.make_pack(office.actor, other.number, plugged)
    (own,) = pair.glob("*.fieldsync")
    shutil.copy(own, plugged)
    robot.press("Ctrl+U")
    wait_for(qtbot, lambda: "Safe to remove: batch 1 was read back" in page.stick.told.text())
    assert "A pack of head office" not in robot.read_page()
    assert not page.down.pack.isVisible()


@pytest.mark.usefixtures("sessions", "plugged")
def test_who_went_to_another_page_meanwhile_keeps_the_keys_there(page, robot, qtbot):
    page.stick.press.click()
    robot.open_page("activities")
    robot.window.page.listing.list.setFocus()
    wait_for(qtbot, lambda: page.stick.told.text().startswith("Safe to remove"))
    assert robot.focused() is robot.window.page.listing.list


@pytest.mark.parametrize("what", ["nothing", "a batch", "a pack"])
def test_who_types_while_the_stick_is_written_goes_on_typing(page, robot, qtbot, plugged, office, home, what):
    if what == "a batch":
        home.services.activities.start(home.actor, "MELA", date(2017, 1, 20), KASMAR)
    if what == "a pack":
        Exchange.of(office).enrolment.make_pack(office.actor, 1, plugged)
    robot.press_button("Receipt by phone…")
    digits = page.down.office.code.digits
    robot.type("12")
    page.stick.press.click()
    wait_for(qtbot, lambda: page.stick.told.text().startswith("Safe to remove"))
    assert page.down.pack.spoken.isVisible() == (what == "a pack")
    assert digits.hasFocus()
    robot.type("34")
    assert digits.text() == "1234"


@pytest.mark.usefixtures("sessions")
def test_the_line_for_whoever_takes_the_stick_along_is_in_view(page, robot, qtbot, plugged):
    robot.window.resize(1093, 580)
    robot.window.messages.tell(Text("Something of before"))
    robot.press("Ctrl+U")
    wait_for(qtbot, page.sent.card.whom.hasFocus)
    assert plugged.exists()
    assert "Something of before" not in robot.read_message()
    wait_for(qtbot, lambda: page.sent.card.whom.visibleRegion().boundingRect() == page.sent.card.whom.rect())


@pytest.mark.usefixtures("sessions")
@pytest.mark.parametrize("language", ["hi", "en"])
def test_that_the_stick_may_be_taken_out_is_in_view_with_the_line_for_whom(
    page, robot, qtbot, plugged, language
):
    robot.window.words.speak(language)
    robot.window.resize(1093, 580)
    robot.press("Ctrl+U")
    wait_for(qtbot, page.sent.card.whom.hasFocus)
    assert plugged.exists()
    for one in (page.stick.told, page.stick.lines, page.make.figure, page.sent.card.whom):
        wait_for(qtbot, lambda one=one: one.visibleRegion().boundingRect() == one.rect())
    assert cut_words(page) == []
    robot.type("Ramesh")
    robot.press("Enter")
    qtbot.waitUntil(lambda: "Ramesh" in page.sent.card.detail.text())
    for one in (page.stick.told, page.sent.card.whom):
        wait_for(qtbot, lambda one=one: one.visibleRegion().boundingRect() == one.rect())
    assert cut_words(page) == []


@pytest.mark.usefixtures("sessions")
def test_a_lost_batch_is_not_reported_lost_again_and_a_number_of_files_is_said_not_listed(
    page, robot, qtbot, home
):
    made = Exchange.of(home).outbox.make(home.actor)
    page.reload()
    card, batch = page.sent.card, page.sent.card.batch
    assert batch.number == made.number
    robot.press_button("Lost")
    wait_for(qtbot, lambda: card.batch.state == "LOST")
    assert not card.is_lost.isVisible()
    assert card.hand_over.isVisible()
    card.put(replace(batch, parts=batch.parts * 5))
    assert "files: 5" in card.detail.text()
    assert card.files.text().count(batch.parts[0].path.name) == 3
    assert "and 2 more" in card.files.text()


@pytest.mark.usefixtures("sessions")
def test_tab_goes_down_the_left_cards_and_then_the_right_ones(page, robot, qtbot):
    robot.window.resize(1093, 900)
    page.make_file()
    wait_for(qtbot, lambda: page.sent.card.isVisible() and not robot.window.tasks.busy)
    page.stick.press.setFocus()
    met = [robot.focused()]
    while page.isAncestorOf(met[-1]):
        robot.press("Tab")
        met.append(robot.focused())
    at = [one.mapTo(page, one.rect().center()) for one in met[:-1]]
    places = [(point.x() > page.width() // 2, point.y() // 30, point.x()) for point in at]
    assert places == sorted(places)


@pytest.mark.usefixtures("sessions")
def test_a_stick_that_cannot_be_reached_is_never_called_safe(page, robot, qtbot, tmp_path):
    page.stick.asked.emit(tmp_path / "no stick")
    wait_for(qtbot, lambda: "can no longer be reached" in robot.read_message())
    assert page.stick.told.text() == ""
    assert page.stick.press.isEnabled()


def test_without_a_stick_it_says_so_and_with_several_it_asks_which(page, robot, monkeypatch, tmp_path, qtbot):
    found = []
    monkeypatch.setattr("fieldapp.ui.sync.stick_card.sticks", lambda: found)
    robot.press("Ctrl+U")
    assert "No stick was found." in page.stick.lines.text()
    assert page.stick.folder.hasFocus()
    for name in ("RED", "BLUE"):
        (tmp_path / name).mkdir()
        found.append(tmp_path / name)
    robot.press("Ctrl+U")
    assert "Which one?" in page.stick.lines.text()
    robot.press_button("BLUE")
    wait_for(qtbot, lambda: "Safe to remove: nothing was written on it." in page.stick.told.text())


@pytest.mark.usefixtures("sessions")
def test_a_receipt_that_is_read_out_is_typed_group_by_group(page, robot, qtbot, plugged, office):
    robot.press("Ctrl+U")
    wait_for(qtbot, lambda: page.stick.told.text().startswith("Safe"))
    exchange = Exchange.of(office)
    exchange.inbox.import_all(office.actor, [plugged])
    code = exchange.codes.make(office.actor, 1)[0].code
    robot.press_button("Receipt by phone…")
    row = page.down.office.code
    assert row.digits.hasFocus()
    wait_for(qtbot, lambda: not row.told.visibleRegion().isEmpty())
    robot.type(code[:3] + str((int(code[3]) + 1) % 10))
    assert "Group 1 is not right" in row.told.text()
    assert not row.take.isEnabled()
    robot.press("Backspace")
    robot.type(code[3:].replace(" ", ""))
    assert row.digits.text() == code
    assert "All five groups are right." in row.told.text()
    robot.press("Return")
    assert "Batch 1 is received by head office." in robot.read_message()
    assert page.sent.card.batch.state == "RECEIVED"
    assert not row.isVisible()


@pytest.mark.usefixtures("sessions")
def test_the_advance_note_is_shown_and_copied_and_the_chit_opens(page, robot, window, qtbot):
    robot.press("Ctrl+M")
    wait_for(qtbot, lambda: page.sent.card.batch is not None)
    robot.press_button("Advance note")
    assert page.sent.card.line.text().startswith(f"FIELDAPP {NUMBER}-A BATCH 1: FILES 1, RECORDS 2")
    assert QGuiApplication.clipboard().text() == page.sent.card.line.text()
    asked = []
    window.hub.preview.connect(asked.append)
    robot.press_button("Carrier's chit")
    assert asked[0].make_pdf().startswith(b"%PDF")


def test_the_sessions_that_are_chosen_in_the_list_go_alone(window, robot, sessions, home, qtbot):
    robot.open_page("activities")
    table = window.page.listing.list
    table.setFocus()
    table.choose(sessions[1])
    robot.press("Ctrl+Shift+E")
    idle(window, qtbot)
    assert "a part" in window.page.sent.card.detail.text()
    (batch,) = window.desk.exchange.outbox.batches(home.actor)
    assert (batch.chosen, batch.records) == (True, 1)


@pytest.mark.usefixtures("sessions")
def test_the_sessions_that_are_chosen_can_be_sent_by_mouse_too(window, robot, home, qtbot):
    robot.open_page("activities")
    window.page.listing.list.setFocus()
    robot.press("Ctrl+A")
    robot.press_button("Send alone: 2")
    idle(window, qtbot)
    (batch,) = window.desk.exchange.outbox.batches(home.actor)
    assert (batch.chosen, batch.records) == (True, 2)


@pytest.mark.usefixtures("sessions")
def test_a_part_is_made_of_the_days_that_were_chosen(page, robot, qtbot):
    assert not page.make.part.isEnabled()
    page.make.days.choose("TODAY")
    robot.press_button("Send a part")
    wait_for(qtbot, lambda: "Batch 1 is made; records in it: 1." in robot.read_message())
    assert "a part" in page.sent.card.detail.text()
    assert not page.sent.card.note.isVisible()
    assert "Records for Head office: 2" in robot.read_page()
