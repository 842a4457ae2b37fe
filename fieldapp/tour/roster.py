"""A roster typed by keys in the real grid, as an operator does: one line of the paper after the other."""

from fieldapp.domain.codes import Category, Consent, FailureReason, Gender, Mark, PaymentMode, PaymentResult
from fieldapp.domain.records import PaymentTry, RosterRow
from fieldapp.tour.stage import Stage


def type_rows(stage: Stage, rows: tuple[RosterRow, ...]) -> None:
    """Type rows into the roster that is open, from its first empty row on."""
    page = stage.window.page
    if page is None:
        raise LookupError("no page is open")
    page.setFocus()
    for row in rows:
        for cell in _cells(row):
            stage.type(cell)
            stage.press("Return")


def _cells(row: RosterRow) -> tuple[str, ...]:
    """What is typed in each cell of a Chai-Samosa roster, in the order of its columns."""
    return (
        row.name.hi,
        row.relation.hi,
        Gender[row.gender].key,
        str(row.age),
        Category[row.category].key,
        _tick(row.pwd),
        row.village.words,
        row.mobile,
        _tick(bool(row.present)),
        Mark[row.mark].key,
        Consent[row.consent].key,
        _payment(row, 1),
        _payment(row, 2),
        _tick(row.chai),
        _tick(row.samosa),
    )


def _tick(on: bool) -> str:
    return " " if on else ""


def _payment(row: RosterRow, slot: int) -> str:
    return "".join(_one_try(one) for one in row.tries if one.slot == slot)


def _one_try(one: PaymentTry) -> str:
    """The key of the mode, then the receipt number, or that it failed and why."""
    mode = PaymentMode[one.mode].key
    if one.result == PaymentResult.FAILED:
        return mode + PaymentResult.FAILED.key + FailureReason[one.reason].key
    if one.result == PaymentResult.PENDING:
        return mode + PaymentResult.PENDING.key
    return mode + one.reference_number
