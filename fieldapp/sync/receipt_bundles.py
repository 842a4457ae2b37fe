"""The roads receipts take back: a file each, a folder a block for a carrier, or mail drafts ready to be sent.

A bundle is a plain folder: its files are what they would be by themselves, so that any home takes its own
out of it and carries the others (sync.carrying). A draft is a mail without a sender, which a mail program
opens as one still to be sent.
"""

import re
from collections.abc import Iterable
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from fieldapp.domain.codes import Code
from fieldapp.storage.gazetteer import gazetteer
from fieldapp.storage.home import write_durably
from fieldapp.storage.state import Centre
from fieldapp.sync.batches import README
from fieldapp.sync.sync_file_place import speaking_of


class Road(Code):
    """How receipts are to travel."""

    FILES = "FILES", "One file for each computer"
    BLOCKS = "BLOCKS", "A folder for each block"
    MAILS = "MAILS", "Mail drafts"


_README = (
    "The files here whose names end in .fieldsync are receipts of head office for the centres below. Please\n"
    "bring this whole folder to them on a stick. Each computer takes its own and may pass on the others;\n"
    "they are locked, and only the computer they are for can read them.\n"
    "\n"
    "यहाँ .fieldsync से समाप्त होने वाली फ़ाइलें नीचे लिखे केंद्रों के लिए मुख्यालय की पावतियाँ हैं। कृपया यह पूरा फ़ोल्डर\n"
    "पेन ड्राइव पर उन तक पहुँचाएँ। हर कंप्यूटर अपनी पावती लेता है और शेष को आगे दे सकता है; वे तालाबंद हैं और\n"
    "केवल वही कंप्यूटर उन्हें पढ़ सकता है जिसके लिए वे हैं।\n"
)
_SUBJECT = "पावती / Receipt {number}: {csc_id}"
_LETTER = (
    "{hi}\n\n"
    "संलग्न फ़ाइल {csc_id} के लिए मुख्यालय की पावती {number} है। इसे प्रोग्राम की विंडो पर छोड़ें, या 'पावतियाँ लें' से\n"
    "चुनें। फ़ाइल तालाबंद है; केवल आपका कंप्यूटर इसे पढ़ सकता है।\n"
    "\n"
    "{en}\n\n"
    "The attached file is receipt {number} of head office for {csc_id}. Let it fall on the window of the\n"
    "program, or choose it with 'Take receipts'. It is locked: only your computer can read it.\n"
)


def bundle_of(centre: Centre) -> str:
    """The name of the folder for a centre's block: ASCII, safe on FAT; 'other' where no place is known."""
    place = gazetteer().get(centre.place_key)
    level, _, code = centre.place_key.partition(":")
    if place is None or not code:
        return "other"
    return "-".join(re.findall("[A-Za-z0-9]+", f"{place.name_en} {level} {code}"))[:60]


def explain(folder: Path, centres: Iterable[tuple[Centre, str]]) -> None:
    """Say beside the receipts, in both languages, what they are and for whom. centres: each with its file.

    Raises EnvironmentProblem as a copy does.
    """
    listed = "\n".join(
        f"{centre.csc_id}  {' / '.join(filter(None, (centre.name_hi, centre.name_en)))}  {name}"
        for centre, name in sorted(centres, key=lambda one: one[1])
    )
    with speaking_of(folder):
        text = f"{_README}\n{listed}\n".replace("\n", "\r\n")
        write_durably(folder / README, ("\ufeff" + text).encode())


def as_draft(receipt: Path, centre: Centre, number: int, address: str) -> Path:
    """Turn a receipt that was written into a mail draft with it attached; gives where that lies.

    address: '' leaves the field empty, for whoever sends it. Raises EnvironmentProblem as a copy does.
    """
    said = {"number": number, "csc_id": centre.csc_id}
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = _SUBJECT.format(**said)
    if address:
        mail["To"] = address
    mail["X-Unsent"] = "1"
    mail.set_content(_LETTER.format(hi=centre.name_hi, en=centre.name_en, **said))
    with speaking_of(receipt.parent):
        mail.add_attachment(
            receipt.read_bytes(),
            maintype="application",
            subtype="vnd.fieldapp.sync",
            filename=receipt.name,
        )
        draft = receipt.with_suffix(".eml")
        write_durably(draft, mail.as_bytes())
        receipt.unlink()
    return draft
