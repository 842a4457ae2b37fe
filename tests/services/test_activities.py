"""The life of an activity: numbered, keyed in, printed, finished."""

from datetime import date

import msgspec
import pytest

from fieldapp.domain.actor import Actor
from fieldapp.domain.codes import ActivityState, SheetKind
from fieldapp.domain.errors import InvalidInput, NotAllowed
from fieldapp.domain.fields import Name, PlaceRef
from fieldapp.domain.records import ONE_RUPEE, PaymentTry, RosterRow
from fieldapp.services.rosters import pinned_rows

READY = {"trainer_name": Name("मीना सोरेन", "Mina Soren")}


class Desk:
    """An operator's hands: each verb works on the newest version."""

    def __init__(self, home):
        self.home = home
        self.service = home.services.activities
        self.actor = home.actor
        self.saved = None

    def start(self, **given):
        place = PlaceRef("block:322/3069", "कसमार")
        self.saved = self.service.start(self.actor, "CHAI_SAMOSA", date(2017, 1, 14), place, **READY | given)
        return self

    def do(self, verb, *given, actor=None, **named):
        call = getattr(self.service, verb)
        version = self.saved.held.version
        self.saved = call(actor or self.actor, self.activity.id, version, *given, **named)
        return self

    @property
    def activity(self):
        return self.saved.held.record

    @property
    def order(self):
        return [row.row for row in self.activity.in_order()]


@pytest.fixture
def desk(centre_home):
    return Desk(centre_home)


def paying(row, *tries):
    return msgspec.structs.replace(row, present=1, tries=tries)


def payment(slot, result="OK"):
    return PaymentTry(slot=slot, mode="CARD", amount_paise=ONE_RUPEE, result=result)


def test_numbers_rise_and_are_not_given_twice_even_after_a_deletion(desk):
    numbers = []
    for _ in range(3):
        desk.start()
        numbers.append(desk.activity.printed_number)
        desk.do("delete", "typed twice")
    assert numbers == ["0001-Z", "0002-Z", "0003-Z"]


def test_a_row_goes_between_two_others_and_never_takes_an_old_number(desk):
    desk.start()
    for _ in range(3):
        desk.do("add_row", RosterRow(name=Name("क")))
    desk.do("add_row", RosterRow(name=Name("ख")), before=2)
    assert desk.order == [1, 4, 2, 3]
    desk.do("strike_row", 4).do("add_row")
    assert desk.order == [1, 2, 3, 5]


def test_rows_can_be_put_before_the_same_row_without_end(desk):
    desk.start().do("add_row").do("add_row")
    for _ in range(15):
        desk.do("add_row", before=2)
    assert desk.order == [1, *range(3, 18), 2]
    assert len({row.position for row in desk.activity.rows}) == 17


def test_an_issued_sheet_pins_its_rows(desk):
    desk.start().do("add_row").do("add_row").do("issue_sheet", SheetKind.EXPECTED)
    assert pinned_rows(desk.activity) == {1, 2}
    desk.do("add_row", before=1)
    assert desk.order == [1, 2, 3]
    assert desk.activity.row(3).walk_in
    desk.do("strike_row", 1)
    assert desk.order == [1, 2, 3]
    assert desk.activity.row(1).struck
    desk.do("strike_row", 3)
    assert desk.order == [1, 2]


def test_the_first_presence_turns_a_planned_session_into_a_held_one(desk):
    desk.start().do("add_row")
    assert desk.activity.state == ActivityState.PLANNED
    desk.do("save_row", msgspec.structs.replace(desk.activity.row(1), present=1))
    assert desk.activity.state == ActivityState.HELD


def test_finishing_asks_why_the_counts_differ_and_why_payments_are_open(desk):
    desk.start().do("add_row").do("add_row")
    desk.do("save_row", paying(desk.activity.row(1), payment(1), payment(2)))
    desk.do("save_row", paying(desk.activity.row(2), payment(1, "FAILED")))
    with pytest.raises(InvalidInput) as refused:
        desk.do("finish", 3)
    assert refused.value.code == "count_differs"
    assert refused.value.title.args == {"counted": 3, "present": 2}
    with pytest.raises(InvalidInput) as refused:
        desk.do("finish", 3, count_reason="एक व्यक्ति ने दो बार हस्ताक्षर किए")
    assert refused.value.code == "open_payments"
    desk.do("finish", 2, open_reason="FINGERPRINT")
    assert desk.activity.state == ActivityState.FINISHED
    assert [row.open_reason for row in desk.activity.rows] == ["", "FINGERPRINT"]


def test_a_session_without_trainer_cannot_be_finished(desk):
    desk.start(trainer_name=Name())
    with pytest.raises(InvalidInput) as refused:
        desk.do("finish", 0)
    assert refused.value.code == "missing"


def finished(desk, *tries):
    desk.start().do("add_row", RosterRow(name=Name("क")))
    return desk.do("save_row", paying(desk.activity.row(1), *tries)).do("finish", 1, open_reason="NETWORK")


def test_a_finished_session_is_locked(desk):
    finished(desk, payment(1), payment(2))
    changed = msgspec.structs.replace(desk.activity.row(1), age=40)
    for verb, given in (
        ("save_row", changed),
        ("add_row", None),
        ("strike_row", 1),
        ("finish", 1),
        ("delete", "gone"),
    ):
        with pytest.raises(InvalidInput) as refused:
            desk.do(verb, given)
        assert refused.value.code in ("locked", "finished")


@pytest.mark.parametrize("kind", ["MELA", "CAMP", "WALK", "VISIT"])
def test_what_is_held_in_public_says_how_many_came_and_needs_no_count(desk, kind):
    place = PlaceRef("block:322/3069", "कसमार")
    desk.saved = desk.service.start(desk.actor, kind, date(2017, 1, 14), place)
    with pytest.raises(InvalidInput) as refused:
        desk.do("finish", 0)
    assert "How many came" in refused.value.title.msgid
    desk.saved = desk.service.save(
        desk.actor, msgspec.structs.replace(desk.activity, footfall=300), desk.saved.held.version
    )
    desk.do("finish", 0)
    assert desk.activity.state == ActivityState.FINISHED


def test_a_training_to_which_nobody_came_is_not_finished(desk):
    with pytest.raises(InvalidInput) as refused:
        desk.start().do("finish", 0)
    assert refused.value.code == "missing"


def test_a_pending_payment_can_be_settled_after_finishing_and_nothing_else(desk):
    finished(desk, payment(1), payment(2, "PENDING"))
    row = desk.activity.row(1)
    settled = msgspec.structs.replace(row, tries=(row.tries[0], payment(2)))
    desk.do("save_row", settled)
    assert desk.activity.row(1).completed() == 2
    with pytest.raises(InvalidInput):
        desk.do("save_row", msgspec.structs.replace(settled, tries=(payment(1, "FAILED"), payment(2))))


def test_a_forbidden_number_is_not_saved_and_nothing_of_the_rest_is(desk):
    desk.start().do("add_row")
    row = msgspec.structs.replace(desk.activity.row(1), age=33, remarks="999971658847")
    with pytest.raises(InvalidInput) as refused:
        desk.do("save_row", row)
    assert refused.value.code == "forbidden_number"
    assert desk.service.get(desk.actor, desk.activity.id).record.row(1).age == 0


def test_an_unknown_duty_may_not_even_read(desk):
    with pytest.raises(NotAllowed):
        desk.service.page(Actor("x", "COOK"))


def test_a_row_number_is_never_given_twice_even_after_saving_an_older_copy(desk):
    desk.start()
    older = desk.activity
    desk.do("add_row").do("strike_row", 1)
    desk.saved = desk.service.save(desk.actor, older, desk.saved.held.version)
    desk.do("add_row")
    assert desk.order == [2]
