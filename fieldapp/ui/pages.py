"""The pages of the window, in the order of the rail. Each is imported when it is first opened."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fieldapp.domain.text import Text

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from fieldapp.ui.desk import Desk
    from fieldapp.ui.page import Page


@dataclass(frozen=True)
class PageEntry:
    """One line of the rail. name: in addresses and names of help files; icon: a name in resources/icons.

    build is given what the page is to stand in: Qt dresses a page anew for every parent it gets later.
    """

    name: str
    title: Text
    icon: str
    build: "Callable[[Desk, QWidget], Page]"


def _today(desk: "Desk", parent: "QWidget") -> "Page":
    from fieldapp.ui.today.page import TodayPage

    return TodayPage(desk, parent)


def _activities(desk: "Desk", parent: "QWidget") -> "Page":
    from fieldapp.ui.activities.page import ActivitiesPage

    return ActivitiesPage(desk, parent)


def _people(desk: "Desk", parent: "QWidget") -> "Page":
    from fieldapp.ui.people.page import PeoplePage

    return PeoplePage(desk, parent)


def _plan(desk: "Desk", parent: "QWidget") -> "Page":
    from fieldapp.ui.plan.page import PlanPage

    return PlanPage(desk, parent)


def _adoption(desk: "Desk", parent: "QWidget") -> "Page":
    from fieldapp.ui.adoption.page import AdoptionPage

    return AdoptionPage(desk, parent)


def _inbox(desk: "Desk", parent: "QWidget") -> "Page":
    from fieldapp.ui.inbox.page import InboxPage

    return InboxPage(desk, parent)


def _sync(desk: "Desk", parent: "QWidget") -> "Page":
    from fieldapp.ui.sync.page import SyncPage

    return SyncPage(desk, parent)


def _findings(desk: "Desk", parent: "QWidget") -> "Page":
    from fieldapp.ui.findings.page import FindingsPage

    return FindingsPage(desk, parent)


def _reports(desk: "Desk", parent: "QWidget") -> "Page":
    from fieldapp.ui.reports.page import ReportsPage

    return ReportsPage(desk, parent)


def _settings(desk: "Desk", parent: "QWidget") -> "Page":
    from fieldapp.ui.settings.page import SettingsPage

    return SettingsPage(desk, parent)


_PAGE_OF = {
    "activity": "activities",
    "person": "people",
    "target": "plan",
    "action_point": "plan",
    "establishment": "adoption",
    "observation": "adoption",
}


def page_of(type_word: str) -> str:
    """The name of the page that shows records of a type, '' where none does."""
    return _PAGE_OF.get(type_word, "")


def pages(*, is_hq: bool, is_block: bool = False) -> tuple[PageEntry, ...]:
    """The pages; Ctrl+1 opens the first. Head office has its inbox, and findings, where a centre has Sync.

    A block office has both: it takes in files, and sends and receives.
    """
    inbox = PageEntry("inbox", Text("Inbox"), "inbox", _inbox)
    sync = PageEntry("sync", Text("Sync"), "sync", _sync)
    return (
        PageEntry("today", Text("Today"), "today", _today),
        PageEntry("activities", Text("Activities"), "activities", _activities),
        PageEntry("people", Text("People"), "people", _people),
        PageEntry("plan", Text("Plan"), "plan", _plan),
        PageEntry("adoption", Text("Adoption"), "adoption", _adoption),
        *([inbox] if is_hq else ()),
        *([sync] if is_block or not is_hq else ()),
        *([PageEntry("findings", Text("Findings"), "search", _findings)] if is_hq else ()),
        PageEntry("reports", Text("Reports"), "reports", _reports),
        PageEntry("settings", Text("Settings"), "settings", _settings),
    )
