"""Which passwords are refused, and how long a link to choose another one works."""

import re
from typing import Any

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.exceptions import ValidationError

from linktracker.models import User

WORDS = frozenset(
    {
        "linktracker",
        "stripe",
        "paymentlink",
        "password",
        "passwort",
        "invoice",
        "123456789",
        "qwertyuiop",
    }
)
LEFT_OVER = 8  # characters that must stay when the words are taken out
SHORTEST = 4  # letters that make a word


class ResetTokens(PasswordResetTokenGenerator):
    """Ending somebody's sessions ends their links too; so a deactivation does."""

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{user.times_signed_out}"


class ContextWords:
    """A password made of this product's name, its address or its person is refused.

    Many people add the name of the place; a guesser does too."""

    def validate(self, password: str, user: User | None = None) -> None:
        plain = re.sub(r"[^a-z0-9]", "", password.lower())
        for word in sorted(self._words(user), key=len, reverse=True):
            if word in plain and len(plain.replace(word, "")) < LEFT_OVER:
                raise ValidationError(
                    f"“{word}” is easy to guess here; use words that have nothing to do with it.",
                    code="password_context",
                )

    def get_help_text(self) -> str:
        return "Not made of the product's name, its address or your own name."

    def _words(self, user: User | None) -> set[str]:
        named = " ".join([settings.PUBLIC_HOST, *([user.name, user.email] if user else [])])
        parts = re.split(r"[^a-z0-9]+", named.lower())
        return {*WORDS, *(part for part in parts if len(part) >= SHORTEST)}
