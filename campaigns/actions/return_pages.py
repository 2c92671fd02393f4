"""Return pages: made and changed by administrators; the key and the mode stay for ever."""

import secrets
from datetime import datetime

from django.db import transaction

from campaigns.core.arrival import thank_you_problem
from campaigns.models import ReturnPage


class CannotSave(Exception):
    """The page cannot be saved; the sentence says why and what would be right."""


def create(
    *,
    livemode: bool,
    name: str,
    thank_you_url: str,
    passes_session_id: bool,
    own_host: str,
    at: datetime,
) -> ReturnPage:
    """A page under a key that nobody can guess. Raises `CannotSave` for a thank-you page of no use."""
    _check(thank_you_url, own_host)
    return ReturnPage.objects.create(
        key=secrets.token_hex(8),
        livemode=livemode,
        name=name,
        thank_you_url=thank_you_url,
        passes_session_id=passes_session_id,
        created_at=at,
    )


@transaction.atomic
def change(
    *, id: int, name: str, thank_you_url: str, passes_session_id: bool, own_host: str
) -> ReturnPage:
    """Send buyers elsewhere from now on. Raises `CannotSave` as `create` does."""
    _check(thank_you_url, own_host)
    page = ReturnPage.objects.select_for_update().get(pk=id)
    page.name = name
    page.thank_you_url = thank_you_url
    page.passes_session_id = passes_session_id
    page.save(update_fields=["name", "thank_you_url", "passes_session_id"])
    return page


def _check(thank_you_url: str, own_host: str) -> None:
    if problem := thank_you_problem(thank_you_url, own_host):
        raise CannotSave(problem)
