"""The carrier's chit: twice on a page, every file with its size, room for two signatures."""

from datetime import UTC, datetime

import pytest

from fieldapp.domain.fields import Name
from fieldapp.reports.carrier_chit import CarrierChit, ChitFile, carrier_chit
from tests.reports.papers import pdfium_text

NOW = datetime(2026, 11, 20, 6, 12, 7, tzinfo=UTC)


def chit(files: int = 1, **given) -> CarrierChit:
    name = "100000000015-A_0042_{}of{}_2026-11-20.fieldsync"
    made = {
        "batch": 42,
        "files": [ChitFile(name.format(n, files), 81_000 * n, f"{n:064x}") for n in range(1, files + 1)],
        "records": 35,
        "made_at": NOW,
        "to_whom": "Ramesh Mahto",
        "office": Name("मुख्यालय", "Head office"),
        "centre_name": Name("प्रज्ञा केंद्र कसमार", "Pragya Kendra Kasmar"),
        "csc_id": "100000000015",
        "printed_at": NOW,
        "printed_by": "operator",
    }
    return CarrierChit(**(made | given))


def test_it_stands_twice_on_one_page_with_files_sizes_and_dates():
    pages = pdfium_text(carrier_chit(chit(2)))
    assert len(pages) == 1
    for words in (
        "0042_1of2",
        "81 KB",
        "162 KB",
        "243 KB",
        "Ramesh Mahto",
        "20-11-2026",
        "Taken by",
        "Given by",
    ):
        assert pages[0].count(words) >= 2, words
    assert "Stays at the centre" in pages[0]
    assert "Goes with the stick" in pages[0]


@pytest.mark.parametrize(("files", "pages"), [(1, 1), (8, 1), (9, 2), (34, 2), (40, 4)])
def test_however_many_files_there_are_both_copies_name_each_of_them_and_say_the_sum(files, pages):
    found = pdfium_text(carrier_chit(chit(files)))
    assert len(found) == pages
    whole = "".join(found)
    for n in range(1, files + 1):
        assert whole.count(f"_{n}of{files}_") == 2
    assert whole.count(f"Files: {files}") == whole.count("Given by") == max(2, pages)


def test_what_a_block_office_carries_on_is_about_no_batch_and_says_of_how_many_centres():
    block = Name("प्रखंड कार्यालय कसमार", "Block office Kasmar")
    given = {"batch": 0, "records": 0, "centres": 3, "of_block": True, "to_whom": ""}
    (page,) = pdfium_text(
        carrier_chit(chit(4, centre_name=block, csc_id="OFFICE-322-3069", **given)),
    )
    for words in ("Block office Kasmar · OFFICE-322-3069", "Head office", "Put on the stick", "20-11-2026"):
        assert page.count(words) >= 2, words
    assert "Stays at the block office" in page
    assert "Batch" not in page
    assert "Records" not in page


def test_in_practice_it_says_so():
    assert "PRACTICE" in pdfium_text(carrier_chit(chit(practice=True, to_whom="")))[0]
