"""Words of text as an index keeps them: part of a name finds its row among a million.

Punctuation parts words (INV-1606 has two), case does not matter, and a word is found by how it
begins. `WordsOf` is both what a GIN index holds and what a query asks it for.
"""

import re
from typing import Final

from django.db.models import BooleanField, Func, Q, TextField, Value

SEPARATORS: Final = "-_./:@&=?#~+<>"  # the parser of PostgreSQL would make URLs and figures of them
MOST_WORDS: Final = 40  # a whole URL
LONGEST_WORD: Final = 200

_WORD = re.compile(r"[^\W_]+")


class WordsOf(Func):
    """The words of some columns of a row."""

    template = (
        "to_tsvector('simple', "
        f"translate(%(expressions)s, '{SEPARATORS}', '{' ' * len(SEPARATORS)}'))"
    )
    arg_joiner = " || ' ' || "
    output_field = TextField()


class _Asked(Func):
    template = "to_tsquery('simple', %(expressions)s)"
    output_field = TextField()


class _Holds(Func):
    template = "%(expressions)s"
    arg_joiner = " @@ "
    output_field = BooleanField()


def having(typed: str, *columns: str) -> Q:
    """Rows whose columns hold every word that was typed, or one that begins so; none without words."""
    words = words_of(typed)
    if not words:
        return Q(pk__in=[])
    asked = " & ".join(f"'{word}':*" for word in words)
    return Q(_Holds(WordsOf(*columns), _Asked(Value(asked))))


def words_of(typed: str) -> list[str]:
    """Letters and figures only, so that no operator of a text query is among them."""
    return [word[:LONGEST_WORD] for word in _WORD.findall(typed)[:MOST_WORDS]]
