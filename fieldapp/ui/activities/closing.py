"""What is done with an activity as a whole: finished, amended, approved, answered, repeated, printed."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from fieldapp.domain.codes import ActivityKind
from fieldapp.domain.errors import InvalidInput
from fieldapp.domain.finishing import (
    counts_signatures,
    is_locked,
    missing_to_finish,
    open_rows,
    present_count,
)
from fieldapp.domain.identifiers import fold_digits
from fieldapp.domain.periods import parse_date
from fieldapp.domain.records import Decision
from fieldapp.domain.text import Text
from fieldapp.homes import default_login
from fieldapp.practice_copy import copy_to_real
from fieldapp.services.rosters import sheet_to_print
from fieldapp.ui.activities.actions import OpenActivity
from fieldapp.ui.activities.asking import Answers, AskDialog, Asked, AskedLine
from fieldapp.ui.activities.finish_dialog import FinishDialog, FinishDraft
from fieldapp.ui.activities.review_bar import words_of_path
from fieldapp.ui.activities.veil import Veil
from fieldapp.ui.choosers import ask_folder
from fieldapp.ui.desk import Desk
from fieldapp.ui.preview import papers, show_preview

REASON = AskedLine("reason", Text("Reason"))


class Closing(QObject):
    """missing: what must still be filled in before it can be finished. finished: it is now.

    amended: the path of the field that was meant, '' for none. repeated: the id of the new activity.
    """

    missing = Signal(object)
    finished = Signal()
    amended = Signal(str)
    repeated = Signal(str)

    def __init__(self, desk: Desk, opened: OpenActivity, over: QWidget, here: Callable[[], str]) -> None:
        """here: gives the path of the field somebody is at, for returns and corrections."""
        super().__init__(over)
        self._desk, self._opened, self._over, self._here = desk, opened, over, here

    def verbs(self) -> dict[str, Callable[[], object]]:
        """What the strip above the roster offers, by name."""
        return {
            "summary": self.print_summary,
            "approve": self.approve,
            "send_back": self.send_back,
            "cancel_amendment": self.cancel_amendment,
            "take_suggestion": self.take_suggestion,
            "was_right": self.was_right,
            "accept": self.accept,
        }

    def asking(self) -> dict[str, Callable[[], object]]:
        """What asks for words in a dialog, by the name of the dialog: it can be asked again."""
        return {
            "finish": self.finish,
            "amend": self.amend,
            "approve": self.approve,
            "send_back": self.send_back,
            "ask_correction": self.ask_correction,
            "was_right": self.was_right,
        }

    # ------------------------------------------------------------ finishing and amending

    def finish(self) -> None:
        """Ask for the signatures on paper and what is open, then close the record."""
        activity = self._opened.activity
        today = self._desk.today
        missing = next((one for one in missing_to_finish(activity, today) if one.hard), None)
        if missing is not None:
            self.missing.emit(missing)
            return
        paying = activity.kind == ActivityKind.CHAI_SAMOSA
        draft = FinishDraft(present_count(activity), len(open_rows(activity)) if paying else 0)
        if counts_signatures(activity):
            dialog = FinishDialog.ask(self._desk.words, draft, self._close, self._over)
            dialog.setObjectName("finish")
            dialog.counted.connect(Veil(self._desk.words, self._over, dialog).setHidden)
        else:
            self._opened.attempt(lambda: self._close(draft))

    def amend(self) -> None:
        """Ask why, and open the finished activity again."""
        said = self._opened.standing.said
        returned = said is not None and self._opened.standing.wants_something
        reason = said.record.reason if said and returned else ""
        path = said.record.field_path if said and returned else ""
        asked = Asked(
            Text("Amend"),
            Text("Amend"),
            [AskedLine("reason", Text("Reason for the amendment"), reason)],
            Text("The session opens again. What stands there now is kept; approval is asked anew."),
        )

        def take(answers: Answers) -> None:
            self._opened.amend(answers["reason"])
            self.amended.emit(path)

        self._ask("amend", asked, take)

    def cancel_amendment(self) -> None:
        """Put everything back, after a question: what was typed since is gone."""
        self._desk.messages.confirm(
            Text("Cancel the amendment"),
            Text("What was changed since is taken back; the session is finished as it was."),
            Text("Cancel the amendment"),
            lambda: self._opened.attempt(self._opened.cancel_amendment),
        )

    def _close(self, draft: FinishDraft) -> None:
        self._opened.finish(draft.signatures or 0, draft.count_reason, draft.open_reason)
        self._desk.messages.tell(Text("The session is finished and locked."))
        self.finished.emit()

    # ------------------------------------------------------------ a supervisor's verbs

    def approve(self) -> None:
        """Ask for the countersigned sheet and the supervisor's own count, before any total shows."""
        activity, seen = self._opened.activity, self._opened.version
        lines = []
        if activity.sheets:
            lines.append(AskedLine("sheet", Text("Number of the countersigned sheet"), longest=4, short=True))
        if counts_signatures(activity):
            lines.append(
                AskedLine("counted", Text("Signatures you count on it yourself"), longest=6, short=True)
            )
        differs = AskedLine("reason", Text("Reason why the counts differ"), after="count_differs")
        lines.append(differs if lines else AskedLine("reason", Text("Remarks")))
        asked = Asked(Text("Approve"), Text("Approve"), lines)

        def take(answers: Answers) -> None:
            saved = self._desk.services.decisions.approve(
                self._desk.actor,
                activity.id,
                _whole(answers.get("sheet", "0")),
                _whole(answers.get("counted", "0")),
                answers["reason"],
                seen,
            )
            self._opened.decided(saved, Text("Approve"))

        dialog = self._ask("approve", asked, take)
        if counts_signatures(activity):
            Veil(self._desk.words, self._over, dialog)

    def send_back(self) -> None:
        """Ask why, and return the activity to its owner."""
        activity, seen = self._opened.activity, self._opened.version

        def take(answers: Answers) -> None:
            decisions, path = self._desk.services.decisions, self._path_if(answers)
            saved = decisions.send_back(self._desk.actor, activity.id, answers["reason"], path, seen)
            self._opened.decided(saved, Text("Return"))

        told = Text("The centre finds it on its page Today, with the reason.")
        asked = Asked(Text("Return"), Text("Return"), [REASON], told)
        self._ask_about_field("send_back", asked, take, on=False)

    def ask_correction(self) -> None:
        """Ask the owner to correct a field: why, and what should stand there."""
        lines = [REASON, AskedLine("suggestion", Text("What should stand there (if known)"))]
        activity, seen = self._opened.activity, self._opened.version

        def take(answers: Answers) -> None:
            saved = self._desk.services.decisions.ask_correction(
                self._desk.actor,
                activity.id,
                answers["reason"],
                self._path_if(answers),
                answers["suggestion"],
                seen,
            )
            self._opened.decided(saved, Text("Ask for a correction"))

        told = Text("The centre finds it on its page Today, with the reason.")
        asked = Asked(Text("Ask for a correction"), Text("Ask"), lines, told)
        self._ask_about_field("ask_correction", asked, take)

    def accept(self) -> None:
        """Accept the owner's answer that it was right."""
        answers = self._opened.standing.answers
        if answers:
            accept = self._desk.services.decisions.accept
            self._decide(lambda: accept(self._desk.actor, answers[0].record.id), Text("Accept"))

    # ------------------------------------------------------------ the owner's answers

    def take_suggestion(self) -> None:
        """Let the suggested value stand."""
        asked = self._asked()
        if asked is not None and self._opened.attempt(lambda: self._opened.take_suggestion(asked)):
            self._desk.messages.tell(Text("The suggestion was taken."))

    def was_right(self) -> None:
        """Answer that it was right, with a note."""
        asked = self._asked()
        if asked is None:
            return

        def take(answers: Answers) -> None:
            service = self._desk.services.decisions
            saved = service.was_right(self._desk.actor, asked.id, answers["reason"])
            self._opened.decided(saved, Text("It was right"))

        lines = [AskedLine("reason", Text("Why it is right as it stands"))]
        self._ask("was_right", Asked(Text("It was right"), Text("Answer"), lines), take)

    def _asked(self) -> Decision | None:
        asked = self._opened.standing.asked
        return asked[0].record if asked else None

    # ------------------------------------------------------------ once more, and on paper

    def repeat(self) -> None:
        """Ask for the day, and plan the same session once more."""
        activity = self._opened.activity
        asked = Asked(
            Text("Repeat this session"),
            Text("Repeat"),
            [AskedLine("day", Text("Date"), longest=10, short=True)],
            Text("Venue, place, trainer, partners and times stay the same; the number is a new one."),
            ("people", Text("With the same people"), False),
        )

        def take(answers: Answers) -> None:
            saved = self._desk.services.activities.repeat(
                self._desk.actor,
                activity.id,
                parse_date(answers["day"]),
                with_people=bool(answers["people"]),
            )
            self._desk.saved(saved, Text("Repeat this session"))
            self.repeated.emit(saved.held.record.id)

        dialog = AskDialog.ask(self._desk.words, asked, take, self._over)
        dialog.lines["day"].setPlaceholderText("dd-mm-yyyy")

    def copy_to_real(self) -> None:
        """From a practice home: ask for the real centre's folder and login, and copy the session there."""
        title = Text("Copy to a real centre…")
        ask_folder(self._over, self._desk.words, title, self.ask_real_login)

    def ask_real_login(self, folder: Path) -> None:
        """Ask who is let in at the real home in that folder."""
        activity = self._opened.activity
        asked = Asked(
            Text("Copy to a real centre…"),
            Text("Copy"),
            [
                AskedLine("login", Text("Login"), default_login("centre"), longest=40),
                AskedLine("passphrase", Text("Password"), secret=True),
            ],
            Text(
                "Only for a session that was really held. Invented people do not belong there. "
                "It gets a new number, and its notes and the activity log say that it was copied."
            ),
        )
        note = self._desk.words.language.both(
            Text(
                "Copied from practice, session {number}, on {date}.",
                number=activity.printed_number,
                date=self._desk.today,
            )
        )

        def take(answers: Answers) -> None:
            copied = copy_to_real(
                activity,
                note,
                folder,
                login=answers["login"],
                passphrase=answers["passphrase"],
                clock=self._desk.clock,
            )
            self._desk.messages.tell(
                Text("The session was copied. Its number there is {number}.", number=copied.printed_number)
            )

        AskDialog.ask(self._desk.words, asked, take, self._over)

    def print_summary(self) -> None:
        """Show the summary of a finished activity, to be printed."""
        activity = self._opened.activity
        if is_locked(activity):
            show_preview(
                self._desk,
                Text("Summary of the session"),
                lambda: papers(self._desk).finish_summary(activity.id),
                f"{activity.printed_number}-summary.pdf",
            )

    def print_sheet(self) -> None:
        """Show the attendance sheet; when it is printed, the record notes that, or one copy more."""
        opened = self._opened
        activity, kind, number = sheet_to_print(opened.activity, self._desk.today, own=opened.owned)
        noted = (lambda: opened.attempt(lambda: opened.print_sheet(kind))) if opened.owned else None
        show_preview(
            self._desk,
            Text("Attendance sheet"),
            lambda: papers(self._desk).attendance(activity, kind, sheet_number=number),
            f"{activity.printed_number}.pdf",
            noted,
        )

    # ------------------------------------------------------------ within

    def _ask(self, name: str, asked: Asked, take: Callable[[Answers], object]) -> AskDialog:
        """Ask; name: that of the method in `asking`, by which the dialog is known after a power cut."""
        asked = replace(asked, allowed=self._desk.services.activities.setting.centre_ids)
        dialog = AskDialog.ask(self._desk.words, asked, take, self._over)
        dialog.setObjectName(name)
        return dialog

    def _ask_about_field(
        self, name: str, asked: Asked, take: Callable[[Answers], None], *, on: bool = True
    ) -> None:
        """Ask, and whether it is about the field somebody is at. on: that is ticked to begin with."""
        self._path = self._here()
        if self._path:
            field = words_of_path(self._opened.activity, self._path)
            tick = ("field", Text("It is about: {field}", field=field), on)
            asked = Asked(asked.title, asked.verb, asked.lines, asked.told, tick)
        self._ask(name, asked, take)

    def _path_if(self, answers: Answers) -> str:
        return self._path if answers.get("field") else ""

    def _decide(self, decide: Callable[[], object], label: Text) -> None:
        self._opened.attempt(lambda: self._opened.decided(decide(), label))  # type: ignore[arg-type]


def _whole(typed: str) -> int:
    """A whole number of any script's digits. Raises InvalidInput for anything else."""
    plain = fold_digits(typed)
    if not plain.isdecimal():
        raise InvalidInput(Text("A number is missing."), Text("Write it in digits."), "no_number")
    return int(plain)
