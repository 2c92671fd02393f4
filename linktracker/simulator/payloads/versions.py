"""The API versions we can speak, and the ones at which a shape changed."""

NEWEST = "2026-10-28.endive"
VERSIONS = ("2019-12-03", "2022-11-15", "2024-06-20", "2025-03-31.basil", NEWEST)

# From this version on …
LATEST_CHARGE = (
    "2022-11-15"  # an intent names its charge and no longer holds it, nor it its refunds
)
SESSION_STATUS = "2022-11-15"  # sessions say status, payment_status and total_details
SESSION_INVOICE = "2022-11-15"  # a subscription's session names its first invoice
BASIL = "2025-03-31"  # invoices no longer name intent and charge; addresses move
DAHLIA = "2026-03-25"  # ui_mode is hosted_page


def since(version: str, change: str) -> bool:
    """Versions begin with their day, so text compares as time does."""
    return version[:10] >= change
