"""Refused deliveries: told once and then counted, and slowed down where one sender brings many."""

import threading

import pytest

from linktracker.lib.rejections import MOST, MOST_SENDERS, Line, Rejections, network_of


def told(rejections, cause="header", address="192.0.2.1", at=0.0):
    return [(line.cause, line.count) for line in rejections.note(cause, address, at).lines]


def test_the_first_refusal_is_told_at_once_and_the_next_ones_with_the_next_line():
    rejections = Rejections()
    assert told(rejections, at=0) == [("header", 1)]
    assert [told(rejections, at=second) for second in (1, 5, 9.9)] == [[], [], []]
    assert told(rejections, at=10) == [("header", 3), ("header", 1)]


def test_a_quiet_sender_leaves_no_count_behind():
    rejections = Rejections()
    told(rejections, at=0)
    assert told(rejections, at=100) == [("header", 1)]


def test_causes_and_senders_are_counted_apart():
    rejections = Rejections()
    told(rejections, at=0)
    assert told(rejections, cause="signature", at=1) == [("signature", 1)]
    assert told(rejections, address="198.51.100.1", at=1) == [("header", 1)]
    assert told(rejections, address="192.0.2.99", at=1) == []


def test_the_end_of_a_flood_is_told_by_whatever_comes_next():
    rejections = Rejections()
    assert rejections.overdue(0) == ()
    for _ in range(5):
        rejections.note("header", "192.0.2.1", 0)
    assert list(rejections.overdue(9)) == []
    assert list(rejections.overdue(11)) == [Line("header", "192.0.2.0/24", 4)]
    assert rejections.overdue(11) == ()


def test_a_sender_of_too_many_is_asked_to_wait_until_the_minute_is_over():
    rejections = Rejections()
    waits = [rejections.note("signature", "192.0.2.1", at / 100).wait for at in range(MOST)]
    assert set(waits) == {0}
    assert rejections.note("header", "192.0.2.200", 20).wait == 40
    assert rejections.note("header", "192.0.2.200", 59.9).wait == 1
    assert rejections.note("header", "198.51.100.1", 59.9).wait == 0
    assert rejections.note("header", "192.0.2.200", 60).wait == 0


def test_it_remembers_only_so_many_senders():
    rejections = Rejections()
    for number in range(MOST_SENDERS + 200):
        rejections.note("header", f"10.{number // 256}.{number % 256}.1", 0)
    assert len(rejections._untold) == len(rejections._windows) == MOST_SENDERS


def test_threads_lose_no_count():
    rejections = Rejections()
    together = threading.Barrier(4)

    def refuse():
        together.wait(timeout=10)
        for _ in range(500):
            rejections.note("header", "192.0.2.1", 0)

    threads = [threading.Thread(target=refuse) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert list(rejections.overdue(10)) == [Line("header", "192.0.2.0/24", 1999)]


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("", "unknown"),
        ("192.0.2.77, 10.0.0.1", "unknown"),
        ("<script>", "unknown"),
        ("192.0.2.777", "unknown"),
    ],
)
def test_only_the_beginning_of_an_address_is_kept(address, network):
    assert network_of(address) == network
