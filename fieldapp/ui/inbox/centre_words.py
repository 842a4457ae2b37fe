"""How a centre reads: its row in the table, and what is said of the chosen one."""

from collections.abc import Callable, Iterator

from fieldapp.domain.fields import Name
from fieldapp.domain.text import Text
from fieldapp.language import INDIA
from fieldapp.storage.state import Centre
from fieldapp.sync.enrolment import CentreShown, NodeShown
from fieldapp.sync.health import Health
from fieldapp.sync.revocation import TRUSTED
from fieldapp.ui.widgets.plain_table import Cell, Row
from fieldapp.ui.words import Words

HEADINGS = (
    Text("Name"),
    Text("Last file"),
    Text("Days silent"),
    Text("Missing"),
    Text("To correct"),
    Text("Clock (days)"),
    Text("Centre ID"),
    Text("Whom to call"),
)
_TONES = {0: ("accent", "check"), 1: ("amber", "hint"), 2: ("red", "stop")}
_MOST_MISSING = 3


def called(centre: Centre, words: Words) -> str:
    """A centre's name in the language spoken, else its ID."""
    return Name(centre.name_hi, centre.name_en).shown(words.hindi) or centre.csc_id


def row_of(one: CentreShown, words: Words) -> Row:
    """A line of the table; colour and sign say how urgent it is."""
    centre, health = one.centre, one.health
    silent = "" if health.silent is None else str(health.silent)
    ring = " · ".join(filter(None, (one.contact.name, one.contact.phone)))
    return centre.csc_id, (
        Cell(called(centre, words), *_TONES[health.severity]),
        Cell(last_file(one)),
        Cell(silent, right=True),
        Cell(_missing(one), right=True),
        Cell(_to_correct(health), right=True),
        Cell(_clock_days(health), right=True),
        Cell(centre.csc_id),
        Cell(ring),
    )


def _missing(one: CentreShown) -> str:
    found = one.health.missing
    return ", ".join(map(str, found[:_MOST_MISSING])) + (" …" if len(found) > _MOST_MISSING else "")


def _to_correct(health: Health) -> str:
    """How many records, and how many in a hundred."""
    return f"{health.corrections} · {health.percent} %" if health.corrections else ""


def _clock_days(health: Health) -> str:
    """By how many days a clock is ahead (+) or behind (-) as far as is known, '?' where nothing is."""
    if not health.clock_wrong:
        return ""
    return f"{health.clock_days:+d}".replace("-", "\N{MINUS SIGN}") if health.clock_days else "?"


def _clock(health: Health) -> Text:
    """What is known of a clock that is wrong."""
    n = abs(health.clock_days)
    if health.clock_days > 0:
        return Text("Its clock is at least {n} days ahead: have it set.", n=n)
    if health.clock_days < 0:
        return Text("Its clock is in doubt, at most {n} days behind: have it looked at.", n=n)
    return Text("Its clock is wrong: have it set.")


def last_file(one: CentreShown) -> Text:
    """When the last file came and which batch it was, or why there is none."""
    health = one.health
    if health.last_at is not None:
        day = health.last_at.astimezone(INDIA).date()
        return Text("{day} · batch {n}", day=day, n=health.last_batch)
    if any(node.state == TRUSTED for node in one.nodes):
        return Text("no file yet")
    if one.unused_packs:
        return Text("pack {letters} not used yet", letters=", ".join(one.unused_packs))
    return Text("trusted no longer") if one.nodes else Text("no computer yet")


def details(one: CentreShown, place: str) -> Iterator[Text | str]:
    """Everything else that is known of a centre, a line each."""
    yield " · ".join(filter(None, (one.centre.csc_id, place)))
    if ring := " · ".join(filter(None, (one.contact.name, one.contact.phone, one.contact.mail))):
        yield Text("Whom to call: {who}", who=ring)
    health = one.health
    if health.missing:
        yield Text("Batches missing: {numbers}", numbers=", ".join(map(str, health.missing)))
    if health.clock_wrong:
        yield _clock(health)
    if health.program:
        yield Text("Program: {program}", program=health.program)
    for node in one.nodes:
        yield from _computer(node)
    if one.unused_packs:
        yield Text("pack {letters} not used yet", letters=", ".join(one.unused_packs))
    if not one.nodes:
        yield Text("No computer is enrolled yet; it is with its first file.")


def _computer(node: NodeShown) -> Iterator[Text]:
    letter = node.letter or "Z"
    if node.state == TRUSTED:
        yield Text("{letter}: trusted", letter=letter)
    else:
        yield Text("{letter}: trusted up to number {n} only", letter=letter, n=node.good_n)
    yield Text("Fingerprint: {fingerprint}", fingerprint=node.fingerprint)
    if node.receipt:
        yield Text("Receipts written: {n}", n=node.receipt)
    if node.receipt_due:
        yield Text("A receipt is due.")


FILTERS: tuple[tuple[Text, Callable[[CentreShown], bool]], ...] = (
    (Text("All"), lambda _one: True),
    (Text("To be called"), lambda one: one.health.severity == 2),
    (Text("No computer yet"), lambda one: not one.nodes),
)
"""What the table can be narrowed down to."""


def is_named(one: CentreShown, typed: str, place: str) -> bool:
    """Whether each word that was typed begins a word of a centre's name, ID, place or contact."""
    centre = one.centre
    said = (centre.name_hi, centre.name_en, centre.csc_id, place, one.contact.name, one.contact.phone)
    known = [word for text in said for word in text.casefold().split()]
    return all(any(word.startswith(part) for word in known) for part in typed.casefold().split())
