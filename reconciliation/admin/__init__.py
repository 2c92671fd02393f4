"""What Stripe told us, and what it adds up to: windows on facts, projections and records."""

from reconciliation.admin import (  # noqa: F401 - each registers its models
    buyer,
    inbox_event,
    observation,
    open_items,
    payment_link,
    stripe_objects,
    work,
)
