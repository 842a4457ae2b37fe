"""Every outcome a sync file, a record in it or its way to a stick can have: code, words, what to do.

The codes are stable: tests, `--json`, receipts and support speak them. The table is closed; a new outcome is
a new row here, with its Hindi, and a test that produces it.
"""

import copy
from enum import StrEnum
from string import Formatter
from typing import NamedTuple

from fieldapp.domain.errors import EnvironmentProblem, SyncFileRefused
from fieldapp.domain.text import Text


class Kind(StrEnum):
    """What an outcome means for the file or record."""

    REFUSED = "refused"  # not taken
    HELD = "held"  # kept in a visible queue until something is known or decided
    NOTED = "noted"  # taken, and worth knowing
    SURROUNDINGS = "surroundings"  # the disk, the stick or the keys failed, not the file


class Result(NamedTuple):
    """One outcome. title: what happened; safe: what is not lost; advice: what to do now."""

    code: str
    kind: Kind
    title: Text
    safe: Text
    advice: Text

    def names(self) -> set[str]:
        """The names of the values its words need."""
        words = (self.title.msgid, self.safe.msgid, self.advice.msgid)
        return {name for sentence in words for _, name, _, _ in Formatter().parse(sentence) if name}

    def said(self, **args: object) -> tuple[Text, Text]:
        """Title, and advice beginning with what is safe, filled with `args`; ValueError if one is missing."""
        if self.names() - args.keys():
            raise ValueError(f"{self.code} needs {sorted(self.names())}")
        title, safe, advice = (_filled(text, args) for text in (self.title, self.safe, self.advice))
        return title, Text("{safe} {advice}", safe=safe, advice=advice)


def _filled(text: Text, args: dict[str, object]) -> Text:
    full = copy.copy(text)
    full.args = args
    return full


_UNCHANGED = Text("Nothing was changed.")
_KEPT = Text("The file is kept and nothing is lost.")
_REST_TAKEN = Text("The other records of the file are not affected.")
_TAKEN = Text("The records of the file are taken.")
_ENTRIES_SAFE = Text("Everything that was entered is safe on this computer.")

_SEND_AGAIN = Text("Ask the sender to copy the same file again.")
_MAKE_NEW = Text("Ask the sender to make a new sync file.")
_REPORT = Text("Keep the file and report it to head office.")
_CORRECT = Text("The centre is asked for a correction with the next receipt.")

RESULTS = {
    result.code: result
    for result in (
        # The file as a whole, in the order in which it is looked at
        Result(
            "not_a_sync_file",
            Kind.REFUSED,
            Text("This is not a sync file but {what}."),
            _UNCHANGED,
            Text("Choose a file whose name ends in .fieldsync."),
        ),
        Result(
            "empty_file",
            Kind.REFUSED,
            Text("The file is empty."),
            _UNCHANGED,
            _SEND_AGAIN,
        ),
        Result(
            "still_loading",
            Kind.REFUSED,
            Text("This file has not been copied or downloaded to its end."),
            _UNCHANGED,
            Text("Wait for the end, or copy it once more; then choose the file."),
        ),
        Result(
            "shortcut",
            Kind.REFUSED,
            Text("This is a shortcut to a file, not the file itself."),
            _UNCHANGED,
            Text("Copy the file that it points to, and choose that one."),
        ),
        Result(
            "web_page",
            Kind.REFUSED,
            Text("This is a web page, not the file that was to be downloaded from it."),
            _UNCHANGED,
            Text("Open the mail or page again, save the attached file, and choose that file."),
        ),
        Result(
            "other_archive",
            Kind.REFUSED,
            Text("This is an archive of a kind that is not opened here (only ZIP is)."),
            _UNCHANGED,
            Text("Unpack it and choose the file in it."),
        ),
        Result(
            "in_a_mail",
            Kind.REFUSED,
            Text("This is the text of a mail, not the sync file in it."),
            _UNCHANGED,
            Text("Save the attachment of the mail and choose that file."),
        ),
        Result(
            "in_outlook_mail",
            Kind.REFUSED,
            Text("This is a mail in the format of Outlook (winmail.dat); what is in it cannot be taken out."),
            _UNCHANGED,
            Text("Ask the sender to send the sync file in a ZIP, or bring it on a stick."),
        ),
        Result(
            "nested_archive",
            Kind.REFUSED,
            Text("This archive or mail lies inside another one."),
            _UNCHANGED,
            Text("Take it out, then choose it by itself."),
        ),
        Result(
            "locked_archive",
            Kind.REFUSED,
            Text("This file lies in the archive behind a password."),
            _UNCHANGED,
            Text("Unpack the archive and choose the file; a sync file needs no password of its own."),
        ),
        Result(
            "bad_archive",
            Kind.REFUSED,
            Text("This archive or mail is damaged here."),
            _UNCHANGED,
            _SEND_AGAIN,
        ),
        Result(
            "unreadable",
            Kind.REFUSED,
            Text("The file could not be read."),
            _UNCHANGED,
            Text("Ask the sender to copy the file to another stick."),
        ),
        Result(
            "too_short",
            Kind.REFUSED,
            Text("Only {have} bytes are here; a sync file has at least {least}."),
            _UNCHANGED,
            _SEND_AGAIN,
        ),
        Result(
            "truncated",
            Kind.REFUSED,
            Text("Only {have} KB of {expected} KB of the file arrived."),
            _UNCHANGED,
            _SEND_AGAIN,
        ),
        Result(
            "trailing_bytes",
            Kind.REFUSED,
            Text("Something was added to the file: {extra} bytes follow its end."),
            _UNCHANGED,
            _SEND_AGAIN,
        ),
        Result(
            "newer_format",
            Kind.HELD,
            Text("This file is from a newer version. Please update the application first."),
            _UNCHANGED,
            Text("After the update choose the file again."),
        ),
        Result(
            "wrong_kind",
            Kind.REFUSED,
            Text("This is {kind}, which does not belong here."),
            _UNCHANGED,
            Text("Head office imports the files of centres; a centre receives receipts and packs."),
        ),
        Result(
            "bad_flags",
            Kind.REFUSED,
            Text("The marks at the beginning of the file contradict each other."),
            _UNCHANGED,
            _SEND_AGAIN,
        ),
        Result(
            "bad_signature",
            Kind.REFUSED,
            Text("The signature of this file could not be verified."),
            _UNCHANGED,
            Text("Ask the sender to copy the same file again; if that does not help, to make a new one."),
        ),
        Result(
            "bad_hash",
            Kind.REFUSED,
            Text("The content of the file was damaged or altered on the way."),
            _UNCHANGED,
            _SEND_AGAIN,
        ),
        Result(
            "bad_header",
            Kind.REFUSED,
            Text("The description at the beginning of the file is not in order."),
            _UNCHANGED,
            _MAKE_NEW,
        ),
        Result(
            "practice_file",
            Kind.REFUSED,
            Text("This file comes from practice mode."),
            _UNCHANGED,
            Text("Only a home in practice mode takes it. Ask the sender for a file of the real home."),
        ),
        Result(
            "real_file",
            Kind.REFUSED,
            Text("This is a file of real records, and this is a practice home."),
            _UNCHANGED,
            Text("Open the real home and choose the file there."),
        ),
        Result(
            "cannot_decrypt",
            Kind.REFUSED,
            Text("The file could not be decrypted."),
            _UNCHANGED,
            _MAKE_NEW,
        ),
        Result(
            "too_big",
            Kind.REFUSED,
            Text("The file, or a part of it, is larger than a sync file may be."),
            _UNCHANGED,
            _REPORT,
        ),
        Result(
            "cannot_inflate",
            Kind.REFUSED,
            Text("The packed content of the file could not be opened."),
            _UNCHANGED,
            _MAKE_NEW,
        ),
        Result(
            "too_hard",
            Kind.REFUSED,
            Text("The file could not be read with the memory and in the time that a sync file may take."),
            _UNCHANGED,
            Text("Read it in again. If this is said again, ask the sender to make a new sync file."),
        ),
        Result(
            "bad_text",
            Kind.REFUSED,
            Text("Line {line} of the file holds characters that are not allowed."),
            _UNCHANGED,
            _REPORT,
        ),
        Result(
            "bad_json",
            Kind.REFUSED,
            Text("Line {line} of the file is not written as it must be."),
            _UNCHANGED,
            _REPORT,
        ),
        Result(
            "not_bound",
            Kind.REFUSED,
            Text("The content of the file does not belong to its cover."),
            _UNCHANGED,
            _REPORT,
        ),
        Result(
            "bad_count",
            Kind.REFUSED,
            Text("The file does not hold as many records as it says."),
            _UNCHANGED,
            _REPORT,
        ),
        # The sender and the addressee
        Result(
            "unknown_sender",
            Kind.HELD,
            Text("This file is from an unknown centre."),
            _KEPT,
            Text("Enrol the centre; the file is then ready by itself."),
        ),
        Result(
            "not_named_yet",
            Kind.HELD,
            Text("Head office has not told this office about this computer yet."),
            _KEPT,
            Text(
                "Carry it on to head office. With the receipt that names the computer this file is imported "
                "here by itself."
            ),
        ),
        Result(
            "own_file",
            Kind.REFUSED,
            Text("This file was made here."),
            _UNCHANGED,
            Text("Give it to head office."),
        ),
        Result(
            "revoked_sender",
            Kind.HELD,
            Text("The key of the sender has been withdrawn."),
            _KEPT,
            Text("Ask the centre about the file before you decide to import it."),
        ),
        Result(
            "not_in_log",
            Kind.HELD,
            Text("The key of the sender has been withdrawn, and this file brings records never heard of."),
            _KEPT,
            Text("Ask the centre about the file before you decide to import it."),
        ),
        Result(
            "replaced_sender",
            Kind.HELD,
            Text("This file comes from a computer that has been replaced."),
            _KEPT,
            Text("Import it by a decision; what is newer in it is shown for checking."),
        ),
        Result(
            "continues_unconfirmed",
            Kind.HELD,
            Text("This computer says that it goes on with the work of another one."),
            _KEPT,
            Text("Ask the centre, and confirm it under 'Centres'; the file is then ready by itself."),
        ),
        Result(
            "other_office",
            Kind.HELD,
            Text("This file was made for another office."),
            _KEPT,
            Text("Hand the file on to the office that it was made for."),
        ),
        Result(
            "not_for_this_computer",
            Kind.REFUSED,
            Text("This file was made for another computer."),
            _UNCHANGED,
            Text("Hand it on to the centre that it was made for."),
        ),
        Result(
            "pack_first",
            Kind.REFUSED,
            Text("These records can be taken once the pack of head office is taken."),
            _UNCHANGED,
            Text("Take the pack first, then choose this file again."),
        ),
        Result(
            "bad_key",
            Kind.REFUSED,
            Text("The key of the sender is not a usable key."),
            _UNCHANGED,
            Text("Do not enrol this sender. Compare the fingerprints by telephone."),
        ),
        Result(
            "bad_key_list",
            Kind.REFUSED,
            Text("The list of keys in this file is not signed as head office signs it."),
            _UNCHANGED,
            Text("Keep the file and tell head office by telephone."),
        ),
        Result(
            "key_list_gap",
            Kind.REFUSED,
            Text("Lists of keys that came before the one in this file are missing here."),
            _UNCHANGED,
            Text("Make a sync file for head office; its next receipt brings them all."),
        ),
        Result(
            "retired_key",
            Kind.REFUSED,
            Text("This file is signed with a key that head office uses no longer."),
            _UNCHANGED,
            Text(
                "A newer file of head office says the same and more. If this is the newest, make a full file "
                "with everything once more: it shows head office which keys are known here."
            ),
        ),
        Result(
            "old_key_list",
            Kind.NOTED,
            Text("The list of keys in this file is older than the one held here."),
            Text("The keys held here stay as they are."),
            Text("Nothing needs to be done; ask head office if this happens again."),
        ),
        # Versions
        Result(
            "needs_newer_program",
            Kind.HELD,
            Text("Only a newer version of the program can read this file."),
            _KEPT,
            Text("Update the program; the file is then ready by itself."),
        ),
        Result(
            "unknown_type",
            Kind.HELD,
            Text("This version does not know records of the type {type}."),
            _KEPT,
            Text("Update the program; the record is then taken by itself."),
        ),
        # Single records
        Result(
            "bad_record",
            Kind.REFUSED,
            Text("The record is not in the form a record must have."),
            _REST_TAKEN,
            _CORRECT,
        ),
        Result(
            "bad_revision",
            Kind.REFUSED,
            Text("The record does not agree with its own check number."),
            _REST_TAKEN,
            _CORRECT,
        ),
        Result(
            "bad_blob",
            Kind.REFUSED,
            Text("A photograph or attachment in the file is damaged."),
            _REST_TAKEN,
            Text("The centre sends it again after the next receipt."),
        ),
        Result(
            "not_owner",
            Kind.REFUSED,
            Text("The record belongs to another home than the one that sent it."),
            _REST_TAKEN,
            Text("Only its owner can change it. Ask the centre how it came into the file."),
        ),
        Result(
            "out_of_scope",
            Kind.REFUSED,
            Text("The record belongs to a centre for which this sender is not enrolled."),
            _REST_TAKEN,
            Text("Check the sender's enrolment."),
        ),
        Result(
            "field_rule",
            Kind.REFUSED,
            Text("The value in the field {field} is not possible."),
            _REST_TAKEN,
            _CORRECT,
        ),
        Result(
            "forbidden_number",
            Kind.REFUSED,
            Text("The field {field} holds a number that must not be kept."),
            Text("The number has not been saved; the other records of the file are not affected."),
            _CORRECT,
        ),
        # What is taken, and worth knowing
        Result(
            "already_imported",
            Kind.NOTED,
            Text("This file was already imported on {date}. Nothing has been changed."),
            _KEPT,
            Text("Nothing needs to be done; a receipt is due."),
        ),
        Result(
            "waited_too_long",
            Kind.REFUSED,
            Text("This file waited for more than a year after somebody was erased; it is not kept any more."),
            Text("No receipt confirmed its records: its centre still has them."),
            _MAKE_NEW,
        ),
        Result(
            "last_file_waited",
            Kind.REFUSED,
            Text(
                "This file of a computer that is gone waited for more than a year after somebody was erased;"
                " it is not kept any more."
            ),
            Text("What was imported from that computer is kept."),
            Text("Ask the centre whether something is missing; it can be recorded again from its papers."),
        ),
        Result(
            "bytes_destroyed",
            Kind.NOTED,
            Text("This file is not kept any more: somebody in it was erased more than a year ago."),
            Text("What was taken of it, and that it came, is kept."),
            Text("Nothing needs to be done."),
        ),
        Result(
            "same_file_twice",
            Kind.NOTED,
            Text("The same file lies here more than once."),
            _KEPT,
            Text("Nothing needs to be done; it is imported once."),
        ),
        Result(
            "gap_before",
            Kind.NOTED,
            Text("Files that the centre made before this one are missing."),
            _TAKEN,
            Text("The next receipt asks for them; the notice goes away by itself."),
        ),
        Result(
            "fork",
            Kind.HELD,
            Text("Two versions of this record stand side by side."),
            Text("Both versions are kept."),
            Text("Look at both and decide which one is right."),
        ),
        Result(
            "newer_in_replaced",
            Kind.HELD,
            Text("The replaced computer had a newer version of this record."),
            Text("The newer version is kept and shown."),
            Text("Look at it, and give the centre its records back so that it has it too."),
        ),
        Result(
            "totals_differ",
            Kind.NOTED,
            Text("The centre counts more or fewer records than are held here."),
            _TAKEN,
            Text("The next receipt asks for a full file."),
        ),
        Result(
            "withdrawn",
            Kind.NOTED,
            Text("Head office has withdrawn the import of this file: {reason}"),
            Text("The records are still at the centre."),
            Text("Correct what is named; the records go again with the next sync file."),
        ),
        Result(
            "foreign_checkpoint",
            Kind.NOTED,
            Text("Head office holds records that this computer did not make."),
            _ENTRIES_SAFE,
            Text("Ask head office: a copy of this home may be at work on another computer."),
        ),
        # The surroundings
        Result(
            "disk_full",
            Kind.SURROUNDINGS,
            Text("There is not enough free space in {place}."),
            _ENTRIES_SAFE,
            Text("Free some space or choose another place, then try again."),
        ),
        Result(
            "read_only",
            Kind.SURROUNDINGS,
            Text("Nothing can be written in {place}."),
            _ENTRIES_SAFE,
            Text("Remove the write protection or choose another place, then try again."),
        ),
        Result(
            "stick_gone",
            Kind.SURROUNDINGS,
            Text("{place} can no longer be reached."),
            _ENTRIES_SAFE,
            Text("Insert the stick again and repeat."),
        ),
        Result(
            "not_kept",
            Kind.SURROUNDINGS,
            Text("{place} did not keep the file as it was written."),
            _ENTRIES_SAFE,
            Text("Do not use this stick any more. Take another one and repeat."),
        ),
        Result(
            "busy",
            Kind.SURROUNDINGS,
            Text("{place} is in use by another program."),
            _ENTRIES_SAFE,
            Text("Close the other program and try again."),
        ),
        Result(
            "no_key",
            Kind.SURROUNDINGS,
            Text("The keys of this home are missing or cannot be opened."),
            _ENTRIES_SAFE,
            Text("Ask head office to enrol this computer again; no record is lost by that."),
        ),
    )
}


def refuse(code: str, /, **args: object) -> SyncFileRefused:
    """The error that says the outcome `code`; `args` fill its words. KeyError for an unknown code."""
    title, advice = RESULTS[code].said(**args)
    return SyncFileRefused(title, advice, code)


def surroundings(code: str, /, **args: object) -> EnvironmentProblem:
    """The same for what is the surroundings' fault and not the file's."""
    title, advice = RESULTS[code].said(**args)
    return EnvironmentProblem(title, advice, code)
