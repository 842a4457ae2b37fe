"""The tally of the long proofs: which seeds held, and which are still to be proved."""

from argparse import Namespace

from tests.prove import note_held, read_tally, seeds_of

ALL = Namespace(sample=False, first=None, last=20)


def test_a_range_proved_by_itself_leaves_what_comes_before_it_to_be_proved(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for seed in (0, 1, 10, 11, 12):
        note_held("two_years", seed)
    assert read_tally() == {"two_years": [[0, 2], [10, 13]]}
    assert seeds_of("two_years", ALL) == [*range(2, 10), *range(13, 20)]


def test_stretches_that_meet_become_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for seed in (2, 0, 1, 1):
        note_held("two_years", seed)
    note_held("orders", 5)
    assert read_tally() == {"two_years": [[0, 3]], "orders": [[5, 6]]}


def test_seeds_that_are_named_and_the_sample_are_proved_again(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    note_held("two_years", 3)
    assert seeds_of("two_years", Namespace(sample=False, first=2, last=5)) == [2, 3, 4]
    assert seeds_of("two_years", Namespace(sample=True, first=None, last=4)) == [0, 1, 2, 3]
