"""What nobody has caught: the log that names no value, and the way of a bug to its report page."""

import logging
import sys
import threading
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Any

from PySide6.QtWidgets import QApplication

from fieldapp.ui.messages import Messages, bug_report

_LOG_BYTES = 200_000

_log = logging.getLogger(__name__)


class _NoValues(logging.Formatter):
    """Where an error happened and of which kind; its words may hold people's names or numbers."""

    def formatException(self, ei: Any) -> str:
        return bug_report(ei[1])


def keep_a_log(folder: Path) -> None:
    """Write to a small file beside the program's other files; without one where the disk refuses."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        keeper = RotatingFileHandler(
            folder / "fieldapp.log", maxBytes=_LOG_BYTES, backupCount=1, encoding="utf-8"
        )
    except OSError:
        return
    keeper.setFormatter(_NoValues("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logger = logging.getLogger("fieldapp")
    logger.setLevel(logging.INFO)
    logger.addHandler(keeper)


def report_bugs_to(messages: Messages) -> None:
    """Whatever nobody has caught goes to the report page; the program goes on."""

    def report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            QApplication.quit()
            return
        messages.show(error)

    def report_of_thread(given: threading.ExceptHookArgs) -> None:
        if given.exc_value is not None:
            messages.bug.emit(given.exc_value)
            _log.error("a bug in a thread", exc_info=given.exc_value)

    sys.excepthook = report
    threading.excepthook = report_of_thread
