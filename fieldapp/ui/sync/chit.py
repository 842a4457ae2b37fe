"""The carrier's chit of a batch, made in the worker when somebody looks at it."""

from typing import TYPE_CHECKING

from fieldapp.domain.fields import Name
from fieldapp.ui.desk import Desk

if TYPE_CHECKING:
    from fieldapp.sync.batches import Batch


def chit_pdf(desk: Desk, batch: "Batch", office: Name) -> bytes:
    """The chit as a PDF. The name of the carrier is on it once the batch was handed over."""
    from fieldapp.reports.carrier_chit import CarrierChit, ChitFile, carrier_chit

    centre = desk.services.settings.own_centre()
    return carrier_chit(
        CarrierChit(
            batch=batch.number,
            files=[ChitFile(one.path.name, one.size, one.sha256) for one in batch.parts],
            records=batch.records,
            made_at=batch.made_at,
            to_whom=batch.note if batch.state == "HANDED_OVER" else "",
            office=office,
            centre_name=Name(centre.name_hi, centre.name_en),
            csc_id=centre.csc_id,
            printed_at=desk.clock(),
            printed_by=desk.actor.login,
            practice=desk.office.practice,
        )
    )
