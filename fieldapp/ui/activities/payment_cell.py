"""The two cells of the practice payments, and how many of them succeeded. No Qt."""

from dataclasses import dataclass, field

from msgspec.structs import replace

from fieldapp.domain.codes import FailureReason, PaymentMode, PaymentResult
from fieldapp.domain.identifiers import reference_number
from fieldapp.domain.records import PAYMENTS_TO_COMPLETE, PaymentTry, RosterRow
from fieldapp.domain.text import Text
from fieldapp.ui.activities import payments
from fieldapp.ui.activities.cells import Cell, OneKeyCell, Shown, latin_keys

_FAILED = PaymentResult.FAILED


@dataclass(frozen=True)
class PaymentCell(OneKeyCell):
    """One of the two practice payments: a letter is the mode while it is empty, then the receipt number."""

    centred: bool = field(default=False, init=False)
    slot: int = 1

    @property
    def holds_text(self) -> bool:
        return True

    def is_empty(self, row: RosterRow) -> bool:
        return row.last_try(self.slot) is None

    def clear(self, row: RosterRow) -> RosterRow:
        return replace(row, tries=payments.without_last(row.tries, self.slot))

    def like(self, row: RosterRow, above: RosterRow) -> RosterRow:
        """The mode of the row above, as a new rupee; its receipt number belongs to that row alone."""
        newest = above.last_try(self.slot)
        if newest is None or not payments.takes_a_mode(row.tries, self.slot):
            return row
        return replace(row, tries=payments.begin(row.tries, self.slot, newest.mode))

    def offer(self, above: RosterRow, hindi: bool) -> Shown:  # noqa: ARG002
        """The mode of the row above: a receipt number that is typed belongs to a payment made so."""
        newest = above.last_try(self.slot)
        return Shown(PaymentMode.words(newest.mode, short=True)) if newest else Shown()

    def shows(self, row: RosterRow, hindi: bool) -> Shown:  # noqa: ARG002
        newest = row.last_try(self.slot)
        if newest is None:
            return (
                Shown(FailureReason.words(row.open_reason, short=True), "", "muted")
                if row.present
                else Shown()
            )
        if not newest.mode:
            return Shown(Text("Which mode? …"), "", "amber")
        mode = PaymentMode.words(newest.mode, short=True)
        number = payments.count(row.tries, self.slot)
        if newest.result == _FAILED:
            reason = FailureReason.words(newest.reason, short=True)
            said = Text("{mode} · {reason}", mode=mode, reason=reason) if reason else mode
            return Shown(said, "close", "red")
        if newest.result == PaymentResult.PENDING:
            return Shown(Text("{mode} ₹1 …", mode=mode), "", "amber")
        if number > 1:
            return Shown(Text("Try {n}: {mode}", mode=mode, n=number), "check", "good")
        return Shown(Text("{mode} ₹1", mode=mode), "check", "good")

    def text(self, row: RosterRow, hindi: bool) -> str:  # noqa: ARG002
        newest = row.last_try(self.slot)
        return newest.reference_number if newest else ""

    def take(self, row: RosterRow, text: str) -> RosterRow:
        """A receipt number pasted into the cell; nothing happens while no payment stands there."""
        number = reference_number(latin_keys(text))
        return replace(row, tries=payments.with_reference(row.tries, self.slot, number))

    def press(self, row: RosterRow, key: str, *, fresh: bool) -> RosterRow | None:
        tries = self._pressed(row.tries, key, fresh=fresh)
        return None if tries is None else replace(row, tries=tries)

    def _pressed(self, tries: payments.Tries, key: str, *, fresh: bool) -> payments.Tries | None:
        newest = payments.last(tries, self.slot)
        if newest is None or payments.takes_a_mode(tries, self.slot):
            if key.isdecimal():
                return payments.with_reference(payments.begin(tries, self.slot, ""), self.slot, key)
            mode = _mode_of(key)
            return None if mode is None else payments.begin(tries, self.slot, mode)
        if fresh and not newest.mode and (mode := _mode_of(key)) is not None:
            return payments.with_mode(tries, self.slot, mode)
        if payments.wants_a_reason(tries, self.slot):
            reason = next((one for one in FailureReason if one.key == key), None)
            return None if reason is None else payments.resulted(tries, self.slot, _FAILED, reason)
        if key == _FAILED.key:
            return payments.resulted(tries, self.slot, _FAILED)
        if key == PaymentResult.PENDING.key:
            settled = newest.result == PaymentResult.PENDING
            return payments.resulted(tries, self.slot, PaymentResult.OK if settled else PaymentResult.PENDING)
        return self._typed(tries, newest, key, fresh=fresh)

    def _typed(
        self, tries: payments.Tries, newest: PaymentTry, key: str, *, fresh: bool
    ) -> payments.Tries | None:
        """A character of the receipt number; the first one after coming here replaces what stood there.

        A blank stands until the cell is left: without it a forbidden number would hide in its neighbour.
        """
        before = "" if fresh else newest.reference_number
        if key in _BLANKS and before and not before.endswith(" "):
            key = " "
        elif not (key.isascii() and (key.isalnum() or key in "-/.")):
            return None
        if len(before) >= _LONGEST_REFERENCE:
            return tries
        return payments.with_reference(tries, self.slot, before + key)

    def settled(self, row: RosterRow) -> RosterRow:
        """The row as it is kept: the groups in which a receipt number was typed are one number."""
        newest = row.last_try(self.slot)
        if newest is None or " " not in newest.reference_number:
            return row
        return self.take(row, newest.reference_number)

    def typed_keys(self, row: RosterRow, saved: RosterRow) -> str:
        """Mode if the try is a new one, receipt number, result and reason."""
        newest = row.last_try(self.slot)
        if newest is None:
            return ""
        begun = payments.count(row.tries, self.slot) > payments.count(saved.tries, self.slot)
        keys = (
            next((one.key for one in PaymentMode if one == newest.mode), "") if begun else "",
            newest.reference_number,
            next((one.key for one in PaymentResult if one == newest.result), ""),
            next((one.key for one in FailureReason if one == newest.reason), ""),
        )
        return "".join(keys)

    def rubbed(self, row: RosterRow) -> RosterRow:
        """Backspace: the last character of the receipt number goes, then the result, then the try itself."""
        newest = row.last_try(self.slot)
        if newest is None:
            return row
        if newest.result == _FAILED:
            return replace(row, tries=payments.resulted(row.tries, self.slot, PaymentResult.OK))
        if newest.reference_number:
            shorter = newest.reference_number[:-1]
            return replace(row, tries=payments.with_reference(row.tries, self.slot, shorter))
        return self.clear(row)

    def keys(self, row: RosterRow) -> list[tuple[str, Text]]:
        if payments.wants_a_reason(row.tries, self.slot):
            return [(one.key, Text(one.short)) for one in FailureReason]
        newest = row.last_try(self.slot)
        if newest is None or not newest.mode or payments.takes_a_mode(row.tries, self.slot):
            return [(one.key, Text(one.short)) for one in PaymentMode]
        return [("0-9 A-Z", Text("Receipt number / RRN")), ("!", Text("Failed")), ("?", Text("Pending"))]


def _mode_of(key: str) -> PaymentMode | None:
    return next((one for one in PaymentMode if one.key == key), None)


_LONGEST_REFERENCE = 35
_BLANKS = " ,;:"


@dataclass(frozen=True)
class FixedCell(Cell):
    """Computed or given by the program; the keyboard passes over it."""

    typed: bool = field(default=False, init=False)
    fixed: bool = field(default=True, init=False)
    centred: bool = field(default=True, init=False)


class DoneCell(FixedCell):
    """How many of the two payments succeeded: 0/2, 1/2, 2/2; the sign beside it is the certificate."""

    def shows(self, row: RosterRow, hindi: bool) -> Shown:  # noqa: ARG002
        done = row.completed()
        if not (row.present or row.tries):
            return Shown()
        complete = done >= PAYMENTS_TO_COMPLETE
        sign = "file" if row.certificate else ""
        return Shown(f"{done}/{PAYMENTS_TO_COMPLETE}", sign, "good" if complete else "amber")
