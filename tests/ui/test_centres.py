"""The part 'Centres' in the real window: how each stands, whom it trusts, its keys, programme and lists."""

from datetime import timedelta
from pathlib import Path

import pytest

from fieldapp.domain.fields import Name
from fieldapp.domain.identifiers import demo_csc_id
from fieldapp.services.records import Query
from fieldapp.services.settings import Programme
from fieldapp.storage.state import write
from fieldapp.sync.enrolment import CentreDraft, Enrolment
from fieldapp.sync.office import key_list
from fieldapp.sync.registry import Contact
from fieldapp.ui.tasks import Task
from tests.robots.robot import cut_words, visible
from tests.sync.exchange import CSC_ID, Exchange
from tests.ui.test_inbox_page import InboxRobot, exchange, inbox, robot, sent, template  # noqa: F401

OTHER = demo_csc_id(40)
LIST = f"csc_id,name_hi,name_en,block,contact,phone\n{OTHER},चास,Chas,Chas,Sita Devi,5012345678\n12,,Bad,,,\n"


@pytest.fixture
def at_centres(robot: InboxRobot, sent: Path) -> InboxRobot:  # noqa: F811
    """A centre whose first file is imported, and its officer at the part 'Centres'."""
    robot.bring(sent)
    robot.press("Ctrl+I")
    robot.settle()
    robot.press("Ctrl+Tab")
    return robot


def rows(at: InboxRobot) -> list[list[str]]:
    return at.read_table(at.page.centres.table)


def enrolment(exchange: Exchange) -> Enrolment:  # noqa: F811
    return exchange.hq.enrolment


# ---------------------------------------------------------------- how each stands


def test_the_worst_centre_stands_first_and_is_called_by_its_number(
    at_centres: InboxRobot,
    exchange: Exchange,  # noqa: F811
):
    side = exchange.hq
    draft = CentreDraft(OTHER, Name("", "Chas"), "block:322/3066", Contact("Sita Devi", "5012345678"))
    enrolment(exchange).register_many(side.actor, [draft])
    clock = side.home.database.clock
    side.home.database.clock = lambda: clock() + timedelta(days=20)
    at_centres.page.reload()
    at_centres.settle()
    assert [(row[0], row[2]) for row in rows(at_centres)] == [("Pragya Kendra Kasmar", "20"), ("Chas", "")]
    assert rows(at_centres)[1][7] == "Sita Devi · 5012345678"
    at_centres.press_button("To be called 1")
    assert [row[0] for row in rows(at_centres)] == ["Pragya Kendra Kasmar"]
    at_centres.press_button("All 2")
    at_centres.type_into("Find a centre", "chas")
    assert [row[6] for row in rows(at_centres)] == [OTHER]
    at_centres.type_into("Find a centre", "nobody")
    assert rows(at_centres) == []


@pytest.mark.parametrize(
    ("days", "cell", "said"),
    [
        (400, "+400", "Its clock is at least 400 days ahead: have it set."),
        (-40, "\N{MINUS SIGN}41", "Its clock is in doubt, at most 41 days behind: have it looked at."),
    ],
)
def test_how_far_the_clock_of_a_centre_is_off_stands_in_its_row_and_beside_it(
    at_centres: InboxRobot,
    exchange: Exchange,  # noqa: F811
    days: int,
    cell: str,
    said: str,
):
    centre, now = exchange.centre, exchange.hq.home.database.clock()
    centre.home.database.clock = lambda: now + timedelta(days=days, minutes=-1 if days < 0 else 1)
    centre.start()
    exchange.hq.home.database.clock = lambda: now
    exchange.deliver(*exchange.send())
    at_centres.page.reload()
    at_centres.settle()
    assert rows(at_centres)[0][5] == cell
    assert said in at_centres.read_page()


def test_what_is_to_be_corrected_stands_with_how_many_in_a_hundred_that_is(
    at_centres: InboxRobot,
    exchange: Exchange,  # noqa: F811
):
    hq = exchange.hq
    first = hq.services.activities.page(hq.actor, Query()).items[0].record.id
    hq.services.decisions.ask_correction(hq.actor, first, "Who came?", "notes")
    at_centres.page.reload()
    at_centres.settle()
    assert rows(at_centres)[0][4] == "1 · 50 %"


def test_whom_to_call_is_noted_beside_the_centre(at_centres: InboxRobot):
    at_centres.press_button("Whom to call…")
    at_centres.type("Gita Devi")
    at_centres.type_into("Phone", "5012345679")
    at_centres.press("Return")
    at_centres.settle()
    assert rows(at_centres)[0][7] == "Gita Devi · 5012345679"
    assert at_centres.focused() is at_centres.page.centres.table


def test_the_mail_address_of_a_centre_is_noted_shown_and_taken_away(
    at_centres: InboxRobot,
    exchange: Exchange,  # noqa: F811
):
    def noted() -> Contact:
        (one,) = enrolment(exchange).centres(exchange.hq.actor)
        return one.contact

    at_centres.press_button("Whom to call…")
    at_centres.type_into("Mail address for receipts", "no address")
    at_centres.press("Return")
    at_centres.settle()
    assert "no address is no mail address." in at_centres.read_message()
    at_centres.type_into("Mail address for receipts", "kasmar@example.org")
    at_centres.press("Return")
    at_centres.settle()
    assert noted() == Contact(mail="kasmar@example.org")
    assert "Whom to call: kasmar@example.org" in at_centres.read_page()
    at_centres.press_button("Whom to call…")
    assert at_centres.field("Mail address for receipts").text() == "kasmar@example.org"
    at_centres.type_into("Mail address for receipts", "")
    at_centres.press("Return")
    at_centres.settle()
    assert noted().mail is None


def test_the_list_of_whom_to_call_is_saved_as_a_table_and_shown_to_be_printed(
    at_centres: InboxRobot,
    exchange: Exchange,  # noqa: F811
):
    at_centres.press_button("Save as table…")
    at_centres.choose_in_dialog(exchange.root / "calls.csv")
    assert CSC_ID in (exchange.root / "calls.csv").read_text("utf-8-sig")
    shown = []
    at_centres.window.desk.hub.preview.connect(shown.append)
    at_centres.press_button("Print…")
    at_centres.settle()
    assert shown[0].make_pdf().startswith(b"%PDF")


# ---------------------------------------------------------------- trust


def test_trust_ends_at_a_chosen_number_and_is_given_back(
    at_centres: InboxRobot,
    exchange: Exchange,  # noqa: F811
):
    fingerprint = exchange.centre.home.keys.public.fingerprint
    at_centres.press_button("Trust no longer…")
    at_centres.settle()
    panel = at_centres.page.centres.revoke_panel
    assert [panel.upto.itemText(n) for n in range(panel.upto.count())] == [
        "All that is imported, up to number 2",
        "Nothing of it",
    ]
    at_centres.type(fingerprint[-4:])
    panel.upto.setFocus()
    at_centres.press("Down")
    at_centres.type_into("Reason", "stolen")
    at_centres.press("Return")
    at_centres.settle()
    assert "Imported files that end beyond it: 1." in at_centres.read_message()
    assert "A: trusted up to number 0 only" in at_centres.read_page()
    at_centres.press_button("Trust again…")
    at_centres.type(fingerprint[-4:])
    at_centres.press("Return")
    at_centres.settle()
    assert "This computer is trusted again." in at_centres.read_message()
    assert "A: trusted\n" in at_centres.read_page() + "\n"
    at_centres.press("Ctrl+Tab")
    trail = "\n".join(" ".join(row) for row in at_centres.read_table(at_centres.page.trail.table))
    for deed in ("Revoked a computer", "Trusted a computer again", "Computer trusted no longer stolen"):
        assert deed in trail


# ---------------------------------------------------------------- keys, programme


def test_the_working_key_is_changed_and_the_reserve_key_kept_apart(
    at_centres: InboxRobot,
    exchange: Exchange,  # noqa: F811
):
    panel = at_centres.page.centres.keys_panel
    before = exchange.hq.home.keys.public
    at_centres.press_button("Keys…")
    at_centres.settle()
    assert "Key list 1" in at_centres.read_page()
    at_centres.press_button("Change the working key")
    at_centres.settle()
    assert "Key list 2" in at_centres.read_page()
    assert "Computers that still write with an older list: 1" in at_centres.read_page()
    assert exchange.hq.home.keys.public != before
    at_centres.press_button("Write the reserve key apart…")
    at_centres.choose_in_dialog(exchange.stick)
    spoken = panel.spoken.text()
    assert len(spoken.split()) == 6
    at_centres.type("apple apple apple apple apple apple")
    at_centres.press_button("Take it out here")
    at_centres.settle()
    assert "These are not the words of this reserve key." in at_centres.read_message()
    at_centres.type_into("Six words of the reserve key", spoken)
    at_centres.press_button("Take it out here")
    at_centres.settle()
    assert "The reserve key is kept apart." in at_centres.read_page()
    assert spoken not in at_centres.read_page()
    at_centres.press_button("Change the working key")
    assert "it signs every change" in at_centres.read_page()
    at_centres.press_button("Choose the file of the reserve key…")
    (file,) = exchange.stick.glob("*.reserve")
    at_centres.choose_in_dialog(file)
    at_centres.type(spoken)
    at_centres.press_button("Change the working key")
    at_centres.settle()
    with exchange.hq.home.database.reading() as tx:
        assert key_list(tx).number == 3


def test_the_programme_is_told_to_all_centres_with_its_last_day(
    at_centres: InboxRobot,
    exchange: Exchange,  # noqa: F811
):
    at_centres.press_button("Programme…")
    at_centres.type_into("Name of the programme", "Digi Dhan")
    at_centres.type_into("Last day", "31-03-2027")
    at_centres.type_into("Whom centres call", "Sita Devi")
    at_centres.press_button("Tell all centres")
    at_centres.settle()
    assert "The programme is set." in at_centres.read_message()
    exchange.centre.receipts.apply(exchange.centre.actor, exchange.answer())
    told = exchange.centre.services.settings.programme()
    assert (told.name.en, told.until.isoformat(), told.contact) == ("Digi Dhan", "2027-03-31", "Sita Devi")
    assert not told.ended(told.until)
    assert told.ended(told.until + timedelta(days=1))


# ---------------------------------------------------------------- lists


def test_a_list_is_registered_and_its_packs_made_with_their_words_to_print(
    at_centres: InboxRobot,
    exchange: Exchange,  # noqa: F811
):
    (exchange.root / "list.csv").write_text(LIST, "utf-8")
    at_centres.press_button("List of centres…")
    at_centres.choose_in_dialog(exchange.root / "list.csv")
    page = at_centres.read_page()
    for words in ("Registered: 1", "Not registered: 1", "Without a pack: 1", "Line 3: 12"):
        assert words in page
    shown = []
    at_centres.window.desk.hub.preview.connect(shown.append)
    (exchange.root / "packs").mkdir()
    at_centres.press_button("Make packs…")
    at_centres.choose_in_dialog(exchange.root / "packs")
    assert len(list((exchange.root / "packs").iterdir())) == 1
    assert "Packs made: 1." in at_centres.read_message()
    assert shown[0].make_pdf().startswith(b"%PDF")
    at_centres.press_button("Show the list again")
    assert len(shown) == 2
    assert "Packs made: 1." in at_centres.read_message()


def test_a_list_shows_how_far_it_is_and_a_cancelled_one_registers_nobody_and_says_so(
    at_centres: InboxRobot,
    exchange: Exchange,  # noqa: F811
):
    path, tasks, told = exchange.root / "list.csv", at_centres.window.tasks, []
    path.write_text(LIST, "utf-8")
    tasks.pause()
    at_centres.press_button("List of centres…")
    at_centres.name_in_dialog(path)
    tasks.findChild(Task).cancel()
    tasks.go_on()
    at_centres.settle()
    assert "It was cancelled, and nothing was changed here." in at_centres.read_message()
    assert [row[0] for row in rows(at_centres)] == ["Pragya Kendra Kasmar"]
    tasks.started.connect(lambda task: task.progress.connect(lambda *news: told.append(news[:2])))
    at_centres.press_button("List of centres…")
    at_centres.choose_in_dialog(path)
    assert told[-1] == (4, 4)
    assert "Registered: 1" in at_centres.read_page()


@pytest.mark.parametrize("asking", ["new", "programme", "call", "revoke"])
def test_tab_leads_through_what_is_asked_to_the_buttons_below_it(at_centres: InboxRobot, asking: str):
    centres = at_centres.page.centres
    getattr(centres, asking).click()
    at_centres.settle()
    panel = next(one for one in centres.panels if one.isVisible())
    met = [at_centres.focused()]
    while met[-1] is not panel.back:
        at_centres.press("Tab")
        assert panel.isAncestorOf(at_centres.focused())
        met.append(at_centres.focused())
    assert met[-2:] == [panel.go, panel.back]
    heights = [one.mapTo(panel, one.rect().topLeft()).y() for one in met]
    assert heights == sorted(heights)


# ---------------------------------------------------------------- how it looks


def test_the_part_has_a_help_of_its_own(at_centres: InboxRobot):
    assert at_centres.page.help_name == "centres"
    at_centres.press("Ctrl+Tab")
    assert at_centres.page.help_name == "inbox"


@pytest.mark.parametrize("language", ["hi", "en"])
def test_no_panel_is_cut_at_the_smallest_window(inbox, sent: Path, language: str, exchange: Exchange):  # noqa: F811
    at = inbox(language)
    at.window.resize(1093, 560)
    at.bring(sent)
    at.press("Ctrl+I")
    at.settle()
    at.press("Ctrl+Tab")
    exchange.hq.services.settings.set_programme(exchange.hq.actor, Programme(Name("क", "P")))
    centres = at.page.centres
    for verb in (centres.programme, centres.keys, centres.revoke, centres.call, centres.load):
        assert verb.text()
        if verb is not centres.load:
            verb.click()
            at.settle()
        assert list(cut_words(at.page)) == []
        assert list(visible(at.page, type(centres)))


def test_nothing_is_known_of_a_programme_before_it_is_set(exchange: Exchange):  # noqa: F811
    assert exchange.centre.services.settings.programme() == Programme()
    with exchange.centre.home.database.transaction() as tx:
        write(tx, "setting.shared_until", "no day")
    assert exchange.centre.services.settings.programme().until is None
