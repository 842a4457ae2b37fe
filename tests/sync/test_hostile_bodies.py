"""Validly signed files of somebody who means harm: the right code, little memory and time, the rest taken."""

import subprocess
import sys

import pytest

from fieldapp.domain.results import RESULTS
from fieldapp.sync.arrived import FileState, state_for
from fieldapp.sync.container import START, Checkpoint, Clock
from fieldapp.sync.inbox import Counts, Outcome
from tests.sync.exchange import CSC_ID, Exchange, hand_made
from tests.sync.hostile import FILES, RECORDS, Hand, Line, Sent


@pytest.fixture(scope="module")
def office(template, tmp_path_factory):
    """A head office and a centre that is enrolled there; every case is brought to the same two."""
    exchange = Exchange.copied(template, tmp_path_factory.mktemp("hostile") / "exchange")
    exchange.centre.start()
    exchange.round_trip()
    yield exchange
    exchange.close()


def brought(office: Exchange, content: bytes):
    (office.stick / "sent.fieldsync").write_bytes(content)
    return office.deliver(office.stick / "sent.fieldsync")


@pytest.mark.parametrize("case", [case for case in FILES if not case.heavy], ids=lambda case: case.sentence)
def test_a_file_of(office, case: Sent):
    before = office.hq.state_hash()
    (file,) = brought(office, case.make(Hand(office))).files
    assert file.code == case.code
    assert file.state is (state_for(case.code) if case.code else FileState.IMPORTED)
    assert (office.hq.state_hash() == before) == bool(case.code)


@pytest.mark.parametrize("case", RECORDS, ids=lambda case: case.sentence)
def test_a_record_with(office, case: Line):
    hand = Hand(office)
    before, after = hand.line({"notes": "before"}), hand.line({"notes": "after"})
    (office.stick / "sent.fieldsync").write_bytes(hand.file(hand.content(before, case.make(hand), after)))
    (file,) = office.hq.inbox.read(office.hq.actor, [office.stick / "sent.fieldsync"])
    preview = office.hq.inbox.preview(office.hq.actor, file.sha256)
    wanted = Counts(new=2, refused=1) if case.code else Counts(new=3)
    assert preview.counts == wanted
    found = [(one.code, one.path) for one in preview.rows if one.outcome is Outcome.REFUSED]
    assert found == ([(case.code, case.path)] if case.code else [])
    assert office.hq.inbox.apply(office.hq.actor, file.sha256, wanted).differs is False
    assert case.code in ("", *RESULTS)


@pytest.mark.parametrize(
    "now", ["2026-11-22T00:00:00", "0001-01-01T00:00:00+05:30", "9999-12-31T23:59:59-12:00", "today", ""]
)
@pytest.mark.parametrize("suspect", [True, False])
def test_a_clock_may_say_what_it_likes_and_the_files_come_in(exchange, now, suspect):
    """It is text for people: of a time that is none nothing is found but that it is in doubt."""
    exchange.centre.start()
    exchange.round_trip()
    clock, last = Clock(now=now, highest=now, suspect=suspect), START
    for n in (1, 2):
        hand, end = Hand(exchange), Checkpoint(n=n, chain=f"{n:02}" * 16)
        path = hand_made(
            exchange, [hand.line({"notes": str(n)})], f"{n}.fieldsync", clock=clock, base=last, to=end
        )
        assert exchange.deliver(path).counts == Counts(new=1)
        last = end
    hq, officer = exchange.hq, exchange.hq.actor
    queue = hq.services.findings.queue(officer)
    assert len(queue.findings) == (2 if suspect else 0)
    for one in queue.findings:
        assert hq.services.findings.sides(officer, one.id)
    assert [one.centre.csc_id for one in hq.enrolment.centres(officer)] == [CSC_ID]


MOST_KIB, MOST_SECONDS = 512 * 1024, 60


@pytest.mark.timeout(300)
def test_the_largest_and_the_worst_take_little_memory_and_time(template, tmp_path):
    """In a program of its own, whose memory the system counts."""
    exchange = Exchange.copied(template, tmp_path / "exchange")
    exchange.centre.start()
    exchange.round_trip()
    hand, folder = Hand(exchange), tmp_path / "files"
    folder.mkdir()
    heavy = {f"{n:02}": case for n, case in enumerate(FILES) if case.heavy}
    for name, case in heavy.items():
        (folder / name).write_bytes(case.make(hand))
    exchange.close()
    command = [sys.executable, "-m", "tests.sync.hostile", str(exchange.root / "hq"), str(folder)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    *said, (peak,) = (line.split() for line in done.stdout.splitlines())
    assert {name: code for name, code, _ in said} == {
        name: case.code or "taken" for name, case in heavy.items()
    }
    assert max(float(seconds) for _, _, seconds in said) < MOST_SECONDS
    assert int(peak) < MOST_KIB
