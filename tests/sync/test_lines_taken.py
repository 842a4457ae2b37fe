"""Everything once more: lines that were taken before are known by their names and not read again."""

import pytest

from fieldapp.domain import canonical
from fieldapp.domain.fields import Name
from fieldapp.domain.records import Target
from fieldapp.domain.rules import Setting
from fieldapp.sync.arriving import Counts
from fieldapp.sync.lines_taken import FROM, lines_taken
from fieldapp.sync.previews import sender_of
from fieldapp.sync.reader import Reader
from fieldapp.sync.sync_file_frame import numbered
from tests.statements import statements
from tests.sync.exchange import hand_made

pytestmark = pytest.mark.usefixtures("sent")


@pytest.fixture(params=["here", "in the other process"])
def sent(request, exchange):
    """As many records as are worth it, sent and taken."""
    centre = exchange.centre
    for n in range(FROM):
        target = Target(id=centre.services.targets.new_id(), title=Name("नौ शहर", "Nine cities"), amount=n)
        centre.services.targets.save(centre.actor, target)
    (path,) = exchange.send()
    if request.param == "in the other process":
        exchange.hq.inbox._reader = Reader(small=0)
        with exchange.hq.inbox._reader.at_work(1 << 30):
            assert exchange.deliver(path).counts == Counts(new=FROM)
            yield path
    else:
        assert exchange.deliver(path).counts == Counts(new=FROM)
        yield path


def opened(exchange, path):
    return exchange.hq.inbox._examiner.open(path.read_bytes())


def known(exchange, path):
    with exchange.hq.home.database.reading() as tx:
        content = opened(exchange, path)
        return lines_taken(tx, content, sender_of(tx, content).centre)


def everything_once_more(exchange):
    (path,) = exchange.send(full=True)
    return path


def a_target(exchange):
    services, actor = exchange.centre.services, exchange.centre.actor
    return services.targets.page(actor).items[0].record.id


def test_of_lines_that_came_before_only_whose_they_are_is_read(exchange):
    again = everything_once_more(exchange)
    names, setting = known(exchange, again), Setting(demo=True)
    lines = list(opened(exchange, again).lines(names))
    assert len(lines) == FROM
    assert all(line.again and not line.body for line in lines)
    assert list(Reader().lines(opened(exchange, again), setting, names)) == lines
    whole = list(opened(exchange, again).lines())
    members = ("t", "id", "owner", "op", "rev", "n", "line")
    told = [[getattr(line, one) for one in members] for line in lines]
    assert told == [[getattr(line, one) for one in members] for line in whole]
    assert exchange.deliver(again).counts == Counts(same=FROM)


def test_what_changed_since_is_taken_among_what_is_the_same(exchange):
    exchange.centre.edit(a_target(exchange), "target", amount=1_000)
    assert exchange.deliver(*exchange.send(full=True)).counts == Counts(same=FROM - 1, changed=1)
    assert exchange.hq.state_hash() == exchange.centre.state_hash()


def test_after_a_file_was_undone_its_lines_are_read_as_new_ones(exchange):
    office = exchange.hq
    (file,) = office.inbox.files(office.actor)
    office.inbox.undo(office.actor, file.sha256, "test")
    assert exchange.deliver(*exchange.send(full=True)).counts == Counts(new=FROM)
    assert office.state_hash() == exchange.centre.state_hash()


def test_a_line_that_says_something_else_under_a_known_name_is_read_and_refused(exchange, sent):
    content = opened(exchange, sent)
    _, first, *others = (line for _, line in numbered(content.frame))
    members = canonical.decode(first)
    members["f"]["amount"] = 4711
    changed = [canonical.encode(members), *others]
    path = hand_made(exchange, changed, columns=content.manifest.columns)
    taken = exchange.deliver(path)
    assert taken.counts == Counts(same=FROM - 1, refused=1)
    rows = exchange.hq.inbox.preview(exchange.hq.actor, taken.files[0].sha256).rows
    assert rows[0].code == "bad_revision"


def test_the_preview_of_what_came_before_shows_every_record_and_counts_alike(exchange):
    office, again = exchange.hq, everything_once_more(exchange)
    (file,) = office.inbox.read(office.actor, [again])
    before = office.inbox.preview(office.actor, file.sha256)
    assert {row.head.title.en for row in before.rows} == {"Nine cities"}
    assert office.inbox.apply(office.actor, file.sha256, before.counts).differs is False


def test_a_file_that_goes_on_where_the_others_ended_looks_for_nothing(exchange):
    exchange.centre.receipts.apply(exchange.centre.actor, exchange.answer())
    for n in range(FROM):
        exchange.centre.plan(amount=n)
    assert known(exchange, *exchange.send()) == frozenset()


def test_lines_are_looked_for_in_the_files_that_may_have_them_and_not_in_all_that_ever_came(exchange):
    """The other way round, every record of a centre that sent ten thousand would be asked about each time."""
    again, database = everything_once_more(exchange), exchange.hq.home.database
    with statements(database) as asked:
        assert len(known(exchange, again)) == FROM
    with database.reading() as tx:
        made = [one for one in asked if "line" in one]
        steps = [
            row.detail for one in made for row in tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {one}").fetchall()
        ]
    assert steps[0].startswith("SEARCH file_revisions USING PRIMARY KEY (sha256=? AND centre=?")
    assert steps[1].startswith("SEARCH revisions USING PRIMARY KEY")
    assert len(steps) == 2


def test_the_same_line_read_by_other_columns_is_another_line(exchange, sent):
    content = opened(exchange, sent)
    _, *lines = (line for _, line in numbered(content.frame))
    path = hand_made(exchange, lines, columns={"rows": ("row", "age")})
    assert set(content.manifest.columns) != {"rows"}
    read = list(opened(exchange, path).lines(known(exchange, path)))
    assert len(read) == FROM
    assert not any(line.again for line in read)
