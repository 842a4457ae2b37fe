"""The errors a person may see: each says in a short title what happened and then what to do now.

Anything else that is raised is a bug: it is logged, reported on one page, and the program goes on.
"""

from fieldapp.domain.text import Text


class FieldAppError(Exception):
    """Something a person can act on.

    title: what happened, in a line. advice: what is safe and what to do now. code: stable, for tests,
    `--json` and support.
    """

    code = "error"

    def __init__(self, title: Text, advice: Text, code: str = "") -> None:
        super().__init__(title.msgid)
        self.title = title
        self.advice = advice
        if code:
            self.code = code


class InvalidInput(FieldAppError):
    """What was typed or asked cannot be taken as it is."""

    code = "invalid"


class NotAllowed(FieldAppError):
    """The person who is logged in has not the role for this."""

    code = "not_allowed"


class MovedOn(FieldAppError):
    """The record has changed since the copy that was edited was read."""

    code = "moved_on"


class EnvironmentProblem(FieldAppError):
    """The surroundings failed: disk full, key missing, file locked. Exit status 3 on the command line."""

    code = "environment"


class SyncFileRefused(FieldAppError):
    """A sync file that cannot be taken; `code` is one of fieldapp.domain.results."""

    code = "refused"


class NewerData(FieldAppError):
    """A home or a file was written by a newer program than this one."""

    code = "newer"
