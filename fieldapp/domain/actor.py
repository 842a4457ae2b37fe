"""Who does something: every service takes an Actor and checks the duty."""

from dataclasses import dataclass

from fieldapp.domain.codes import Code
from fieldapp.domain.errors import NotAllowed
from fieldapp.domain.text import Text


class Duty(Code):
    """What a login may do (`Role` in codes.py is a person's place in the training chain)."""

    OPERATOR = "OPERATOR", "Operator"
    SUPERVISOR = "SUPERVISOR", "Supervisor"
    OFFICER = "OFFICER", "Head office officer"


@dataclass(frozen=True, slots=True)
class Actor:
    """A login and its duty; both are stamped on what it writes."""

    login: str
    duty: str

    @property
    def decides(self) -> bool:
        """Whether this login approves, asks for corrections and lets others in."""
        return self.duty in (Duty.SUPERVISOR, Duty.OFFICER)

    def must_be_known(self) -> None:
        """Raise NotAllowed unless the duty is one this program knows; enough for reading."""
        self.must_be(*Duty)

    def must_be(self, *duties: Duty) -> None:
        """Raise NotAllowed unless this login has one of the duties."""
        if self.duty not in duties:
            raise NotAllowed(
                Text("Your login may not do this."),
                Text("Ask somebody whose duty it is: {duties}.", duties=Duty.words(duties[0])),
            )
