"""Twenty files of two centres whose order does not matter: parts, full files, a fork, a replaced computer."""

from pathlib import Path
from random import Random

from tests.sync.exchange_machine import ExchangeMachine
from tests.sync.orders import OtherOffices, files_in, hash_of, leaves, shuffled

FILES = 20
REPEATS = 8


def check_orders(template: Path, seed: int, orders: range) -> None:
    """Import the twenty files of a seed in these random orders, some of them twice: one state hash."""
    life = type("Life", (ExchangeMachine,), {"template": template})()
    try:
        life.begin()
        make_files(life, Random(seed))
        contents, expected = files_in(life.hq), hash_of(leaves(life.hq))
        assert len(contents) == FILES, "not twenty files"
        offices = OtherOffices(life.hq, template / "hq", life.root)
        for n in orders:
            order = shuffled(contents, seed * 1_000_000 + n, REPEATS)
            found = offices.import_all(order, one_by_one=True)
            assert hash_of(found) == expected, f"order {n} of seed {seed} makes another state"
    finally:
        life.close()


def make_files(life: ExchangeMachine, chance: Random) -> None:
    """Random work of two centres, until twenty files of theirs are imported."""
    life.record(which=0)
    life.record(which=1)
    life.keep_a_copy(which=0)
    life.keep_a_copy(which=1)
    turns = {5: lambda: life.go_on_from_a_copy(which=0), 9: lambda: replace_the_second(life)}
    while len(files_in(life.hq)) < FILES:
        imported = len(files_in(life.hq))
        for turn in [turn for turn in turns if turn <= imported]:
            turns.pop(turn)()
        which = chance.randrange(len(life.computers))
        work(life, chance, which)
        send = chance.choice((life.export, life.export, life.export_everything, life.export_in_parts))
        before = len(life.files)
        send(which=which)
        for path in life.files[before : before + FILES - imported]:
            life.bring(path)
        for late in life.late_files()[: FILES - len(files_in(life.hq))]:
            life.let_in(late)


def work(life: ExchangeMachine, chance: Random, which: int) -> None:
    """A few changes at one computer."""
    for _ in range(chance.randint(1, 4)):
        record, note = chance.randrange(1000), chance.randrange(1000)
        chance.choice(
            (
                lambda: life.record(which=which),
                lambda record=record, note=note: life.edit(which=which, record=record, note=note),
                lambda record=record, note=note: life.edit(which=which, record=record, note=note),
                lambda record=record: life.delete(which=which, record=record),
                lambda record=record: life.decide(which=which, record=record),
            )
        )()


def replace_the_second(life: ExchangeMachine) -> None:
    """Its work goes on elsewhere from an old copy, while it is in use."""
    life.go_on_from_a_copy_elsewhere(which=1)
    life.make_known(life.computers[-1])
