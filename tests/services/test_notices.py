"""The notice in its versions, and the version in every record that says somebody agreed."""

from datetime import date

import pytest

from fieldapp import notices
from fieldapp.domain.fields import Name
from fieldapp.domain.records import Person, RosterRow
from fieldapp.language import Language
from fieldapp.papers import Papers
from fieldapp.resources import resource
from fieldapp.services.notices import CONTACT, FIDUCIARY
from fieldapp.storage.gazetteer import gazetteer
from tests.reports.papers import pdfium_text

NAMED = RosterRow(name=Name("सुनीता देवी", "Sunita Devi"))


@pytest.mark.parametrize("language", notices.LANGUAGES)
def test_the_notice_says_everything_it_must_in_plain_words(centre_home, language):
    service = centre_home.services.notices
    found = service.text(service.version_in_force(), language)
    assert (found.version, len(found.parts)) == (service.version_in_force(), 7)
    assert found.title
    assert found.spoken.endswith("?")
    assert "{" not in f"{found}"
    wanted = {
        "hi": ("सहमति", "वापस", "शिकायत", "अधिकार"),
        "en": ("consent", "withdraw", "complain", "rights"),
    }
    words = " ".join((found.spoken, *(f"{heading} {text}" for heading, text in found.parts))).lower()
    assert [one for one in wanted[language] if one not in words] == []


def test_whom_to_ask_is_a_setting(centre_home):
    service, settings = centre_home.services.notices, centre_home.services.settings
    assert "Pragya Kendra Kasmar" in service.text(1, "en").parts[-1][1]
    settings.write(centre_home.actor, CONTACT, "Meena, Bokaro, 06542-000000")
    settings.write(centre_home.actor, FIDUCIARY, "Directorate of e-Governance")
    found = service.text(1, "en")
    assert found.parts[-1][1] == "Meena, Bokaro, 06542-000000"
    assert "Directorate of e-Governance" in dict(found.parts)["Who keeps it"]


def test_every_version_is_there_in_both_languages_with_the_same_parts():
    numbers = {int(path.name.split(".")[0]) for path in resource("notices").glob("*.md")}
    assert numbers == set(range(1, notices.version_in_force() + 1))
    for number in numbers:
        hindi, english = (notices.notice(number, code, "F", "C") for code in notices.LANGUAGES)
        assert len(hindi.parts) == len(english.parts)


def test_the_version_is_noted_whatever_door_the_consent_comes_by(centre_home):
    service, actor = centre_home.services.activities, centre_home.actor
    agreed = RosterRow(row=1, position=1024, name=NAMED.name, consent="YES")
    saved = service.start(actor, "CHAI_SAMOSA", date(2017, 1, 14), rows=(agreed,), last_row=1)
    assert saved.held.record.rows[0].notice_version == 1
    saved = service.add_row(actor, saved.held.record.id, saved.held.version, NAMED)
    row = saved.held.record.row(2)
    assert row.notice_version == 0
    from msgspec.structs import replace

    saved = service.save_row(actor, saved.held.record.id, saved.held.version, replace(row, consent="YES"))
    assert saved.held.record.row(2).notice_version == 1
    stored = service.get(actor, saved.held.record.id).record
    assert stored == saved.held.record


def test_a_person_takes_consent_back_and_it_can_be_undone(centre_home):
    people, actor = centre_home.services.people, centre_home.actor
    person = people.save(actor, Person(id=people.new_id(), consent="YES")).held
    assert person.record.notice_version == 1
    saved = centre_home.services.notices.withdraw(actor, person.record.id, person.version)
    today = centre_home.database.today()
    assert (saved.held.record.consent, saved.held.record.consent_withdrawn) == ("NO", today)
    back = people.save(actor, saved.before, saved.held.version)
    assert back.held.record == person.record


def test_the_poster_has_a_page_in_each_language_with_all_the_words(centre_home):
    papers = Papers(centre_home.services, centre_home.actor, gazetteer(), centre_home.database.clock, True)
    for suffix in (".pdf", ".xlsx", ".csv"):
        assert papers.report("notice", suffix, Language.named("hi"))
    pages = pdfium_text(papers.report("notice", ".pdf", Language.named("hi")))
    text = " ".join(" ".join(map(str, pages)).split())
    for code in notices.LANGUAGES:
        notice = centre_home.services.notices.text(1, code)
        for heading, _ in notice.parts:
            assert heading in text
    assert "Notice version 1" in text
