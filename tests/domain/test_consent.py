"""Consent: on which notice it was given, what goes when it is refused."""

from msgspec.structs import replace

from fieldapp.domain.consent import anonymous, lacks_notice, with_notice
from fieldapp.domain.fields import Name
from fieldapp.domain.records import Activity, Person, RosterRow
from fieldapp.domain.rules import check

ROW = RosterRow(
    row=1,
    position=1024,
    name=Name("सुनीता", "Sunita"),
    mobile="5000000021",
    age=15,
    gender="F",
    guardian="Ravi",
)


def activity(*rows):
    return Activity(id="01" * 16, rows=rows)


def test_who_agrees_now_agrees_to_the_version_in_force():
    before = activity(ROW, replace(ROW, row=2))
    after = activity(replace(ROW, consent="YES"), replace(ROW, row=2))
    assert lacks_notice(after)
    assert [row.notice_version for row in with_notice(after, before, 7).rows] == [7, 0]


def test_who_agreed_to_an_earlier_version_or_to_none_keeps_that():
    before = activity(replace(ROW, consent="YES", notice_version=3), replace(ROW, row=2, consent="YES"))
    after = replace(before, notes="x")
    assert with_notice(after, before, 7) == after


def test_a_row_that_comes_with_consent_gets_the_version():
    assert with_notice(activity(replace(ROW, consent="YES")), None, 7).rows[0].notice_version == 7


def test_a_person_who_agrees_agrees_to_the_version_in_force():
    person = Person(id="02" * 16, consent="YES")
    assert with_notice(person, replace(person, consent=""), 7).notice_version == 7
    assert with_notice(person, person, 7).notice_version == 0


def test_who_refuses_is_counted_without_anything_that_names_them():
    row = anonymous(replace(ROW, consent="YES", notice_version=3, present=1))
    assert (row.consent, row.anonymous, row.notice_version) == ("NO", True, 0)
    assert (row.name, row.mobile, row.guardian, row.person) == (Name(), "", "", "")
    assert (row.gender, row.age, row.present) == ("F", 15, 1)
    paths = {problem.path for problem in check(activity(row))}
    assert not paths & {"rows/1/consent", "rows/1/guardian"}
