"""What the list of events is asked for: read once, from the address of the page or from a form.

A value that cannot be used is left out, and a sentence says so.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

STATES: Final[Mapping[str, str]] = {
    "waiting": "Waiting",
    "parked": "Will try again",
    "set aside": "Needs you",
    "seen": "Seen, left aside",
    "done": "In the figures",
    "kept": "Kept",
}
SOURCES: Final[Mapping[str, str]] = {
    "webhook": "By webhook",
    "fetch": "Fetched",
    "upload": "Uploaded",
}
LONGEST: Final = 255

_ID = re.compile(r"[A-Za-z0-9_:.-]{1,255}|[A-Za-z0-9_]{1,240}@[0-9]{1,12}")
_TYPE = re.compile(r"[a-z0-9_.]{1,255}")


@dataclass(frozen=True)
class EventFilter:
    """Which events are wanted; "" and False want all. `search` is an event's or an object's whole id."""

    state: str = ""
    source: str = ""
    type: str = ""
    search: str = ""
    repeated: bool = False
    contradicted: bool = False
    problems: tuple[str, ...] = ()

    @property
    def is_narrowed(self) -> bool:
        texts = (self.state, self.source, self.type, self.search)
        return any(texts) or self.repeated or self.contradicted

    @property
    def names_an_event(self) -> bool:
        """Whether `search` is the id of what came, not of the object in it; an @ stands in fetched ones."""
        return self.search.startswith(("evt_", "sha256:")) or "@" in self.search

    @property
    def state_word(self) -> str:
        return STATES.get(self.state, "")

    @property
    def source_word(self) -> str:
        return SOURCES.get(self.source, "")

    @property
    def words(self) -> str:
        """The filter in words, for the record of what was done with it."""
        parts = [self.state_word, self.source_word, self.type, self.search]
        parts += ["came more than once"] if self.repeated else []
        parts += ["came with another body"] if self.contradicted else []
        return ", ".join(filter(None, parts)) or "all events"

    @property
    def parameters(self) -> dict[str, str]:
        """The filter as an address has it."""
        asked = {"state": self.state, "source": self.source, "type": self.type, "q": self.search}
        asked |= {"repeated": "1" if self.repeated else ""}
        asked |= {"contradicted": "1" if self.contradicted else ""}
        return {name: value for name, value in asked.items() if value}


def read_filter(asked: Mapping[str, str]) -> EventFilter:
    """The filter that an address names. Never raises."""
    state, source = asked.get("state", ""), asked.get("source", "")
    kind, search = asked.get("type", "").strip(), asked.get("q", "").strip()
    problems = []
    if state and state not in STATES:
        problems.append(f"There is no state “{state[:40]}”; all states are shown.")
    if source and source not in SOURCES:
        problems.append("Events come by webhook, fetched or uploaded; all of them are shown.")
    if kind and not _TYPE.fullmatch(kind):
        problems.append("No type of event is written like that; all types are shown.")
    if search and not _ID.fullmatch(search):
        problems.append("Search for a whole id, as evt_… or pi_…; all events are shown.")
    return EventFilter(
        state=state if state in STATES else "",
        source=source if source in SOURCES else "",
        type=kind if _TYPE.fullmatch(kind) else "",
        search=search if _ID.fullmatch(search) else "",
        repeated=asked.get("repeated") == "1",
        contradicted=asked.get("contradicted") == "1",
        problems=tuple(problems),
    )
