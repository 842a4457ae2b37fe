"""A program that kills itself at a named step of what one does alone: taking in, undoing, migrating."""

import os
import signal
import sys
from pathlib import Path

from fieldapp.homes import OpenHome, open_home
from fieldapp.language import Language
from fieldapp.services.load_kinds import ROSTER
from fieldapp.services.loading import LoadingService
from fieldapp.storage.gazetteer import gazetteer
from tests.forked import done


def loading(home: OpenHome) -> LoadingService:
    """The service that takes lists in, in both languages."""
    languages = tuple(map(Language.named, ("hi", "en")))

    def says(text):
        return tuple(one.render(text) for one in languages)

    return LoadingService(home.services, gazetteer(), says)


def kill_at(function: str, when: str, times: int) -> None:
    """Kill this process when a function of the program is called, or returns, for the so-manieth time."""
    seen = 0

    def look(frame, event, _argument) -> None:
        nonlocal seen
        if event == when and frame.f_code.co_name == function and "fieldapp" in frame.f_code.co_filename:
            seen += 1
            if seen == times:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(look)


def take_in_records(home: Path, file: Path, *step) -> None:
    """A list of people becomes records."""
    opened = open_home(home)
    service = loading(opened)
    kill_at(*step)
    service.load(opened.actor, file, "person")


def take_in_roster(home: Path, file: Path, *step) -> None:
    """A list of people becomes rows of the one activity."""
    opened = open_home(home)
    service, activities = loading(opened), opened.services.activities
    (found,) = activities.page(opened.actor).items
    held = activities.get(opened.actor, found.record.id)
    table = service.read(file)
    kill_at(*step)
    read = service.roster(held.record, table, service.guess(table, ROSTER.word))
    activities.add_rows(opened.actor, held.record.id, held.version, read.rows)


def undo(home: Path, _file: Path, *step) -> None:
    """In the real window somebody changes the title of the activity and takes that back."""
    from PySide6.QtWidgets import QApplication

    from tests.faults.window_typist import opened

    app = QApplication([])
    door = opened(home)
    services, actor = door.home.services, door.home.actor
    (found,) = services.activities.page(actor).items
    door.window.open_page("activities", found.record.id)
    form = door.window.page.panel.form
    form.editor("campaign").inputs()[0].setText("after")
    form.editor("campaign").left.emit()
    kill_at(*step)
    door.window.desk.undo_last()
    assert app


def migrate(home: Path, _file: Path, *step) -> None:
    """A home of an older program is opened."""
    kill_at(*step)
    open_home(home)


VERBS = {"records": take_in_records, "roster": take_in_roster, "undo": undo, "migrate": migrate}


def killed(verb: str, home: Path, file: Path, function: str, when: str, times: int) -> bool:
    """Whether a process of its own was killed at the step."""
    ended = done(VERBS[verb], home, file, function, when, times)
    assert ended.status in (0, -signal.SIGKILL), ended.err
    return ended.status == -signal.SIGKILL
