"""The window of a block office: it takes files in, sends and receives, and carries what its centres made."""

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLineEdit

from fieldapp.app import FrontDoor
from fieldapp.domain.actor import Duty
from fieldapp.domain.codes import Role
from fieldapp.domain.fields import Name, PlaceRef
from fieldapp.domain.records import Person, RoleSpan
from fieldapp.homes import Exchange, new_centre_from_pack, new_hq
from fieldapp.language import Language
from fieldapp.storage.home import PRACTICE_PASSPHRASE, add_login
from fieldapp.storage.state import Centre
from fieldapp.sync.arrived import FileState
from fieldapp.sync.block_offices import office_code
from fieldapp.sync.relay import Forwarded
from fieldapp.sync.stick import StickRound
from fieldapp.ui.desk import Office
from fieldapp.ui.records.list_panel import RecordList
from fieldapp.ui.sync.stick_card import StickCard
from fieldapp.ui.words import Words
from tests.reports.papers import pdfium_text
from tests.robots.robot import Robot, cut_words, words
from tests.sync.exchange import CSC_ID, KASMAR, Side
from tests.sync.test_block_office import BLOCK, CHAS, OTHER, Block
from tests.ui.conftest import NOW
from tests.ui.test_sync_page import wait_for


@pytest.fixture
def played(tmp_path):
    found = Block(tmp_path)
    yield found
    found.close()


def open_at(make_window, side, language="en"):
    window, home = make_window(language), side.home
    office = Office(BLOCK, practice=True, is_hq=True, is_block=bool(home.home.scope))
    exchange = Exchange.of(home)
    window.open_desk(window.make_desk(home.services, home.actor, None, lambda: NOW, office, exchange))
    return window


def whose_it_is(window):
    """What the rail says above its buttons."""
    return words(window.frame.rail)[0]


def waiting_in_the_inbox(window):
    """What the rail says beside the page's name."""
    return window.frame.rail.button("inbox").text().partition("· ")[2]


@pytest.mark.parametrize("language", ["hi", "en"])
def test_the_stick_takes_the_files_of_the_centres_along_and_says_whose(played, make_window, qtbot, language):
    played.centre.start()
    made = played.centre.outbox.make(played.centre.actor)
    played.block.inbox.import_all(played.block.actor, [one.path for one in made.parts])
    window = open_at(make_window, played.block, language)
    robot = Robot(window)
    robot.open_page("sync")
    window.page.stick.asked.emit(played.stick)
    wait_for(qtbot, lambda: not window.tasks.busy)
    told = window.page.stick.lines.text().split("\n")
    said = {
        "en": ["Files of centres on it, as they came: 1"],
        "hi": ["पेन ड्राइव पर केंद्रों की फ़ाइलें, जैसी आईं वैसी ही: 1"],
    }
    assert told[:1] == said[language]
    assert {"en": "Pragya Kendra Kasmar", "hi": "प्रज्ञा केंद्र कसमार"}[language] in told[1]
    copies = {one.read_bytes() for one in played.stick.glob("100000000015-*.fieldsync")}
    assert copies == {one.path.read_bytes() for one in made.parts}
    QCoreApplication.processEvents()
    assert cut_words(window.page) == []


def test_whoever_carries_the_files_of_centres_gets_a_chit_of_all_that_is_for_head_office(
    played, make_window, qtbot
):
    window = open_at(make_window, played.block)
    robot, shown = Robot(window), []
    window.hub.preview.connect(shown.append)
    robot.open_page("sync")
    chit = window.page.stick.chit
    window.page.stick.asked.emit(played.stick)
    wait_for(qtbot, lambda: not window.tasks.busy)
    assert not chit.isVisible(), "nothing of a centre is on the stick"
    played.centre.start()
    made = played.centre.outbox.make(played.centre.actor)
    played.block.inbox.import_all(played.block.actor, [one.path for one in made.parts])
    played.block.start()
    window.page.stick.asked.emit(played.stick)
    wait_for(qtbot, lambda: not window.tasks.busy)
    chit.setFocus()
    robot.press("Space")
    (page,) = pdfium_text(shown[0].make_pdf())
    on_it = [one.name for one in played.stick.glob("*-A_*.fieldsync")]
    assert sorted(name.partition("_")[0] for name in on_it) == [f"{CSC_ID}-A", f"{played.office.csc_id}-A"]
    for said in (*on_it, "Block office Kasmar", "Head office", "Files: 2", "Taken by"):
        assert page.count(said) >= 2, said
    assert "Centres 1" in " ".join(page.split())
    assert cut_words(window.page) == []
    robot.press("Escape")
    robot.press_button("Carrier's chit")
    (page,) = pdfium_text(shown[1].make_pdf())
    assert "Stays at the block office" in page
    assert [page.count(name) for name in sorted(on_it)] == [0, 2], "its own batch alone"


def test_what_falls_on_the_window_goes_to_sync_or_to_the_inbox_also_out_of_a_folder(played, qtbot):
    played.centre.start()
    batch = played.centre.outbox.make(played.centre.actor).parts[0].path
    played.block.start()
    played.up(played.block)
    receipts = [one.path for one in played.hq.receipts.make(played.hq.actor, played.root / "down")]
    played.block.home.close()
    door = FrontDoor(played.root / "block", language="en", practice=True)
    door.window.show()
    door.begin()
    wait_for(qtbot, lambda: door.window.desk is not None and door.window.frame.at_work)
    folder, empty = played.root / "down", played.root / "empty"
    empty.mkdir()
    for files, page in (
        ([batch], "inbox"),
        (receipts, "sync"),
        ([empty], "inbox"),
        ([folder], "sync"),
        ([batch, *receipts], "sync"),
    ):
        door.window.file_dropped.emit(files)
        wait_for(qtbot, lambda: not door.window.tasks.busy)
        assert door.window.pages.name == page
    door.window.open_page("inbox")
    robot = Robot(door.window)
    robot.press("Ctrl+Shift+O")
    robot.dialog().findChild(QLineEdit).setText(str(folder))
    robot.dialog().accept()
    wait_for(qtbot, lambda: door.window.pages.name == "sync" and not door.window.tasks.busy)
    desk = door.window.desk
    assert [one.name for one in desk.exchange.inbox.files(desk.actor)] == [batch.name]
    door.window.close()
    door.close()
    door.window.deleteLater()


def test_what_one_person_let_fall_is_not_read_for_the_next_one(played, qtbot):
    played.centre.start()
    batch = played.centre.outbox.make(played.centre.actor).parts[0].path
    played.block.home.close()
    door = FrontDoor(played.root / "block", language="en", practice=True)
    door.window.show()
    door.begin()
    wait_for(qtbot, lambda: door.window.desk is not None and door.window.frame.at_work)
    desk = door.window.desk
    add_login(door.home.home, "anil", Duty.OFFICER, PRACTICE_PASSPHRASE, door.home.data_key)
    desk.tasks.pause()
    door.window.file_dropped.emit([batch])
    door.window.doors.change_person()
    wait_for(qtbot, lambda: door.window.desk is not desk and door.window.frame.at_work)
    desk.tasks.go_on()
    wait_for(qtbot, lambda: not door.window.tasks.busy)
    assert door.window.pages.name != "inbox"
    assert list(desk.exchange.inbox.files(desk.actor)) == []
    door.window.close()
    door.close()
    door.window.deleteLater()


def test_the_office_of_a_block_is_registered_like_a_centre_and_gets_a_pack(played, make_window, qtbot):
    window = open_at(make_window, played.hq)
    window.open_page("inbox")
    window.page.begin_new()
    panel, enrolling = window.page.centres.new_panel, window.page.enrolling
    asked = []
    panel.asked.connect(asked.append)
    panel.editors["office"].show_value(True)
    panel.editors["name"].show_value(Name("", "Block office Chas"))
    panel.editors["place"].show_value(PlaceRef(CHAS, "चास"))
    panel.go.click()
    (draft,) = asked
    enrolling.make_centre(draft, played.stick)
    wait_for(qtbot, lambda: not window.tasks.busy)
    listed = played.hq.enrolment.centres(played.hq.actor)
    (office,) = (one for one in listed if one.centre.csc_id == office_code(CHAS))
    assert office.unused_packs == ("A",)


def test_with_its_pack_the_window_says_whose_office_it_is(played, qtbot):
    new_hq(played.root / "new", scope=KASMAR.key, practice=True).close()
    pack = played.hq.enrolment.make_pack(played.hq.actor, played.office.number, played.root)
    door = FrontDoor(played.root / "new", language="en", practice=True)
    door.window.show()
    door.begin()
    wait_for(qtbot, lambda: door.window.desk is not None and door.window.frame.at_work)
    assert whose_it_is(door.window) == "Block office"
    door.window.open_page("sync")
    robot = Robot(door.window)
    door.window.page.take_files([pack.path])
    wait_for(qtbot, door.window.page.down.pack.spoken.hasFocus)
    robot.type(pack.words)
    robot.press("Return")
    wait_for(qtbot, lambda: not door.window.tasks.busy)
    assert "The pack is taken" in robot.read_message()
    assert whose_it_is(door.window) == "Block office Kasmar"
    door.window.close()
    door.close()
    door.window.deleteLater()


def test_a_block_office_is_offered_nothing_that_only_head_office_may_do(played, make_window, qtbot):
    window = open_at(make_window, played.block)
    robot = Robot(window)
    robot.open_page("inbox")
    wait_for(qtbot, lambda: not window.tasks.busy)
    robot.press("Ctrl+Tab")
    seen = robot.read_page()
    for verb in (
        "New centre",
        "Another pack",
        "Enrol",
        "List of centres",
        "Keys…",
        "Programme…",
        "Trust no",
    ):
        assert verb not in seen
    window.page.centres.put(())
    assert "begins with its pack" not in robot.read_page()
    robot.press("Ctrl+N")
    assert not window.page.centres.asking
    assert "Ctrl+N" not in dict(window.page.keys())
    assert "OFFI" not in robot.read_window()


def test_of_many_centres_with_nothing_on_the_stick_a_few_are_named(qtbot, tmp_path):
    card = StickCard(Words(Language.named("en")))
    qtbot.addWidget(card)
    off = tuple(Centre(n, str(n), "", f"C{n}", "") for n in range(10))
    card.put(StickRound(tmp_path, (), forwarded=Forwarded(off=off)))
    said = card.lines.text().split("\n")
    assert said[1:9] == [f"C{n}: nothing on the stick" for n in range(8)]
    assert said[9] == "Other centres with nothing on the stick: 2"


def test_the_words_stand_beside_the_tick_and_a_block_office_is_asked_for_no_id(played, make_window):
    window = open_at(make_window, played.hq)
    robot = Robot(window)
    robot.open_page("inbox")
    robot.press("Ctrl+N")
    editors = window.page.centres.new_panel.editors
    box, number = editors["office"].box, editors["csc_id"].inputs()[0]
    assert robot.focused() is number
    robot.press("Tab")
    assert robot.focused() is box
    assert box.text() == "A block office, and no centre"
    robot.press("Space")
    assert not number.isEnabled()
    robot.press("Space")
    assert number.isEnabled()
    robot.press("Space")
    window.page.begin_new()
    assert (number.isEnabled(), robot.focused()) == (True, number)


@pytest.mark.parametrize(("language", "imported"), [("hi", "अब आयात हो गई हैं: 1"), ("en", "imported now: 1")])
def test_a_file_that_waited_is_imported_by_the_receipt_that_the_stick_brings(
    played, make_window, qtbot, language, imported
):
    known = played.hq.enrolment.register_centre(played.hq.actor, OTHER, Name("", "Khairachatar"), KASMAR.key)
    pack = played.hq.enrolment.make_pack(played.hq.actor, known.number, played.root)
    new = Side(new_centre_from_pack(played.root / "new", pack.path, pack.words, practice=True))
    new.start()
    batch = new.outbox.make(new.actor).parts[0].path
    new.home.close()
    window = open_at(make_window, played.block, language)
    Robot(window).open_page("inbox")
    window.page.take_files([batch])
    wait_for(qtbot, lambda: not window.tasks.busy)
    read = Robot(window).read_page()
    assert "Head office has not told this office about this computer yet." in read
    assert "this file is imported here by itself" in read
    assert "यह फ़ाइल यहाँ अपने आप आयात हो जाएगी" in read
    assert cut_words(window.page) == []
    assert waiting_in_the_inbox(window) == "1"
    played.hq.inbox.import_all(played.hq.actor, [batch])
    played.hq.receipts.make(played.hq.actor, played.stick)
    Robot(window).open_page("sync")
    window.page.stick.asked.emit(played.stick)
    wait_for(qtbot, lambda: not window.tasks.busy)
    assert imported in window.page.stick.lines.text()
    assert waiting_in_the_inbox(window) == "", "what the rail says stayed until the page was looked at"
    QCoreApplication.processEvents()
    assert cut_words(window.page.stick) == []
    assert [one.state for one in played.block.inbox.files(played.block.actor)] == [FileState.IMPORTED]


def test_a_centre_reads_what_the_block_office_lacks(played, make_window, qtbot):
    played.centre.start()
    played.by_the_block()
    folder = played.root / "from-the-block"
    folder.mkdir()
    (made,) = played.block.receipts.make(played.block.actor, folder)
    window = make_window("en")
    home, office = played.centre.home, Office(Name("", "Kasmar"), practice=True)
    exchange = Exchange.of(home)
    window.open_desk(window.make_desk(home.services, home.actor, None, lambda: NOW, office, exchange))
    robot = Robot(window)
    robot.open_page("sync")
    window.page.take_files([made.path])
    wait_for(qtbot, lambda: not window.tasks.busy)
    assert "The block office lacks files that were made before." in robot.read_message()
    assert "Receipt 1 of the block office" in window.page.down.office.list.text()
    assert "files are missing there" in window.page.down.office.list.text()


def test_what_came_down_from_head_office_is_head_offices(played, make_window):
    people = played.hq.services.people
    role = (RoleSpan(role=str(Role.MASTER_TRAINER)),)
    trainer = Person(id=people.new_id(), name=Name("सरिता", "Sarita"), roles=role)
    people.save(played.hq.actor, trainer)
    played.block.start()
    played.up(played.block)
    played.down(played.block)
    while played.block.services.search.index_more():
        pass
    window = open_at(make_window, played.block)
    window.open_page("people")
    records = window.page.findChild(RecordList).records
    row = records.row_of(trainer.id)
    assert records.index(row, len(records.columns) - 1).data() == "Head office"
