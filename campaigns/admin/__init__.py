"""Links, payments and return visits, as administrators see them; return pages are made here."""

from campaigns.admin import (  # noqa: F401 - each registers its models
    campaign,
    link_change,
    payment,
    payment_link,
    records,
    returns,
    tracked_link,
)
