"""One head office with two centres, and people and payments that stand at both."""

import shutil
from pathlib import Path

from fieldapp.domain.fields import Name, PlaceRef
from fieldapp.domain.findings import FindingState
from fieldapp.domain.records import ONE_RUPEE, PaymentTry, RosterRow
from fieldapp.homes import new_centre
from fieldapp.services.findings import Finding
from fieldapp.storage.state import Centre
from tests.sync.exchange import KASMAR, Exchange, Side

SECOND = Centre(0, "100000000023", "प्रज्ञा केंद्र चास", "Pragya Kendra Chas", KASMAR.key)
SUNITA = {
    "name": Name("सुनीता देवी", "Sunita Devi"),
    "relation": Name("रमेश महतो", "Ramesh Mahto"),
    "village": PlaceRef("", "मंजूरा"),
    "gender": "F",
}
MOBILE = "5000000012"


class TwoCentres(Exchange):
    """One head office and two centres."""

    def join(self) -> Side:
        self.second = self.joined_by(SECOND, "second")
        return self.second

    def joined_by(self, centre: Centre, folder: str) -> Side:
        """A centre that has taken its pack."""
        side = Side(new_centre(self.root / folder, centre, practice=True))
        name = Name(centre.name_hi, centre.name_en)
        known = self.hq.enrolment.register_centre(self.hq.actor, centre.csc_id, name, centre.place_key)
        pack = self.hq.enrolment.make_pack(self.hq.actor, known.number, self.root)
        side.enrolment.take_pack(side.actor, pack.path, pack.words)
        return side

    def close(self) -> None:
        super().close()
        self.second.home.close()

    def bring(self, *sides: Side) -> None:
        """Batches of these centres reach head office, whose index then catches up."""
        for side in sides:
            made = side.outbox.make(side.actor, target=self.stick)
            self.deliver(*(part.path for part in made.copies))
        self.index()

    def index(self) -> None:
        while self.hq.services.search.index_more():
            pass

    def answer_all(self) -> None:
        """Everybody takes the receipt that is due."""
        for made in self.hq.receipts.make(self.hq.actor, self.stick):
            side = self.second if made.centre.csc_id == SECOND.csc_id else self.centre
            side.receipts.apply(side.actor, made.path)

    def findings(self, state: str = FindingState.OPEN) -> tuple[Finding, ...]:
        return self.hq.services.findings.queue(self.hq.actor, state=state).findings


def person(number: int = 1, **given) -> RosterRow:
    return RosterRow(row=number, position=number * 1024, present=1, **{**SUNITA, **given})


def held(side: Side, *rows: RosterRow) -> str:
    return side.start(rows=rows, last_row=len(rows))


def paid(receipt: str, **given) -> RosterRow:
    one = PaymentTry(slot=1, mode="UPI", amount_paise=ONE_RUPEE, result="OK", reference_number=receipt)
    return person(tries=(one,), **given)


def joined(template: Path, root: Path) -> TwoCentres:
    """Copied homes, the second centre beside them: it joins once, beside the template."""
    both = template.with_name(f"{template.name}-joined")
    if not both.exists():
        made = TwoCentres(shutil.copytree(template, both))
        made.join()
        made.close()
        (both / "second" / "ballast").unlink()  # only makes copies slow here
    shutil.copytree(both, root, dirs_exist_ok=True)
    found = TwoCentres(root)
    found.second = Side.opened(root / "second")
    return found
