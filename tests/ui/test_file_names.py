"""What the inbox shows of names of files that are too long for their column."""

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect, QStringListModel, Qt
from PySide6.QtWidgets import QStyleOptionViewItem, QTableView

from fieldapp.ui.inbox.file_names import FileNames, telling

NAMES = st.lists(
    st.from_regex(r"[ab0]{1,3}([-_ .][ab0]{1,3}){0,4}(\.fieldsync|\.jpg|)", fullmatch=True), min_size=1
)


def batches(centre: str, *numbers: int) -> list[str]:
    return [f"{centre}-A_{n:04}_1of1_2026-11-20.fieldsync" for n in numbers]


def test_of_one_centres_files_the_batch_is_shown():
    names = batches("100000000015", 41, 42)
    assert list(telling(names).values()) == ["…0041…", "…0042…"]


def test_of_several_centres_files_as_much_is_shown_as_tells_them_apart():
    names = [*batches("100000000015", 41, 42), *batches("100000000023", 7)]
    assert list(telling(names).values()) == ["…00015-A_0041…", "…00015-A_0042…", "…00023…"]


def test_a_name_of_another_kind_among_them_does_not_bring_back_what_they_share():
    names = [*batches("100000000015", 41), *batches("100000000016", 41), *batches("OFFICE-322-3069", 1)]
    assert list(telling(names).values()) == ["100…0015…", "100…0016…", "OFFICE…"]
    receipt = "100000000015-A-receipt_0001_1of1_2026-11-20.fieldsync"
    shown = telling([*names, receipt])
    assert (shown[names[0]], shown[receipt]) == ("100…0015-A_0041…", "100…0015-A-receipt…")


def test_parts_of_one_batch_are_told_apart():
    names = [f"100000000015-A_0042_{n}of2_2026-11-20.fieldsync" for n in (1, 2)]
    assert list(telling(names).values()) == ["…1of2…", "…2of2…"]


def test_a_single_file_shows_its_whole_name_and_only_a_sync_files_ending_goes_without_saying():
    assert telling(["a b.fieldsync", "photo.jpg"]) == {"a b.fieldsync": "a b", "photo.jpg": "photo.jpg"}


def test_a_picture_among_sync_files_changes_nothing_about_them():
    names = batches("100000000015", 41, 42)
    assert telling([*names, "photo.jpg"]) == telling(names) | {"photo.jpg": "photo.jpg"}


def test_where_the_telling_part_has_no_room_its_beginning_goes_first(qtbot):
    table, option = QTableView(), QStyleOptionViewItem()
    qtbot.addWidget(table)
    names = [*batches("100000000015", 41, 42), *batches("OFFICE-322-3069", 1)]
    column, model = FileNames(table), QStringListModel(names)
    column.put(names)
    for width, shown in ((400, "100…0041…"), (60, "…0041…")):
        option.rect = QRect(0, 0, width, 32)
        column.initStyleOption(option, model.index(0))
        assert (option.text, option.textElideMode) == (shown, Qt.TextElideMode.ElideLeft)


@given(NAMES)
def test_different_names_are_never_shown_as_the_same(names: list[str]):
    shown = telling(names)
    assert set(shown) == set(names)
    assert len(set(shown.values())) == len(set(names))
