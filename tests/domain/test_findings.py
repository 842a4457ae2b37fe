"""What makes two lines one person to be asked about, and which clocks are doubted."""

from datetime import UTC, datetime, timedelta

import pytest

from fieldapp.domain.fields import Name
from fieldapp.domain.findings import clock_doubt, person_keys

MOBILE = "5000000012"
NOW = datetime(2017, 1, 14, 6, 0, tzinfo=UTC)


def keys(name: Name, relation: Name | None = None, village: str = "", mobile: str = "") -> frozenset[int]:
    return person_keys(name, relation or Name(), village, mobile)


@pytest.mark.parametrize(
    "other",
    [Name("", "Suneeta"), Name("", "Smt. Sunita Devi"), Name("सुनीता कुमारी", ""), Name("सुनिता", "Sunita")],
)
def test_a_first_name_that_sounds_the_same_and_the_mobile_are_one_key(other):
    assert keys(Name("सुनीता देवी", "Sunita Devi"), mobile=MOBILE) & keys(other, mobile=MOBILE)


@pytest.mark.parametrize("other", [Name("मीना देवी", "Meena Devi"), Name("", "Devi")])
def test_a_shared_mobile_or_a_name_that_many_share_is_none(other):
    assert not keys(Name("सुनीता देवी", "Sunita Devi"), mobile=MOBILE) & keys(other, mobile=MOBILE)


def test_family_and_village_are_a_key_only_together():
    name, father = Name("बिरसा मुंडा", ""), Name("जोहन मुंडा", "")
    whole = keys(name, father, "मंजूरा")
    assert whole & keys(Name("", "Birsa Munda"), Name("", "Johan Munda"), "Manjura")
    assert keys(name, father) == keys(name, village="मंजूरा") == keys(name) == frozenset()
    assert not whole & keys(name, Name("सुखराम मुंडा", ""), "मंजूरा")


def test_nobody_without_a_name_has_a_key():
    assert keys(Name(), Name("रमेश", ""), "मंजूरा", MOBILE) == frozenset()


@pytest.mark.parametrize(
    ("ahead", "before", "said", "doubt"),
    [
        (0, None, False, ""),
        (0.9, None, False, ""),
        (1.1, None, False, "AHEAD"),
        (-400, None, False, ""),
        (-2, -0.5, False, "BACK"),
        (-2, -1.5, False, ""),
        (0, None, True, "SAID"),
        (1.1, None, True, "AHEAD"),
        (-2, -0.5, True, "BACK"),
    ],
)
def test_a_clock_is_doubted_by_more_than_a_day(ahead, before, said, doubt):
    last = None if before is None else NOW + timedelta(days=before)
    assert clock_doubt(NOW + timedelta(days=ahead), NOW, last, said=said) == doubt
