"""Whether figures are final, and what every page should say about the background worker."""

from datetime import UTC, datetime, timedelta

import pytest

from reconciliation.core.health import Standing, alarm, duration, finality

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("standing", "tone", "words"),
    [(Standing(last_event_at=NOW), "ok", "Figures are final"),
     (Standing(), "warn", "Stripe has told us of nothing yet"),
     (Standing(waiting=1), "warn", "1 event waits: figures are provisional"),
     (Standing(waiting=1200), "warn", "1,200 events wait:"),
     (Standing(parked=1), "warn", "1 event will be tried again: "),
     (Standing(waiting=1, parked=2), "warn", "1 event waits and 2 will be tried again: "),
     (Standing(set_aside=1, waiting=4), "bad", "1 event needs you"),
     (Standing(set_aside=1, seen=3), "bad", "1 event needs you"),
     (Standing(seen=1, waiting=1), "warn", "1 event waits"),
     (Standing(seen=2, last_event_at=NOW), "ok", "Figures are final but for 2 events that somebody has"),
     (Standing(set_aside=2), "bad", "2 events need you"),
     (Standing(repeated=9, contradicted=1, last_event_at=NOW), "ok", "Figures are final")],
)  # fmt: skip
def test_figures_are_final_only_when_nothing_is_left_to_read(standing, tone, words):
    verdict = finality(standing)
    assert (verdict.tone, verdict.sentence[: len(words)]) == (tone, words)


@pytest.mark.parametrize(
    ("seen_before", "waits_for", "words"),
    [(0, None, None), (59, None, None), (60, None, "No background worker has been seen for 1 min."),
     (None, None, "No background worker has run yet."), (3, 299, None), (3, 300, "Events wait for 5 min"),
     (7200, 300, "No background worker has been seen for 2 h.")],
)  # fmt: skip
def test_the_alarm(seen_before, waits_for, words):
    def before(seconds):
        return None if seconds is None else NOW - timedelta(seconds=seconds)

    verdict = alarm(seen_at=before(seen_before), oldest_waiting_at=before(waits_for), at=NOW)
    assert (verdict is None) == (words is None)
    assert verdict is None or verdict.sentence.startswith(words)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (-3, "0 s"), (59, "59 s"), (60, "1 min"), (3599, "59 min"), (3600, "1 h"),
     (86_399, "23 h"), (86_400, "1 d"), (864_000, "10 d")],
)  # fmt: skip
def test_a_duration_is_told_in_its_largest_unit(seconds, words):
    assert duration(timedelta(seconds=seconds)) == words
