"""The journey: head office plans and makes packs, two centres record and send, receipts return."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import msgspec

from fieldapp.domain.codes import ActivityKind, ActivityState, SheetKind
from fieldapp.domain.identifiers import demo_csc_id
from fieldapp.domain.periods import year_period
from fieldapp.domain.records import Activity, RosterRow
from fieldapp.domain.text import Text
from fieldapp.domain.touched import Touched
from fieldapp.homes import Exchange, OpenHome, new_centre, new_centre_from_pack, new_hq, open_home
from fieldapp.language import INDIA, Language
from fieldapp.papers import Papers
from fieldapp.resources import resource
from fieldapp.services.demo import KASMAR, demo, planned_session
from fieldapp.services.loading import LoadingService
from fieldapp.services.records import Held, SyncState
from fieldapp.services.typed_places import known_places
from fieldapp.storage.state import OWN_CENTRE, Centre
from fieldapp.sync.words import WORDS
from fieldapp.tour.proof import Proof, compare
from fieldapp.tour.roster import type_rows
from fieldapp.tour.stage import Stage, opened, prepare

CENTRES = (
    Centre(OWN_CENTRE, demo_csc_id(1), "प्रज्ञा केंद्र खैराचातर", "Pragya Kendra Khairachatar", KASMAR.key),
    Centre(OWN_CENTRE, demo_csc_id(2), "प्रज्ञा केंद्र चास", "Pragya Kendra Chas", "block:322/3066"),
)
TYPED_BY_KEYS = 5
YEAR_OF_MELAS = "2018-19"
EXPECTED_TOMORROW = 12


class Journey:
    """Plays everything into one folder that is ready for it. say: is told each step."""

    def __init__(self, out: Path, say: Callable[[Text], None]) -> None:
        self._say = say
        self._screens, self._pdf, self._homes = out / "screens", out / "pdf", out / "homes"
        self._up, self._down = out / "sync" / "up", out / "sync" / "down"
        for folder in (self._up, self._down):
            folder.mkdir()
        self._application = prepare(out / "settings")
        self._packs: list[tuple[Path, str]] = []

    def play(self) -> Proof:
        """From an empty folder to receipts at both centres; the proof that nothing was lost or changed."""
        self._head_office_prepares()
        self._first_centre_records()
        self._second_centre_records()
        self._head_office_imports()
        self._first_centre_hears()
        self._second_centre_hears()
        gc.collect()
        return self._proof()

    # ------------------------------------------------------------ head office

    def _head_office_prepares(self) -> None:
        new_hq(self._homes / "head-office", practice=True).close()
        with opened(self._homes / "head-office", self._screens) as stage:
            self._plan_target(stage)
            for centre in CENTRES:
                self._register(stage, centre)
            self._say(
                Text("Head office planned a target and made the packs of {n} centres.", n=len(self._packs))
            )

    def _plan_target(self, stage: Stage) -> None:
        stage.turn_to("plan")
        stage.shortcut("Ctrl+N")
        stage.type_into(Text("Target"), "कसमार में चाय-समोसा सत्र", "Chai-Samosa sessions in Kasmar")
        stage.type_into(Text("Type of programme"), "चाय")
        stage.type_into(Text("How many"), "10")
        stage.type_into(Text("Due date"), "31-03-2027")
        stage.type_into(Text("Responsible officer"), "प्रखंड विकास पदाधिकारी, कसमार")
        stage.press("Return")
        stage.picture("office-target")
        (target,) = stage.home.services.targets.page(stage.home.actor).items
        if (target.record.amount, target.record.activity_kind) != (10, ActivityKind.CHAI_SAMOSA):
            raise LookupError("the target was not kept as it was typed")

    def _register(self, stage: Stage, centre: Centre) -> None:
        """A new centre: its ID, names and place are typed, its pack put into a folder, its words read."""
        stage.turn_to("inbox")
        stage.shortcut("Ctrl+N")
        stage.type_into(Text("Centre ID"), centre.csc_id)
        stage.type_into(Text("Centre name"), centre.name_hi, centre.name_en)
        place = known_places(stage.home.services.places, stage.home.actor)[centre.place_key]
        stage.type_into(Text("Place"), place.name_hi)
        stage.press("Down")
        stage.press("Return")
        stage.picture("office-new-centre")
        stage.click(Text("Register and make its pack…"))
        stage.choose_folder(self._down)
        pack = next(path for path in self._down.glob(f"{centre.csc_id}*pack*"))
        self._packs.append((pack, " ".join(stage.read(WORDS))))
        stage.picture("office-pack-words")
        stage.click(Text("The words are told"))

    def _head_office_imports(self) -> None:
        with opened(self._homes / "head-office", self._screens) as stage:
            stage.turn_to("inbox")
            stage.drop(self._up)
            stage.picture("office-preview")
            stage.shortcut("Ctrl+I")
            stage.picture("office-imported")
            stage.shortcut("Ctrl+R")
            stage.choose_folder(self._down)
            files = Exchange.of(stage.home).inbox.files(stage.home.actor)
            records = sum(one.counts.total for one in files if one.counts)
            self._say(
                Text("Head office imported {records} records from {n} files.", records=records, n=len(files))
            )
            self._reports(stage.home)
            stage.picture_all_pages("office")
        self._say(Text("Head office wrote a receipt for each centre."))

    def _reports(self, home: OpenHome) -> None:
        papers, year = _papers(home), year_period(YEAR_OF_MELAS)
        for code in ("hi", "en"):
            for suffix in (".pdf", ".xlsx", ".csv"):
                language = Language.named(code)
                content = papers.report("melas", suffix, language, start=year.first, end=year.last)
                (self._pdf / f"melas-{code}{suffix}").write_bytes(content)
        self._say(
            Text("The list of melas held in {year} is printed in Hindi and in English.", year=YEAR_OF_MELAS)
        )

    # ------------------------------------------------------------ the first centre

    def _first_centre_records(self) -> None:
        folder = self._homes / "centre-1"
        new_centre(folder, CENTRES[0], practice=True).close()
        with opened(folder, self._screens) as stage:
            self._take_pack(stage)
            self._load_melas(stage)
            today = stage.desk.clock().astimezone(INDIA).date()
            session, rows = self._plan_sessions(stage, today)
            self._record_session(stage, session, rows)
            stage.picture_all_pages("centre")
            self._send(stage)

    def _take_pack(self, stage: Stage) -> None:
        pack, words = self._packs[0]
        stage.drop(pack)
        stage.type(words)
        stage.picture("centre-pack")
        stage.press("Return")
        stage.settle()
        self._say(Text("The first centre took its pack with the six words."))

    def _load_melas(self, stage: Stage) -> None:
        home = stage.home
        service = LoadingService(home.services, known_places(home.services.places, home.actor), _both)
        result = service.load(home.actor, resource("demo", "melas_seed.csv"))
        stage.desk.hub.changed.emit(Touched(everything=True))
        self._say(Text("{n} melas were loaded from the list of the seed.", n=result.counts["new"]))

    def _plan_sessions(self, stage: Stage, today: date) -> tuple[Held[Activity], tuple[RosterRow, ...]]:
        """Today's session with its blank sheet; tomorrow's with those who are expected, and their sheet."""
        home, places = stage.home, known_places(stage.home.services.places, stage.home.actor)
        tomorrow, people = planned_session(
            home.services, places, home.actor, today + timedelta(days=1), seed=2
        )
        for row in people[:EXPECTED_TOMORROW]:
            expected = msgspec.structs.replace(row, present=0, tries=(), mark="", chai=False, samosa=False)
            tomorrow = home.services.activities.add_row(
                home.actor, tomorrow.record.id, tomorrow.version, expected
            ).held
        self._print(home, tomorrow, SheetKind.EXPECTED, "sheet-expected")
        session, rows = planned_session(home.services, places, home.actor, today)
        session = self._print(home, session, SheetKind.BLANK, "sheet-blank")
        stage.desk.hub.changed.emit(Touched(everything=True))
        return session, rows

    def _record_session(self, stage: Stage, session: Held[Activity], rows: tuple[RosterRow, ...]) -> None:
        """The first lines are typed by keys in the window; the others come past it, as from a second list."""
        home, record_id = stage.home, session.record.id
        typed = [row for row in rows if not row.guardian and not row.person][:TYPED_BY_KEYS]
        stage.window.open_page("activities", record_id)
        type_rows(stage, tuple(typed))
        self._say(Text("{n} people were typed by keys into the roster, in Hindi.", n=len(typed)))
        stage.picture("centre-roster-typed")
        held = home.services.activities.get(home.actor, record_id)
        for row in rows:
            if row not in typed:
                held = home.services.activities.add_row(home.actor, record_id, held.version, row).held
        stage.desk.hub.changed.emit(Touched.one("activity", record_id))
        stage.picture("centre-roster")
        self._finish(stage, len(rows))
        held = home.services.activities.get(home.actor, record_id)
        if held.record.state != ActivityState.FINISHED:
            raise LookupError("the session was not finished")
        self._print(home, held, SheetKind.FINAL, "sheet-final")
        self._say(Text("The session of {n} people is finished; its sheets are printed.", n=len(rows)))

    def _finish(self, stage: Stage, signatures: int) -> None:
        stage.shortcut("F12")
        stage.type(str(signatures))
        stage.press("Return")
        stage.picture("centre-finish")
        stage.press("S")
        stage.press("Return")
        stage.settle()

    def _send(self, stage: Stage) -> None:
        stage.turn_to("sync")
        stage.shortcut("Ctrl+M")
        stage.click(Text("Copy to a folder…"))
        stage.choose_folder(self._up)
        stage.type_into(Text("Handed over to"), "सुरेश महतो, प्रखंड कार्यालय")
        stage.press("Return")
        stage.picture("centre-handed-over")
        self._say(Text("The first centre made a sync file and handed it over."))

    def _first_centre_hears(self) -> None:
        with opened(self._homes / "centre-1", self._screens) as stage:
            stage.drop(*self._down.glob(f"{CENTRES[0].csc_id}*receipt*"))
            stage.picture("centre-receipt")
            stage.turn_to("activities")
            stage.picture("centre-received")
            stage.turn_to("plan")
            stage.picture("centre-target-of-office")
            self._must_be_received(stage.home)
        self._say(Text("The receipt says at the first centre that head office has all its records."))

    # ------------------------------------------------------------ the second centre

    def _second_centre_records(self) -> None:
        pack, words = self._packs[1]
        with _home(new_centre_from_pack(self._homes / "centre-2", pack, words, practice=True)) as home:
            places = known_places(home.services.places, home.actor)
            made = demo(home.services, places, home.actor, sessions=4, people=5, seed=2)
            Exchange.of(home).outbox.make(home.actor, target=self._up)
        self._say(
            Text("The second centre took its pack, recorded {n} records and sent them.", n=sum(made.values()))
        )

    def _second_centre_hears(self) -> None:
        with _home(open_home(self._homes / "centre-2")) as home:
            receipts = list(self._down.glob(f"{CENTRES[1].csc_id}*receipt*"))
            Exchange.of(home).receipts.receive(home.actor, receipts)
            self._must_be_received(home)

    # ------------------------------------------------------------ papers and proof

    def _print(self, home: OpenHome, held: Held[Activity], kind: SheetKind, name: str) -> Held[Activity]:
        saved = home.services.activities.issue_sheet(home.actor, held.record.id, held.version, kind).held
        number = saved.record.sheets[-1].number
        content = _papers(home).attendance(saved.record, kind, sheet_number=number)
        (self._pdf / f"{name}.pdf").write_bytes(content)
        return saved

    def _must_be_received(self, home: OpenHome) -> None:
        """Every own record is received, and the target of head office is here."""
        for word in ("activity", "person", "place", "target"):
            for held in home.services.for_type(word).page(home.actor).items:
                if held.state not in (SyncState.RECEIVED, SyncState.COPY):
                    raise LookupError(f"{word} {held.record.id} is {held.state}")
        targets = home.services.targets.page(home.actor).items
        if all(held.state != SyncState.COPY for held in targets):
            raise LookupError("the target of head office has not come")

    def _proof(self) -> Proof:
        found = Proof(0, 0, ())
        with _home(open_home(self._homes / "head-office")) as office:
            numbers = {centre.csc_id: centre.number for centre in office.services.settings.centres()}
            for n, centre in enumerate(CENTRES, start=1):
                with _home(open_home(self._homes / f"centre-{n}")) as home:
                    found += compare(home, office, numbers[centre.csc_id])
        self._say(
            Text(
                "Compared: {records} records, {values} values; {n} differ at head office.",
                records=found.records,
                values=found.values,
                n=len(found.differences),
            )
        )
        return found


@contextmanager
def _home(home: OpenHome) -> Iterator[OpenHome]:
    try:
        yield home
    finally:
        home.close()


def _papers(home: OpenHome) -> Papers:
    places = known_places(home.services.places, home.actor)
    return Papers(home.services, home.actor, places, home.database.clock, home.home.practice)


def _both(text: Text) -> tuple[str, ...]:
    return tuple(Language.named(code).render(text) for code in ("hi", "en"))
