"""The empty workbook: what is filled into it is understood, and loads."""

import io

import pytest
import python_calamine
import xlsxwriter

from fieldapp.blank_lists import EXAMPLES, blank_lists, headings
from fieldapp.language import in_both_languages
from fieldapp.services.load_kinds import KINDS, ROSTER
from fieldapp.services.loading import LoadingService
from fieldapp.storage.gazetteer import gazetteer


def test_there_is_a_sheet_for_each_kind_and_one_with_examples():
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(blank_lists()))
    assert len(book.sheet_names) == len(KINDS) + 2
    assert "Examples" in book.sheet_names[-1]
    people = book.get_sheet_by_name(
        next(name for name in book.sheet_names if name.endswith("people"))
    ).to_python()
    assert people == [list(headings(next(kind for kind in KINDS if kind.word == "person")))]


@pytest.mark.parametrize("kind", [*KINDS, ROSTER], ids=lambda kind: kind.word)
def test_the_example_of_each_kind_goes_where_it_should(kind, centre_home, tmp_path):
    path = tmp_path / "filled.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, headings(kind))
    sheet.write_row(1, 0, [example for _, example in EXAMPLES[kind.word]])
    book.close()
    service = LoadingService(centre_home.services, gazetteer(), in_both_languages)
    layout = service.guess(service.read(path), "participant" if kind is ROSTER else "")
    assert (layout.kind, layout.fits, layout.unused) == (kind, True, ())
    wanted = [goal for goal, _ in EXAMPLES[kind.word]]
    assert [goal.replace("@village.name", "@place") for goal in layout.goals] == wanted
    if kind is not ROSTER:
        assert service.load(centre_home.actor, path).counts == {"new": 1, "already": 0, "refused": 0}
