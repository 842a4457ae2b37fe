"""Another officer's place at a head office whose database is on a server.

An officer invites: what a folder of this head office needs, its data key and its first key pair, is put into
the database under six words, which are told by telephone and kept nowhere. Who joins opens it with the words,
once; the data key opens the pairs that came after. The reserve pair stays where it is.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fieldapp.domain.actor import Actor, Duty
from fieldapp.domain.errors import EnvironmentProblem, InvalidInput, NewerData
from fieldapp.domain.results import surroundings
from fieldapp.domain.text import Text
from fieldapp.storage import log, officers, state
from fieldapp.storage.database import Database, schema_version, stamp
from fieldapp.storage.home import Home, logins
from fieldapp.storage.migrations import NEWEST
from fieldapp.storage.state import HQ_CENTRE
from fieldapp.storage.tables import home_state
from fieldapp.sync.keys import NodeKeys, unwrap, wrap
from fieldapp.sync.office_keys import own_key_list
from fieldapp.sync.words import Lock, choose, new_lock

_INVITATION, _PURPOSE = "invitation", "invitation"
_MAKING = "making"


class _Inside(msgspec.Struct, frozen=True):
    data_key: bytes
    pair: bytes


class Invitation(Lock, frozen=True, kw_only=True):
    """What lies in the database until somebody has joined. box: opens with the words."""

    practice: bool
    scope: str
    box: bytes

    def opened(self, words: str) -> tuple[bytes, NodeKeys]:
        """The data key of the head office and its first key pair. Raises InvalidInput 'words'."""
        try:
            inside = msgspec.json.decode(unwrap(self.key(words), self.box, _PURPOSE), type=_Inside)
        except EnvironmentProblem as error:
            raise InvalidInput(
                Text("These are not the words of this invitation."),
                Text(
                    "Nothing was made. Type all six words in their order; an older invitation counts no more."
                ),
                "words",
            ) from error
        return inside.data_key, NodeKeys.from_bytes(inside.pair)


def invite(database: Database, home: Home, keys: NodeKeys, data_key: bytes, actor: Actor) -> str:
    """Let one more officer join; gives the six words. An invitation that nobody took gives way to this one.

    Raises InvalidInput 'one_computer' where the database is a file in the folder, and 'keys_changed'.
    """
    actor.must_be(Duty.OFFICER)
    if not home.database_url:
        raise InvalidInput(
            Text("The database of this home is a file on this computer, so nobody can join it."),
            Text("Nothing was changed. Several officers need a database on a PostgreSQL server."),
            "one_computer",
        )
    words, lock = choose(), new_lock(practice=home.practice)
    with database.transaction() as tx:
        if not home.scope:
            own_key_list(tx, home, keys, data_key)  # so that the reserve pair is made here, and only here
        first = keys.find(state.node(tx).hex())
        if first is None:
            raise surroundings("no_key")
        inside = msgspec.json.encode(_Inside(data_key, first.to_bytes()))
        invitation = Invitation(
            **msgspec.to_builtins(lock),
            practice=home.practice,
            scope=home.scope,
            box=wrap(lock.key(words), inside, _PURPOSE),
        )
        state.write(tx, _INVITATION, msgspec.json.encode(invitation).decode())
        for login in logins(home):
            officers.note(tx, login, stamp(database.clock()))
        log.note(tx, database.clock(), actor.login, "invite")
    return words


def refuse_office(database: Database) -> None:
    """Raise InvalidInput 'office_there' for the database of an office: a new one would take its place."""
    if _is_office(database):
        raise InvalidInput(
            Text("There is a head office in this database already."),
            Text("Nothing was changed. Whoever works there too joins it: 'fieldapp hq join'."),
            "office_there",
        )


def begin_office(tx: Connection, node: str) -> None:
    """Note that the folder of this new office is not whole yet; till then another may take its place."""
    state.write(tx, _MAKING, node)


def settle_office(database: Database, node: str) -> None:
    """Its folder is whole: from now on the database is this office's."""
    with database.reading() as tx:
        if state.read(tx, _MAKING) != node:
            return
    with database.transaction() as tx:
        tx.execute(home_state.delete().where(home_state.c.name == _MAKING, home_state.c.value == node))


def _is_office(database: Database) -> bool:
    with database.reading() as tx:
        is_ours = sa.inspect(tx).has_table(home_state.name)
        return is_ours and state.read(tx, "centre") == str(HQ_CENTRE) and not state.read(tx, _MAKING)


def invitation_in(database: Database) -> Invitation:
    """The invitation that waits in a head office's database; nothing there is changed.

    Raises InvalidInput: 'not_an_office', 'older_database', 'no_invitation'; and NewerData.
    """
    if not _is_office(database):
        raise InvalidInput(
            Text("This database is not one of a head office."),
            Text("Nothing was made. Ask for the address that the first officer's home names."),
            "not_an_office",
        )
    if (found := schema_version(database)) > NEWEST:
        raise NewerData(
            Text("This head office works with a newer program."),
            Text("Nothing was made. Install the newer program and try again."),
            "needs_newer_program",
        )
    if found < NEWEST:
        # Bringing it up to date would shut out those who work there now.
        raise InvalidInput(
            Text("This head office works with an older program."),
            Text("Nothing was made. Install this program at its other computers first, and open it there."),
            "older_database",
        )
    with database.reading() as tx:
        kept = state.read(tx, _INVITATION)
    if not kept:
        raise _no_invitation()
    return msgspec.json.decode(kept, type=Invitation)


@contextmanager
def accepting(database: Database, invitation: Invitation, login: str) -> Iterator[None]:
    """Note who has joined, and use up the invitation; neither where the block fails.

    Raises InvalidInput: 'no_invitation' when somebody was quicker, 'login' for the name of another officer.
    """
    with database.transaction() as tx:
        kept = msgspec.json.encode(invitation).decode()
        same = (home_state.c.name == _INVITATION) & (home_state.c.value == kept)
        if tx.execute(home_state.delete().where(same)).rowcount == 0:
            raise _no_invitation()
        now = database.clock()
        if not officers.note(tx, login, stamp(now)):
            raise InvalidInput(
                Text("There is already an officer called {login} at this head office.", login=login),
                Text("Nothing was made, and the words still count. Choose another name."),
                "login",
            )
        log.note(tx, now, login, "join")
        yield


def _no_invitation() -> InvalidInput:
    return InvalidInput(
        Text("Nobody is invited to this head office."),
        Text("Nothing was made. Words count once: ask an officer there for new ones ('fieldapp hq invite')."),
        "no_invitation",
    )
