"""Where Stripe's Dashboard shows an object, by the beginning of its id; "" where it has no page."""

DASHBOARD = "https://dashboard.stripe.com/"
PAGES = {
    "pi_": "payments",
    "ch_": "payments",
    "py_": "payments",
    "in_": "invoices",
    "evt_": "events",
    "plink_": "payment-links",
    "sub_": "subscriptions",
}


def dashboard_page(id: str, *, livemode: bool) -> str:
    page = next((page for start, page in PAGES.items() if id.startswith(start)), "")
    if not page or not id.replace("_", "").isalnum() or not id.isascii():
        return ""
    return f"{DASHBOARD}{'' if livemode else 'test/'}{page}/{id}"
