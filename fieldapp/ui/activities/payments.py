"""The tries at a trainee's two practice payments, as the keyboard changes them. No Qt.

Every function takes the tries of a roster row in the order they were made and gives the new ones. A slot is
1 or 2.
"""

from msgspec.structs import replace

from fieldapp.domain.codes import PaymentResult
from fieldapp.domain.records import ONE_RUPEE, PaymentTry

Tries = tuple[PaymentTry, ...]


def last(tries: Tries, slot: int) -> PaymentTry | None:
    """The newest try at a payment, or None."""
    return next((one for one in reversed(tries) if one.slot == slot), None)


def count(tries: Tries, slot: int) -> int:
    """How many tries a payment has had."""
    return sum(one.slot == slot for one in tries)


def takes_a_mode(tries: Tries, slot: int) -> bool:
    """Whether the next letter is a mode of payment: nothing is there yet, or the last try failed for good."""
    newest = last(tries, slot)
    return newest is None or (newest.result == PaymentResult.FAILED and bool(newest.reason))


def wants_a_reason(tries: Tries, slot: int) -> bool:
    """Whether the newest try is marked failed and nobody has said why."""
    newest = last(tries, slot)
    return newest is not None and newest.result == PaymentResult.FAILED and not newest.reason


def begin(tries: Tries, slot: int, mode: str) -> Tries:
    """A new try by this mode: one rupee, successful until something else is said (seed: Bokaro)."""
    return (
        *tries,
        PaymentTry(slot=slot, mode=mode, amount_paise=ONE_RUPEE, result=PaymentResult.OK),
    )


def with_reference(tries: Tries, slot: int, reference: str) -> Tries:
    """The newest try with this receipt number."""
    return _changed(tries, slot, reference_number=reference)


def with_mode(tries: Tries, slot: int, mode: str) -> Tries:
    """The newest try by this mode, where its receipt number was typed or scanned first."""
    return _changed(tries, slot, mode=mode)


def resulted(tries: Tries, slot: int, result: PaymentResult, reason: str = "") -> Tries:
    """The newest try with this result; a reason belongs to a failed one."""
    return _changed(tries, slot, result=str(result), reason=reason)


def without_last(tries: Tries, slot: int) -> Tries:
    """The tries without the newest one at this payment."""
    place = _place(tries, slot)
    return tries if place is None else tries[:place] + tries[place + 1 :]


def _place(tries: Tries, slot: int) -> int | None:
    return next((i for i in range(len(tries) - 1, -1, -1) if tries[i].slot == slot), None)


def _changed(tries: Tries, slot: int, **what: object) -> Tries:
    place = _place(tries, slot)
    if place is None:
        return tries
    return (*tries[:place], replace(tries[place], **what), *tries[place + 1 :])
