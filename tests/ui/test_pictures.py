"""Photographs in the real window: brought by drop, paste and button, opened, captioned, taken away."""

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest

from fieldapp.domain.records import ActionPoint
from fieldapp.homes import Exchange, OpenHome
from fieldapp.ui.desk import Office
from fieldapp.ui.pictures.strip import PicturesEditor
from tests.pictures import CANARY, as_bytes, drawn, photograph
from tests.robots.robot import Robot, cut_words
from tests.robots.roster import start
from tests.sync.exchange import Exchange as Carried
from tests.sync.exchange import make_template


class PictureRobot(Robot):
    """An activity's own fields, open in the window."""

    def __init__(self, window, home: OpenHome, activity_id: str) -> None:
        super().__init__(window)
        self.home, self.id = home, activity_id
        assert QTest.qWaitForWindowActive(window)
        window.open_page("activities", activity_id)
        self.panel = window.page.panel
        self.press("F8")
        self.strip: PicturesEditor = self.panel.form.editor("attachments")
        self.panel.form.focus_path("attachments")

    @property
    def kept(self):
        return self.home.services.activities.get(self.home.actor, self.id).record.attachments


def in_sight(tile) -> bool:
    return tile.visibleRegion().boundingRect() == tile.rect()


def said_of(tile) -> str:
    return tile.picture.accessibleDescription()


@pytest.fixture
def robot(window, home) -> PictureRobot:
    return PictureRobot(window, home, start(home))


@pytest.fixture
def files(tmp_path):
    made = []
    for seed in (1, 2):
        path = tmp_path / f"9999 4105 7058 of Budhni {seed}.jpg"
        path.write_bytes(photograph(seed))
        made.append(path)
    return made


def settled(robot, qtbot, count):
    qtbot.waitUntil(lambda: len(robot.strip.tiles) == count and not robot.window.tasks.busy)
    qtbot.waitUntil(lambda: all(tile.has_image for tile in robot.strip.tiles))


def test_what_must_not_be_kept_is_said_before_anything_is_added(robot: PictureRobot):
    assert "signed sheet or of thumb impressions must not be kept" in robot.read_page()


def test_files_that_fall_on_the_record_are_kept_without_their_names(robot, home, files, qtbot):
    robot.drop(*files, on=robot.strip)
    settled(robot, qtbot, 2)
    assert len(robot.kept) == 2
    assert [one.caption for one in robot.kept] == ["", ""]
    assert "Saved" in robot.read_status()
    robot.press("Ctrl+Z")
    assert robot.kept == ()
    assert robot.strip.tiles == []
    robot.press("Ctrl+Y")
    settled(robot, qtbot, 2)
    assert len(robot.kept) == 2
    folder = home.home.folder
    home.database.checkpoint()
    lying = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert CANARY not in lying
    assert b"Budhni 1" not in lying
    assert not any("Budhni" in path.name for path in folder.rglob("*"))


def test_pictures_fall_on_the_roster_too_and_are_shown_on_wish(robot, files, qtbot):
    robot.press("F8")
    robot.drop(files[0], on=robot.panel.roster)
    qtbot.waitUntil(lambda: len(robot.kept) == 1)
    assert "Photographs added: 1" in robot.read_message()
    assert robot.panel.on_roster
    robot.press_button("Show")
    qtbot.waitUntil(lambda: in_sight(robot.strip.tiles[0]))
    assert robot.focused() is robot.strip.tiles[0].picture


def test_a_picture_of_the_session_that_was_left_is_not_looked_for_in_another_one(robot, home, files, qtbot):
    robot.press("F8")
    robot.drop(files[0], on=robot.panel.roster)
    qtbot.waitUntil(lambda: len(robot.kept) == 1)
    robot.window.open_page("activities", start(home))
    robot.press_button("Show")
    assert robot.panel.on_roster
    assert "Photographs added" not in robot.read_message()


def test_a_picture_that_was_just_added_lies_whole_in_sight(robot, files, qtbot):
    robot.strip.add_button.setFocus()
    for count, file in enumerate(files, start=1):
        robot.drop(file, on=robot.strip)
        settled(robot, qtbot, count)
        qtbot.waitUntil(lambda: in_sight(robot.strip.tiles[-1]))
        assert robot.focused() is robot.strip.add_button
        robot.panel.form.verticalScrollBar().setValue(0)


def test_somebody_who_is_typing_elsewhere_stays_there_when_a_picture_comes(robot, files, qtbot):
    robot.panel.form.focus_path("title/en")
    robot.drop(files[0], on=robot.panel)
    settled(robot, qtbot, 1)
    assert robot.panel.form.place() == "title/en"
    assert "Photographs added: 1" in robot.read_message()


def test_a_picture_is_pasted_where_the_strip_has_the_focus(robot, qtbot):
    QGuiApplication.clipboard().setImage(QImage.fromData(as_bytes(drawn(4), "PNG")))
    robot.strip.add_button.setFocus()
    robot.press("Ctrl+V")
    settled(robot, qtbot, 1)
    assert robot.kept[0].media_type == "image/jpeg"


def test_files_copied_elsewhere_are_pasted_too(robot, files, qtbot):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    QGuiApplication.clipboard().setMimeData(data)
    robot.press_button("Paste a picture")
    settled(robot, qtbot, 2)


def test_without_a_picture_to_paste_it_says_so(robot):
    QGuiApplication.clipboard().setText("words")
    robot.press_button("Paste a picture")
    assert "There is no picture to paste." in robot.read_message()


def test_the_same_picture_twice_is_there_once(robot, files, qtbot):
    robot.drop(files[0], on=robot.strip)
    settled(robot, qtbot, 1)
    robot.drop(files[0], on=robot.strip)
    qtbot.waitUntil(lambda: "This picture is here already." in robot.read_message())
    assert len(robot.kept) == 1


def test_what_cannot_be_read_is_told_and_the_others_are_kept(robot, files, tmp_path, qtbot):
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(photograph()[:500])
    robot.drop(broken, files[0], on=robot.strip)
    settled(robot, qtbot, 1)
    assert "damaged" in robot.read_message()
    assert len(robot.kept) == 1


def test_a_caption_is_saved_when_it_is_left_and_a_forbidden_number_goes(robot, files, qtbot):
    robot.drop(files[0], on=robot.strip)
    settled(robot, qtbot, 1)
    caption = robot.strip.tiles[0].caption
    caption.setFocus()
    robot.type("Opening of the mela")
    robot.press("Tab")
    assert robot.kept[0].caption == "Opening of the mela"
    caption.setFocus()
    caption.selectAll()
    robot.type("9999 4105 7058")
    robot.press("Tab")
    assert robot.kept[0].caption == "Opening of the mela"
    assert "7058" not in caption.text()
    assert not caption.isUndoAvailable()
    assert "Do not enter an Aadhaar number" in robot.read_page()


def test_tab_goes_on_to_pictures_that_were_just_added_and_their_captions(robot, files, qtbot):
    robot.drop(*files, on=robot.strip)
    settled(robot, qtbot, 2)
    first, second = robot.strip.tiles
    robot.strip.kind.setFocus()
    reached = []
    for _ in range(4):
        robot.press("Tab")
        reached.append(robot.focused())
    assert reached == [first.picture, first.caption, second.picture, second.caption]


def test_a_clipping_is_one_when_that_was_chosen(robot, files, qtbot):
    robot.choose("Kind of what is added", "Newspaper clipping")
    robot.drop(files[0], on=robot.strip)
    settled(robot, qtbot, 1)
    assert robot.kept[0].kind == "CLIPPING"


def test_enter_opens_arrows_lead_on_and_delete_takes_away(robot, files, qtbot):
    robot.drop(*files, on=robot.strip)
    settled(robot, qtbot, 2)
    robot.strip.tiles[0].picture.setFocus()
    robot.press("Enter")
    dialog = robot.dialog()
    assert dialog.windowTitle() == "Picture 1 of 2"
    assert not dialog.picture.pixmap().isNull()
    robot.press("Right")
    assert dialog.windowTitle() == "Picture 2 of 2"
    robot.press("Esc")
    robot.window.activateWindow()
    assert QTest.qWaitForWindowActive(robot.window)
    second = robot.kept[1]
    robot.strip.tiles[0].picture.setFocus()
    robot.press("Del")
    assert robot.kept == (second,)
    robot.press("Ctrl+Z")
    assert len(robot.kept) == 2


def test_a_locked_session_keeps_its_pictures_as_they_are(robot, home, files, qtbot):
    robot.drop(files[0], on=robot.strip)
    settled(robot, qtbot, 1)
    held = home.services.activities.get(home.actor, robot.id)
    finished = replace(held.record, state="FINISHED")
    home.services.activities.save(home.actor, finished, held.version)
    robot.panel.reload()
    assert not robot.strip.editable
    assert robot.strip.tiles[0].picture.isEnabled()
    assert not robot.strip.tiles[0].remove.isVisible()


def test_a_picture_made_ready_after_its_record_was_left_goes_nowhere(robot, home, files, qtbot):
    other = start(home)
    robot.strip.add_files(files)
    robot.window.open_page("activities", other)
    qtbot.waitUntil(lambda: "Nothing was added" in robot.read_message())
    assert robot.kept == ()
    assert home.services.activities.get(home.actor, other).record.attachments == ()


@pytest.mark.parametrize("language", ["hi", "en"])
def test_nothing_is_cut_off(robot, files, qtbot, language):
    robot.window.resize(1093, 580)
    robot.window.desk.words.speak(language)
    robot.drop(files[0], on=robot.strip)
    settled(robot, qtbot, 1)
    assert cut_words(robot.strip) == []


def test_head_office_shows_what_has_come_and_says_what_has_not(tmp_path, make_window, qtbot):
    (tmp_path / "template").mkdir()
    carried = Carried.copied(make_template(tmp_path / "template"), tmp_path / "homes")
    centre = carried.centre
    kept = centre.services.attachments.keep(centre.actor, photograph(1))
    point = ActionPoint(id=centre.services.action_points.new_id(), gap="no network", attachments=(kept,))
    centre.services.action_points.save(centre.actor, point)
    records, pictures = carried.send()
    carried.deliver(records)
    home = carried.hq.home
    window = make_window()
    office = Office(is_hq=True, practice=True)
    window.open_desk(
        window.make_desk(home.services, home.actor, None, home.database.clock, office, Exchange.of(home))
    )
    assert QTest.qWaitForWindowActive(window)
    window.open_page("plan", point.id)
    strip = window.page.tab.panel.form.editor("attachments")
    qtbot.waitUntil(lambda: [said_of(tile) for tile in strip.tiles] == ["Not here yet"])
    assert not strip.editable
    carried.deliver(pictures)
    window.open_page("today")
    window.open_page("plan", point.id)
    strip = window.page.tab.panel.form.editor("attachments")
    qtbot.waitUntil(lambda: [tile.has_image for tile in strip.tiles] == [True])
    window.close()
    carried.close()
