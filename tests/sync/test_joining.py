"""A second officer's folder for a head office whose database lies on a server."""

import os
import signal
import sys
from base64 import b64encode
from contextlib import ExitStack

import pytest
import sqlalchemy as sa

from fieldapp.domain.actor import Actor, Duty
from fieldapp.domain.errors import EnvironmentProblem, FieldAppError, InvalidInput, NewerData, NotAllowed
from fieldapp.domain.fields import Name
from fieldapp.homes import join_hq, new_centre, new_hq, open_home
from fieldapp.storage import log, state
from fieldapp.storage.database import utc_now
from fieldapp.storage.home import is_home
from fieldapp.sync import joining
from tests.bench.model import session
from tests.faults.small_disk import Quota
from tests.forked import done
from tests.postgres import new_database
from tests.sync.exchange import CENTRE, CSC_ID, KASMAR, Side

SECRET = "सात समंदर पार"


def never():
    raise AssertionError("nobody is to be asked for a passphrase here")


def invited(office) -> str:
    return joining.invite(office.database, office.home, office.keys, office.data_key, office.actor)


def join(folder, url, words, login="second", passphrase=never):
    return join_hq(folder, database_url=url, words=words, passphrase=passphrase, login=login)


def code_of(act, *given, kind: type[FieldAppError] = InvalidInput, **named) -> str:
    with pytest.raises(kind) as caught:
        act(*given, **named)
    return caught.value.code


def filling(disk: ExitStack, folder):
    """A clock: when it is looked at, the disk is full from then on, until `disk` is closed."""

    def clock():
        disk.enter_context(Quota(folder).leaving(0))
        return utc_now()

    return clock


@pytest.fixture
def url(databases):
    return databases()


@pytest.fixture
def office(tmp_path, url):
    made = new_hq(tmp_path / "hq", practice=True, database_url=url)
    yield made
    made.close()


def test_an_officer_who_joined_reads_imports_and_writes_a_receipt_that_the_centre_takes(
    tmp_path, office, url
):
    first = Side(office)
    centre = Side(new_centre(tmp_path / "centre", CENTRE, practice=True))
    number = first.enrolment.register_centre(
        first.actor, CSC_ID, Name(CENTRE.name_hi, CENTRE.name_en), KASMAR.key
    ).number
    pack = first.enrolment.make_pack(first.actor, number, tmp_path)
    centre.enrolment.take_pack(centre.actor, pack.path, pack.words)
    (tmp_path / "stick").mkdir()
    for seed in range(2):
        centre.services.activities.save(centre.actor, session(seed, people=3))
    centre.outbox.make(centre.actor, target=tmp_path / "stick")
    target = first.plan(amount=9)

    second = Side(join(tmp_path / "second", url, invited(office)))
    assert second.services.targets.get(second.actor, target).record.amount == 9
    assert second.inbox.import_all(second.actor, [tmp_path / "stick"]).counts.new == 2
    assert second.state_hash() == first.state_hash()
    (written,) = second.receipts.make(second.actor, tmp_path / "stick")
    assert centre.receipts.apply(centre.actor, written.path).received == 2
    for side in (second, centre):
        side.home.close()

    again = open_home(tmp_path / "second", login="second")
    assert again.keys.key_id == office.keys.key_id
    again.close()


def test_a_real_head_office_is_joined_with_a_passphrase_of_ones_own_and_by_the_quicker_of_two(tmp_path, url):
    office = new_hq(tmp_path / "hq", passphrase="correct horse", database_url=url)
    words = invited(office)
    assert code_of(join, tmp_path / "second", url, f"{words} lotus") == "words"

    def overtaken():
        joined = join(tmp_path / "second", url, words.upper(), passphrase=lambda: SECRET)
        assert (joined.actor, joined.home.practice) == (Actor("second", Duty.OFFICER), False)
        joined.close()
        return SECRET

    third = tmp_path / "third"
    assert code_of(join, third, url, words, login="third", passphrase=overtaken) == "no_invitation"
    assert not third.exists()
    assert code_of(open_home, tmp_path / "second", login="second", passphrase="correct horse") == "login"
    open_home(tmp_path / "second", login="second", passphrase=SECRET).close()
    office.close()


def test_words_count_once_and_only_the_newest_do(tmp_path, office, url):
    before, words = invited(office), invited(office)
    assert code_of(join, tmp_path / "second", url, before) == "words"
    join(tmp_path / "second", url, words).close()
    assert code_of(join, tmp_path / "third", url, words, login="third") == "no_invitation"
    with office.database.reading() as tx:
        assert state.read(tx, "invitation") == ""
    assert not (tmp_path / "third").exists()


def test_nobody_takes_the_name_of_another_officer(tmp_path, office, url):
    words = invited(office)
    assert code_of(join, tmp_path / "second", url, words, login="officer") == "login"
    join(tmp_path / "second", url, words).close()
    words = invited(office)
    for login in ("second", "SECOND", " Officer "):
        assert code_of(join, tmp_path / "third", url, words, login=login) == "login"
    assert not (tmp_path / "third").exists()
    joined = join(tmp_path / "third", url, words, login=" Third ")
    assert joined.actor.login == "Third"
    joined.close()


def test_nobody_is_given_the_name_of_an_officer_in_another_folder(tmp_path, office, url):
    second = join(tmp_path / "second", url, invited(office))
    for home, taken in ((office, "Second"), (second, "officer")):
        before = home.services.users.all(home.actor)
        assert code_of(home.services.users.add, home.actor, taken, Duty.OFFICER, "") == "login"
        assert home.services.users.all(home.actor) == before
    with Quota(tmp_path).leaving(0):
        add = (office.services.users.add, office.actor, "rita", Duty.OFFICER, "")
        assert code_of(*add, kind=EnvironmentProblem) == "disk_full"
    office.services.users.add(office.actor, "rita", Duty.OFFICER, "")
    assert code_of(second.services.users.add, second.actor, "Rita", Duty.SUPERVISOR, "") == "login"
    second.close()
    assert code_of(join, tmp_path / "third", url, invited(office), login="rita") == "login"


def test_words_and_name_still_count_where_there_was_no_room_for_the_end_of_joining(tmp_path, office, url):
    words = invited(office)
    with ExitStack() as disk:
        full = filling(disk, tmp_path)
        named = {"database_url": url, "words": words, "passphrase": never, "login": "second", "clock": full}
        assert code_of(join_hq, tmp_path / "second", kind=EnvironmentProblem, **named) == "disk_full"
    assert not (tmp_path / "second").exists()
    join(tmp_path / "second", url, words).close()


def test_keys_that_were_changed_before_and_after_are_those_of_everybody(tmp_path, office, url):
    first = Side(office)
    first.office_keys.rotate(first.actor)
    joined = Side(join(tmp_path / "second", url, invited(office)))
    assert joined.home.keys.key_id == office.keys.key_id
    assert len(joined.home.keys.older) == 1
    assert not joined.office_keys.shown(joined.actor).reserve_here
    joined.home.close()
    first.office_keys.rotate(first.actor)
    again = open_home(tmp_path / "second", login="second")
    assert again.keys.key_id == office.keys.key_id
    again.close()


def test_the_reserve_key_is_made_where_the_invitation_is_and_stays_there(tmp_path, office, url):
    joined = Side(join(tmp_path / "second", url, invited(office)))
    assert not joined.office_keys.shown(joined.actor).reserve_here
    assert Side(office).office_keys.shown(office.actor).reserve_here
    joined.home.close()


def test_a_block_office_is_joined_too(tmp_path, url):
    block = new_hq(tmp_path / "block", practice=True, database_url=url, scope=KASMAR.key)
    joined = join(tmp_path / "second", url, invited(block))
    assert (joined.home.scope, joined.keys.key_id) == (KASMAR.key, block.keys.key_id)
    joined.close()
    block.close()


def test_both_are_in_the_log(tmp_path, office, url):
    join(tmp_path / "second", url, invited(office)).close()
    with office.database.reading() as tx:
        lines = log.newest(tx, ("invite", "join"), (), 9)
    assert [(line.login, line.verb) for line in lines] == [("second", "join"), ("officer", "invite")]


def test_the_database_says_nothing_of_the_keys_without_the_words(office):
    words, key = invited(office), office.data_key
    with office.database.reading() as tx:
        kept = state.read(tx, "invitation")
    assert kept
    assert not any(one in kept for one in (words, key.hex(), b64encode(key).decode()))


def test_an_office_with_a_file_of_its_own_invites_nobody(hq_home):
    assert code_of(invited, hq_home) == "one_computer"


def test_only_an_officer_invites(office):
    rita = Actor("rita", Duty.OPERATOR)
    with pytest.raises(NotAllowed):
        joining.invite(office.database, office.home, office.keys, office.data_key, rita)


def test_a_folder_that_holds_a_home_is_left_as_it_is(tmp_path, office, url):
    new_centre(tmp_path / "mine", CENTRE, practice=True).close()
    before = (tmp_path / "mine" / "home.toml").read_bytes()
    words = invited(office)
    assert code_of(join, tmp_path / "mine", url, words) == "home_exists"
    assert (tmp_path / "mine" / "home.toml").read_bytes() == before
    join(tmp_path / "second", url, words).close()


def test_only_an_address_of_postgresql_is_taken(tmp_path):
    for url in ("", "sqlite:///x.db", "centre.db", "mysql://host/name", "postgresql://host:port/name"):
        assert code_of(join, tmp_path / "second", url, "six words") == "database_url", url
        assert code_of(new_hq, tmp_path / "hq", practice=True, database_url=url or "x") == "database_url"
    assert list(tmp_path.iterdir()) == []


def test_a_new_head_office_does_not_take_the_place_of_one(tmp_path, office, url):
    assert code_of(new_hq, tmp_path / "second", practice=True, database_url=url) == "office_there"
    assert not (tmp_path / "second").exists()
    with office.database.reading() as tx:
        assert state.node(tx).hex() == office.keys.key_id


def test_a_head_office_that_could_not_be_made_to_the_end_can_be_made_again(tmp_path, url):
    with ExitStack() as disk:
        named = {"practice": True, "database_url": url, "clock": filling(disk, tmp_path)}
        assert code_of(new_hq, tmp_path / "hq", kind=EnvironmentProblem, **named) == "disk_full"
    assert not (tmp_path / "hq").exists()
    assert code_of(join, tmp_path / "second", url, "six words") == "not_an_office"
    made = new_hq(tmp_path / "hq", practice=True, database_url=url, login="rita")
    join(tmp_path / "second", url, invited(made), login="officer").close()
    made.close()


def make_until(folder, url, step: tuple[str, str]) -> None:
    """Make a head office, and be killed at that step."""

    def look(frame, event, _argument):
        if (frame.f_code.co_name, event) == step and "fieldapp" in frame.f_code.co_filename:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(look)
    new_hq(folder, practice=True, database_url=url)


@pytest.mark.parametrize("step", [("finish", "call"), ("finish", "return")])
def test_killed_while_a_head_office_is_made_it_is_whole_or_can_be_made_again(tmp_path, url, step):
    folder = tmp_path / "hq"
    assert done(make_until, folder, url, step).status == -signal.SIGKILL
    if not is_home(folder):
        new_hq(folder, practice=True, database_url=url).close()
    office = open_home(folder)
    assert code_of(new_hq, tmp_path / "other", practice=True, database_url=url) == "office_there"
    join(tmp_path / "second", url, invited(office)).close()
    office.close()


def test_the_short_form_of_the_address_is_one_too(tmp_path, office, url):
    short = url.replace("postgresql+psycopg://", "postgresql://")
    join(tmp_path / "second", short, invited(office)).close()
    open_home(tmp_path / "second", login="second").close()


def test_a_server_that_does_not_answer_is_the_surroundings_fault(tmp_path, url):
    nowhere = sa.make_url(url).set(database="nowhere").render_as_string(hide_password=False)
    assert code_of(join, tmp_path / "second", nowhere, "six words", kind=EnvironmentProblem) == "server_gone"


def test_a_database_of_something_else_is_refused(tmp_path, url):
    assert code_of(join, tmp_path / "second", url, "six words") == "not_an_office"
    foreign = new_database(url)
    engine = sa.create_engine(foreign)
    with engine.begin() as tx:
        tx.exec_driver_sql("CREATE TABLE alembic_version (version_num text)")
        tx.exec_driver_sql("INSERT INTO alembic_version VALUES ('ae1027a6acf9')")
    engine.dispose()
    assert code_of(join, tmp_path / "second", foreign, "six words") == "not_an_office"


@pytest.mark.parametrize(
    ("version", "code", "kind"),
    [("0001", "older_database", InvalidInput), ("9999", "needs_newer_program", NewerData)],
)
def test_a_database_of_another_program_version_is_left_as_it_is(tmp_path, office, url, version, code, kind):
    words = invited(office)
    with office.database.transaction() as tx:
        tx.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{version}'")
    assert code_of(join, tmp_path / "second", url, words, kind=kind) == code
    with office.database.reading() as tx:
        assert tx.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == version
    assert not (tmp_path / "second").exists()


@pytest.mark.usefixtures("office")
def test_nobody_joins_uninvited(tmp_path, url):
    assert code_of(join, tmp_path / "second", url, "six words") == "no_invitation"
