"""What the one list page and the one form page need to know of each record type they show."""

from dataclasses import dataclass

from fieldapp.domain.text import Text


@dataclass(frozen=True)
class View:
    """word: the record type. title: what a list of them is called. begin, deleted: what is done to one.

    read_only: they are made elsewhere, by deciding; here they are only looked at. taken_in: from lists too.
    """

    word: str
    title: Text
    begin: Text
    deleted: Text
    read_only: bool = False
    taken_in: bool = True


PEOPLE = View("person", Text("People"), Text("New person"), Text("Person deleted"))
TARGETS = View("target", Text("Targets"), Text("New target"), Text("Target deleted"))
ACTION_POINTS = View(
    "action_point", Text("Action points"), Text("New action point"), Text("Action point deleted")
)
ESTABLISHMENTS = View(
    "establishment", Text("Establishments"), Text("New establishment"), Text("Establishment deleted")
)
OBSERVATIONS = View("observation", Text("Observations"), Text("New observation"), Text("Observation deleted"))
PLACES = View("place", Text("Places"), Text("New place"), Text("Place deleted"), taken_in=False)
DECISIONS = View(
    "decision", Text("Decisions"), Text("Decision"), Text("Decision deleted"), read_only=True, taken_in=False
)
