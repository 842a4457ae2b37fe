"""A session that was really held but written into the practice home: copied into the real centre's home.

It gets ids and a number of the real home and begins its life there: held, not finished, nothing printed.
That it was copied stands in its notes and in the real home's activity log. The files of a practice home are
refused by every real head office; this is the only way out of one.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec

from fieldapp import homes
from fieldapp.domain.codes import ActivityState
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.fields import Ref
from fieldapp.domain.identifiers import mobile
from fieldapp.domain.records import Activity, RosterRow
from fieldapp.domain.text import Text
from fieldapp.storage import home as stored_homes

_change = msgspec.structs.replace


def copy_to_real(
    activity: Activity,
    note: str,
    folder: Path,
    *,
    login: str,
    passphrase: str,
    clock: Callable[[], datetime],
) -> Activity:
    """Copy an activity of a practice home into a real centre's home; gives it as it is there.

    note: what is added to its notes. Raises InvalidInput 'not_a_real_centre', and what opening a home raises.
    """
    home = stored_homes.read(folder)
    if home.practice or home.is_hq:
        raise InvalidInput(
            Text("This is no home of a real centre."),
            Text("Choose the folder in which the centre's own records are."),
            "not_a_real_centre",
        )
    real = homes.open_home(folder, login=login, passphrase=passphrase, clock=clock)
    try:
        saved = real.services.activities.take_copy(real.actor, without_its_past(activity, note))
    finally:
        real.close()
    return saved.held.record


def without_its_past(activity: Activity, note: str) -> Activity:
    """The activity as it begins in another home: without papers, approvals and links to records left behind.

    An invented mobile number, which no real home takes, is left out.
    """
    finished = activity.state == ActivityState.FINISHED
    return _change(
        activity,
        state=str(ActivityState.HELD) if finished else activity.state,
        target=Ref(""),
        trainer=Ref(""),
        signatures_counted=0,
        count_reason="",
        notes="\n".join(filter(None, (activity.notes, note))),
        attachments=(),
        amendments=(),
        sheets=(),
        certificates=(),
        rows=tuple(_row(row) for row in activity.rows),
    )


def _row(row: RosterRow) -> RosterRow:
    known = row.mobile if mobile(row.mobile, demo=False) == row.mobile else ""
    return _change(row, person=Ref(""), certificate="", mobile=known)
