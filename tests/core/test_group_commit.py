"""Group commit: who comes while others write shares the next transaction; a bad item fails alone."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from linktracker.lib.group_commit import MOST_AT_ONCE, GroupCommit

PATIENCE = 10


class Table:
    """Where groups are written: it keeps them, refuses what is bad, and can be held up."""

    def __init__(self):
        self.groups = []
        self.is_open = threading.Event()
        self.is_open.set()
        self.entered = threading.Event()

    def write_all(self, items):
        self.entered.set()
        assert self.is_open.wait(PATIENCE)
        self.groups.append(list(items))
        if "bad" in items:
            raise ValueError("bad")
        return [item.upper() for item in items]


@pytest.fixture
def table():
    return Table()


@pytest.fixture
def pool():
    with ThreadPoolExecutor(MOST_AT_ONCE + 8) as pool:
        yield pool


def write_behind_one(table, pool, items):
    """The first item is being written while all others come; returns what became of each."""
    group = GroupCommit(table.write_all)
    table.is_open.clear()
    first = pool.submit(group.write, "first")
    assert table.entered.wait(PATIENCE)
    others = [pool.submit(group.write, item) for item in items]
    until_queued(group, len(items))
    assert not any(future.done() for future in [first, *others])
    table.is_open.set()
    return [first, *others]


def until_queued(group, count):
    waiting = threading.Event()
    for _ in range(1000):
        if len(group._queue) == count:
            return
        waiting.wait(0.005)
    raise AssertionError(f"{len(group._queue)} of {count} came")


def test_who_comes_alone_is_written_alone(table):
    group = GroupCommit(table.write_all)
    assert [group.write("a"), group.write("b")] == ["A", "B"]
    assert table.groups == [["a"], ["b"]]


def test_those_who_come_meanwhile_share_the_next_and_get_their_own_answers(table, pool):
    items = [f"item {number}" for number in range(6)]
    futures = write_behind_one(table, pool, items)
    assert [future.result(PATIENCE) for future in futures] == [
        "FIRST", *(item.upper() for item in items),
    ]  # fmt: skip
    assert table.groups[0] == ["first"]
    assert sorted(table.groups[1]) == items
    assert len(table.groups) == 2


def test_more_than_a_group_holds_is_written_in_several(table, pool):
    items = [str(number) for number in range(MOST_AT_ONCE + 5)]
    futures = write_behind_one(table, pool, items)
    assert sorted(future.result(PATIENCE) for future in futures[1:]) == sorted(items)
    assert [len(group) for group in table.groups] == [1, MOST_AT_ONCE, 5]


def test_a_bad_item_fails_nobody_else(table, pool):
    futures = write_behind_one(table, pool, ["a", "bad", "b"])
    outcomes = [future.exception(PATIENCE) or future.result() for future in futures]
    assert [str(outcome) for outcome in outcomes] == ["FIRST", "A", "bad", "B"]
    assert sorted(table.groups[2:]) == [["a"], ["b"], ["bad"]]


def test_a_lone_bad_item_is_tried_once_and_leaves_the_way_free(table):
    group = GroupCommit(table.write_all)
    with pytest.raises(ValueError, match="bad"):
        group.write("bad")
    assert group.write("a") == "A"
    assert table.groups == [["bad"], ["a"]]


def test_a_writer_that_is_torn_away_leaves_the_others_their_own_try(table, pool):
    def tear_away(items):
        answers = table.write_all(items)
        if len(items) > 1:
            raise SystemExit
        return answers

    group = GroupCommit(tear_away)
    table.is_open.clear()
    first = pool.submit(group.write, "first")
    assert table.entered.wait(PATIENCE)
    others = [pool.submit(group.write, item) for item in ("a", "b")]
    until_queued(group, 2)
    table.is_open.set()
    assert first.result(PATIENCE) == "FIRST"
    outcomes = {str(future.exception(PATIENCE) or future.result()) for future in others}
    assert outcomes < {"A", "B", ""}
    assert group.write("c") == "C"
