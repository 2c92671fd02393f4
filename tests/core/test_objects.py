"""The facts of each kind of object, as API versions from 2019 to 2026 shape them."""

import json
from pathlib import Path

import pytest

from reconciliation.core.event_types import EVENT_TYPES
from reconciliation.core.facts import BadShape, Source
from reconciliation.core.objects import ALL_KINDS, KINDS, KINDS_BY_OBJECT

SAMPLES = Path(__file__).parent.parent / "data" / "stripe-fixtures"
AT = 1_790_000_100


def read(kind, fields, event_type=""):
    return KINDS[kind].read(Source(fields, event_type, AT))


def rank(kind, **facts):
    return KINDS[kind].rank_of(facts)


def test_every_event_type_has_a_kind_and_every_kind_a_name_of_stripes():
    assert {subject.kind for subject in EVENT_TYPES.values()} == set(KINDS)
    assert len(KINDS_BY_OBJECT) == len(ALL_KINDS)


@pytest.mark.parametrize("kind", [kind for kind in ALL_KINDS if kind.name != "invoice_payment"])
def test_the_official_sample_is_read(kind):
    fields = json.loads((SAMPLES / f"{kind.object_name}.json").read_text())
    facts = kind.read(Source(fields, "", AT))
    assert set(facts) <= set(kind.facts)
    assert len(facts) >= 6


@pytest.mark.parametrize("kind", ALL_KINDS, ids=lambda kind: kind.name)
def test_what_a_version_lacks_is_absent_and_not_null(kind):
    assert set(kind.read(Source({}, "", AT))) <= {"created"}
    assert None not in kind.read(Source({}, "", AT)).values()


NEWEST_SESSION = {
    "created": 1_790_000_000,
    "mode": "payment",
    "status": "complete",
    "payment_status": "paid",
    "payment_intent": {"id": "pi_1", "object": "payment_intent"},
    "total_details": {"amount_tax": 350, "amount_discount": 100, "amount_shipping": None},
    "presentment_details": {"presentment_amount": 1800, "presentment_currency": "EUR"},
    "discounts": [
        {"coupon": "c", "promotion_code": "promo_1"},
        {"coupon": "c", "promotion_code": None},
        {"coupon": None, "promotion_code": {"id": "promo_2"}},
        "odd",
    ],
    "amount_total": 2000,
    "currency": "usd",
    "success_url": 5,
    "invoice": None,
}


def test_a_session_of_the_newest_version():
    facts = read("checkout_session", NEWEST_SESSION, "checkout.session.completed")
    assert facts == {
        "mode": "payment",
        "status": "complete",
        "payment_status": "paid",
        "paid_at": AT,
        "created": 1_790_000_000,
        "currency": "usd",
        "amount_total": 2000,
        "amount_tax": 350,
        "amount_discount": 100,
        "presentment_amount": 1800,
        "presentment_currency": "eur",
        "payment_intent": "pi_1",
        "invoice": None,
        "promotion_codes": ["promo_1", "promo_2"],
    }


def test_a_session_of_2019_has_only_its_display_items_and_its_event():
    items = [
        {"amount": 900, "currency": "eur", "quantity": 2, "type": "custom"},
        {"amount": 100, "currency": "eur", "quantity": 1, "type": "sku"},
    ]
    fields = {"display_items": items, "payment_intent": "pi_1", "subscription": None}
    facts = read("checkout_session", fields, "checkout.session.completed")
    assert facts == {
        "status": "complete",
        "created": AT,
        "currency": "eur",
        "amount_total": 1900,
        "payment_intent": "pi_1",
        "subscription": None,
    }


@pytest.mark.parametrize(
    "items",
    [
        None,
        [],
        ["odd"],
        [{"plan": {"amount": 900}, "quantity": 1}],
        [{"amount": 900, "currency": "eur"}],
        [{"amount": 900, "quantity": 1}, {"plan": {}, "quantity": 1, "currency": "eur"}],
    ],
)
def test_display_items_that_do_not_tell_all_give_no_total(items):
    assert "amount_total" not in read("checkout_session", {"display_items": items})


def test_display_items_in_two_currencies_give_no_currency():
    items = [{"currency": "eur"}, {"currency": "usd"}]
    assert "currency" not in read("checkout_session", {"display_items": items})


@pytest.mark.parametrize(
    ("item", "sentence"),
    [
        ({"amount": -5, "quantity": 1}, "total is -5"),
        ({"currency": "euro"}, "currency is “euro”"),
    ],
)
def test_display_items_that_are_nonsense_are_refused(item, sentence):
    with pytest.raises(BadShape, match=sentence):
        read("checkout_session", {"display_items": [item]})


LONGEST_WORDS = [
    ("checkout_session", "client_reference_id", 255),
    ("checkout_session", "mode", 255),
    ("checkout_session", "status", 255),
    ("checkout_session", "payment_status", 255),
    ("invoice", "billing_reason", 255),
    ("payment_link", "url", 500),
]


@pytest.mark.parametrize(("kind", "key", "longest"), LONGEST_WORDS)
def test_a_word_is_kept_as_long_as_its_column_and_never_cut(kind, key, longest):
    assert read(kind, {key: "w" * longest})[key] == "w" * longest
    with pytest.raises(BadShape, match=f"{key} is .*not text of at most {longest} characters"):
        read(kind, {key: "w" * (longest + 1)})


def test_a_links_confirmation_is_a_short_word():
    with pytest.raises(BadShape, match="at most 40 characters"):
        read("payment_link", {"after_completion": {"type": "w" * 41}})


@pytest.mark.parametrize(
    ("event_type", "status"),
    [
        ("checkout.session.completed", "complete"),
        ("checkout.session.async_payment_succeeded", "complete"),
        ("checkout.session.async_payment_failed", "complete"),
        ("checkout.session.expired", "expired"),
    ],
)
def test_a_session_without_status_has_that_of_its_event(event_type, status):
    assert read("checkout_session", {}, event_type)["status"] == status
    assert read("checkout_session", {"status": "open"}, event_type)["status"] == "open"


@pytest.mark.parametrize(
    ("event_type", "failed"),
    [
        ("checkout.session.async_payment_failed", True),
        ("checkout.session.async_payment_succeeded", False),
        ("checkout.session.completed", None),
    ],
)
def test_a_delayed_payment_fails_by_its_event_alone(event_type, failed):
    assert read("checkout_session", NEWEST_SESSION, event_type).get("async_failed") is failed


@pytest.mark.parametrize(
    ("event_type", "payment_status", "paid_at"),
    [
        ("checkout.session.completed", "paid", AT),
        ("checkout.session.completed", "no_payment_required", AT),
        ("checkout.session.async_payment_succeeded", "paid", AT),
        ("checkout.session.completed", "unpaid", None),
        ("checkout.session.expired", "paid", None),
        ("", "paid", None),
    ],
)
def test_a_session_is_paid_at_the_event_that_first_shows_it(event_type, payment_status, paid_at):
    fields = {**NEWEST_SESSION, "payment_status": payment_status}
    assert read("checkout_session", fields, event_type).get("paid_at") == paid_at


def test_null_containers_give_null_facts():
    facts = read("checkout_session", {"total_details": None, "discounts": None})
    assert (facts["amount_tax"], facts["promotion_codes"]) == (None, [])


def test_an_intent_of_an_old_version_names_its_newest_charge():
    charges = {"data": [{"id": "ch_2"}, {"id": "ch_1"}]}
    assert read("payment_intent", {"charges": charges})["latest_charge"] == "ch_2"
    assert read("payment_intent", {"charges": {"data": []}})["latest_charge"] is None
    both = {"latest_charge": "ch_3", "charges": charges}
    assert read("payment_intent", both)["latest_charge"] == "ch_3"


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ({"code": "card_declined", "decline_code": "lost_card"}, "lost_card"),
        ({"code": "expired_card"}, "expired_card"),
        ({"type": "api_error"}, "api_error"),
        (None, None),
        ("odd", None),
    ],
)
def test_an_intent_tells_the_reason_of_its_last_failed_try(error, told):
    assert read("payment_intent", {"last_payment_error": error}) == {"last_error": told}


@pytest.mark.parametrize(
    ("status", "event_type", "accepted_at", "paid_at"),
    [
        ("succeeded", "payment_intent.succeeded", AT, AT),
        ("succeeded", "", AT, None),
        ("processing", "payment_intent.succeeded", AT, None),
        ("requires_capture", "", AT, None),
        ("requires_payment_method", "", None, None),
    ],
)
def test_an_intent_is_accepted_before_it_is_paid(status, event_type, accepted_at, paid_at):
    facts = read("payment_intent", {"status": status}, event_type)
    assert (facts.get("accepted_at"), facts.get("paid_at")) == (accepted_at, paid_at)


@pytest.mark.parametrize(
    ("fields", "event_type", "paid_at"),
    [
        ({"status": "succeeded", "captured": True}, "charge.succeeded", AT),
        ({"status": "succeeded", "captured": True}, "charge.captured", AT),
        ({"status": "succeeded", "captured": True}, "charge.refunded", None),
        ({"status": "succeeded", "captured": False}, "charge.succeeded", None),
        ({"status": "failed", "captured": True}, "charge.succeeded", None),
    ],
)
def test_a_charge_is_paid_when_it_is_captured(fields, event_type, paid_at):
    assert read("charge", fields, event_type).get("paid_at") == paid_at


@pytest.mark.parametrize(
    ("fields", "disputed"),
    [
        ({"disputed": True}, True),
        ({"disputed": False, "dispute": "dp_1"}, False),
        ({"dispute": "dp_1"}, True),
        ({"dispute": None}, False),
        ({}, None),
    ],
)
def test_a_charge_is_disputed_by_flag_or_by_its_older_dispute(fields, disputed):
    assert read("charge", fields).get("disputed") is disputed


def test_a_charge_tells_its_method():
    fields = {"payment_method_details": {"type": "card", "card": {}}}
    assert read("charge", fields)["method"] == "card"


@pytest.mark.parametrize(
    ("fields", "subscription"),
    [
        ({"subscription": "sub_1"}, "sub_1"),
        ({"subscription": {"id": "sub_1"}}, "sub_1"),
        ({"parent": {"subscription_details": {"subscription": "sub_1"}}}, "sub_1"),
        (
            {"subscription": None, "parent": {"subscription_details": {"subscription": "sub_1"}}},
            "sub_1",
        ),
        ({"subscription": None}, None),
        ({"parent": None}, None),
        ({"parent": {"subscription_details": None}}, None),
        ({}, "absent"),
    ],
)
def test_an_invoice_names_its_subscription_in_every_version(fields, subscription):
    assert read("invoice", fields).get("subscription", "absent") == subscription


PAYMENTS = {
    "data": ["odd", {"payment": {"charge": "ch_1"}}, {"payment": {"payment_intent": "pi_1"}}]
}


@pytest.mark.parametrize(
    ("fields", "intent", "charge"),
    [
        ({"payment_intent": "pi_0", "charge": "ch_0"}, "pi_0", "ch_0"),
        ({"payment_intent": None, "charge": None}, None, None),
        ({"payments": PAYMENTS}, "pi_1", "ch_1"),
        ({"payments": {"data": []}}, None, None),
        ({}, "absent", "absent"),
    ],
)
def test_an_invoice_names_what_paid_it_where_it_can(fields, intent, charge):
    facts = read("invoice", fields)
    assert facts.get("payment_intent", "absent") == intent
    assert facts.get("charge", "absent") == charge


@pytest.mark.parametrize(
    ("fields", "tax"),
    [
        ({"tax": 350}, 350),
        ({"tax": None, "total_taxes": [{"amount": 5}]}, None),
        ({"total_taxes": [{"amount": 300}, {"amount": 50}, {"amount": None}, "odd"]}, 350),
        ({"total_tax_amounts": [{"amount": -7}]}, -7),
        ({"total_taxes": None}, 0),
        ({}, "absent"),
    ],
)
def test_an_invoice_tells_its_tax_in_every_version(fields, tax):
    assert read("invoice", fields).get("tax", "absent") == tax


@pytest.mark.parametrize("tax", ["350", 1.5, 10**12 + 1])
def test_an_invoice_with_nonsense_for_tax_is_refused(tax):
    with pytest.raises(BadShape):
        read("invoice", {"total_taxes": [{"amount": tax}]})


@pytest.mark.parametrize(
    ("fields", "event_type", "status", "paid_at"),
    [
        ({"status": "paid", "status_transitions": {"paid_at": 7}}, "", "paid", 7),
        ({"status": "paid"}, "invoice.paid", "paid", AT),
        ({"status": "paid", "status_transitions": {"paid_at": None}}, "", "paid", None),
        ({"paid": True}, "invoice.payment_succeeded", "paid", AT),
        ({"paid": False}, "invoice.paid", None, None),
        ({"status": "open", "status_transitions": {"paid_at": 7}}, "", "open", None),
    ],
)
def test_an_invoice_is_paid_by_status_or_by_its_older_flag(fields, event_type, status, paid_at):
    facts = read("invoice", fields, event_type)
    assert (facts.get("status"), facts.get("paid_at")) == (status, paid_at)


@pytest.mark.parametrize(
    ("fields", "event_type", "paid_at"),
    [
        ({"status": "paid", "status_transitions": {"paid_at": 7}}, "", 7),
        ({"status": "paid"}, "invoice_payment.paid", AT),
        ({"status": "paid"}, "", None),
        ({"status": "open", "status_transitions": {"paid_at": 7}}, "invoice_payment.paid", None),
    ],
)
def test_an_invoice_payment_tells_when_it_was_paid(fields, event_type, paid_at):
    assert read("invoice_payment", fields, event_type).get("paid_at") == paid_at


def test_an_invoice_payment_joins_invoice_and_intent():
    fields = {"invoice": "in_1", "payment": {"type": "payment_intent", "payment_intent": "pi_1"}}
    assert read("invoice_payment", fields) == {"invoice": "in_1", "payment_intent": "pi_1"}


def test_a_payment_link_tells_where_it_sends_the_buyer():
    fields = {
        "url": "https://buy.stripe.com/test_a",
        "after_completion": {"type": "redirect", "redirect": {"url": "https://shop.example/"}},
        "active": True,
    }
    assert read("payment_link", fields) == {
        "url": "https://buy.stripe.com/test_a",
        "active": True,
        "confirmation": "redirect",
        "redirect_url": "https://shop.example/",
    }


@pytest.mark.parametrize(
    ("kind", "states"),
    [
        (
            "checkout_session",
            [
                {"status": "open"},
                {"status": "complete", "payment_status": "unpaid"},
                {"status": "complete", "payment_status": "paid"},
                {"status": "expired"},
            ],
        ),
        (
            "payment_intent",
            [
                {"status": "requires_payment_method", "last_error": None},
                {"status": "requires_action"},
                {"status": "processing"},
                {"status": "requires_capture"},
                {"status": "requires_payment_method", "last_error": "lost_card"},
                {"status": "canceled"},
                {"status": "succeeded"},
            ],
        ),
        (
            "charge",
            [
                {"status": "pending", "captured": True},
                {"status": "failed", "captured": True},
                {"status": "succeeded", "captured": True},
                {"status": "succeeded", "captured": True, "amount_refunded": 1},
            ],
        ),
        (
            "refund",
            [
                {"status": "pending"},
                {"status": "requires_action"},
                {"status": "succeeded"},
                {"status": "failed"},
            ],
        ),
        (
            "invoice",
            [{"status": "draft"}, {"status": "open"}, {"status": "paid"}, {"status": "void"}],
        ),
        ("invoice_payment", [{"status": "open"}, {"status": "paid"}, {"status": "canceled"}]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_later_state_ranks_higher_within_one_second(kind, states):
    ranks = [rank(kind, **facts) for facts in states]
    assert ranks == sorted(set(ranks))


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("status", [None, "of the future"], ids=["null", "unknown"])
def test_an_unknown_state_ranks_low_and_never_fails(kind, status):
    assert rank(kind, status=status) <= 1
    assert rank(kind) <= 1


def test_every_rank_of_a_type_fits_the_ranks_of_states():
    """A type never outranks the state that must follow it in the same second."""
    assert EVENT_TYPES["checkout.session.completed"].rank < rank(
        "checkout_session", status="complete", payment_status="paid"
    )
    assert EVENT_TYPES["charge.succeeded"].rank < rank("charge", status="succeeded", captured=True)
    assert EVENT_TYPES["charge.updated"].rank < rank("charge", amount_refunded=1)
    assert EVENT_TYPES["payment_intent.payment_failed"].rank < rank(
        "payment_intent", status="succeeded"
    )
    assert EVENT_TYPES["refund.updated"].rank < rank("refund", status="succeeded")


def line(unit=4900, quantity=1, name="Ticket", custom=None, interval=None, **price):
    recurring = {"interval": interval, "interval_count": 3} if interval else None
    told = {"unit_amount": unit, "custom_unit_amount": custom, "recurring": recurring, **price}
    return {"object": "item", "description": name, "quantity": quantity, "price": told}


def sold(*lines, has_more=False):
    shown = {"object": "list", "data": list(lines), "has_more": has_more}
    facts = read("payment_link", {"line_items": shown})
    return tuple(
        facts[name] for name in ("products", "price", "buyer_chooses", "interval", "interval_count")
    )


@pytest.mark.parametrize("fields", [{}, {"line_items": None}, {"line_items": ["odd"]}])
def test_a_link_whose_lines_were_not_asked_for_does_not_say_what_it_sells(fields):
    facts = read("payment_link", fields)
    assert (
        set(facts) & {"products", "price", "buyer_chooses", "interval", "interval_count"} == set()
    )


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ((line(),), (["Ticket"], 4900, False, None, None)),
        ((line(quantity=2), line(100, 3, "Pin")), (["Ticket", "Pin"], 10100, False, None, None)),
        ((line(1200, interval="month"),), (["Ticket"], 1200, False, "month", 3)),
        ((line(), line(interval="year")), (["Ticket", "Ticket"], 9800, False, "year", 3)),
        ((line(None, custom={"preset": None}),), (["Ticket"], None, True, None, None)),
        ((line(500, custom={"preset": 500}),), (["Ticket"], None, True, None, None)),
        ((line(None),), (["Ticket"], None, False, None, None)),
        ((line(), line(None)), (["Ticket", "Ticket"], None, False, None, None)),
        ((line(quantity=None),), (["Ticket"], None, False, None, None)),
        ((line("4900"),), (["Ticket"], None, False, None, None)),
        ((line(-1),), (["Ticket"], None, False, None, None)),
        ((line(quantity=-1),), (["Ticket"], None, False, None, None)),
        ((line(0),), (["Ticket"], 0, False, None, None)),
        ((line(10**12, 2),), (["Ticket"], None, False, None, None)),
        ((line(name=None),), ([], 4900, False, None, None)),
        ((line(name="x" * 300),), (["x" * 250], 4900, False, None, None)),
        ((line(recurring={"interval": "week", "interval_count": 0}),),
         (["Ticket"], 4900, False, "week", None)),
        (("odd", line()), (["Ticket"], 4900, False, None, None)),
        (({"description": "Bare"},), (["Bare"], None, False, None, None)),
        ((), ([], None, False, None, None)),
    ],
)  # fmt: skip
def test_what_a_payment_link_sells(lines, told):
    assert sold(*lines) == told


def test_lines_that_are_not_all_shown_make_no_price():
    assert sold(line(), has_more=True)[:2] == (["Ticket"], None)
