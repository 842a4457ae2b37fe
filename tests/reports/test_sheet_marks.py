"""What a printed sheet says of itself: superseded, which copy, which amendment."""

from datetime import date

import msgspec
import pytest

from fieldapp.domain.codes import SheetKind, SheetState
from fieldapp.domain.records import Amendment, IssuedSheet
from fieldapp.domain.text import Text
from fieldapp.reports.attendance import attendance_sheet
from tests.reports.papers import pdfium_text, sheet


def printed(kind=SheetKind.FINAL, *, state=SheetState.KEYED, amendments=(), **given) -> str:
    made = sheet(kind, people=3)
    rows = ",".join(str(row.row) for row in made.activity.in_order())
    issued = IssuedSheet(number=1, kind=str(kind), state=str(state), rows=rows, copies=1)
    activity = msgspec.structs.replace(made.activity, sheets=(issued,), amendments=amendments)
    fields = {name: getattr(made, name) for name in made.__dataclass_fields__}
    return " ".join(
        pdfium_text(
            attendance_sheet(type(made)(**fields | {"activity": activity, "sheet_number": 1} | given))
        )
    )


@pytest.mark.parametrize("state", [SheetState.SUPERSEDED, SheetState.SPOILT])
def test_a_sheet_that_holds_no_longer_says_so(state):
    assert state.label in printed(state=state)
    assert state.label not in printed()


def test_a_final_sheet_says_the_newest_amendment():
    closed = Amendment(number=2, reason="age", amended_on=date(2017, 1, 20))
    begun = Amendment(number=3, reason="name")
    said = printed(amendments=(closed, begun))
    assert "Amendment 2" in said
    assert "Amendment 3" not in said


def test_a_copy_says_which_it_is():
    assert "Copy 2" in printed(copy=Text("Copy {n}", n=2))
