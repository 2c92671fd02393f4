"""Objects have the fields of their API version, and an absent field is absent, not null."""

import json
from typing import Any

import pytest

from linktracker.simulator import payloads
from linktracker.simulator.catalogue import CATALOGUE
from linktracker.simulator.payloads import NEWEST, VERSIONS
from linktracker.simulator.people import Buyer

AT = 1_790_000_000
BUYER = Buyer("Zoë O'Brien", "zoe.obrien1@example.com", "NL", "1012 JS")
REFUND = payloads.Refund(
    *("re_3a", "ch_3a", "pi_3a", AT, "eur", 500, "succeeded", "card"), balance_transaction="txn_3b"
)
CHARGE = payloads.Charge(
    *("ch_3a", "pi_3a", False, AT, "eur", 12100, "succeeded", "card", BUYER, None, None, "txn_3a"),
    refunds=(REFUND,),
)
INTENT = payloads.Intent("pi_3a", False, AT, "succeeded", CHARGE)
INVOICE = payloads.Invoice(
    *("in_1a", False, AT, "eur", 1200, "sub_1a", "cus_a", "pi_3a", "ch_3a"),
    *("subscription_cycle", "ABC-0002", BUYER),
)
JOINT = payloads.InvoicePayment("inpay_1a", False, AT, "eur", 1200, "in_1a", "pi_3a")
SESSION = payloads.Checkout(
    id="cs_test_a",
    livemode=False,
    created=AT,
    mode="payment",
    status="complete",
    payment_status="paid",
    currency="eur",
    subtotal=12100,
    discount=0,
    tax_percent=21,
    buyer=BUYER,
    payment_link_id="plink_1a",
    success_url="https://stripe.com",
    client_reference_id=None,
    intent_id="pi_3a",
    subscription_id=None,
    invoice_id=None,
    customer_id=None,
)
ALL = (SESSION, INTENT, CHARGE, REFUND, INVOICE, JOINT, CATALOGUE[0])


def changed(facts, **changes):
    values = {name: getattr(facts, name) for name in facts.__slots__}
    return type(facts)(**(values | changes))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("facts", ALL, ids=lambda facts: type(facts).__name__)
def test_every_object_names_its_id_and_kind_first_and_survives_its_bytes(facts, version):
    drawn = payloads.draw(facts, version)
    assert list(drawn)[:2] == ["id", "object"]
    assert json.loads(payloads.encode(drawn)) == drawn


@pytest.mark.parametrize(
    ("facts", "key", "versions"),
    [
        (SESSION, "payment_status", VERSIONS[1:]),
        (SESSION, "status", VERSIONS[1:]),
        (SESSION, "total_details", VERSIONS[1:]),
        (SESSION, "invoice", VERSIONS[1:]),
        (SESSION, "shipping_details", VERSIONS[:3]),
        (SESSION, "collected_information", VERSIONS[3:]),
        (SESSION, "presentment_details", VERSIONS[3:]),
        (SESSION, "integration_identifier", VERSIONS[4:]),
        (SESSION, "payment_link", VERSIONS),
        (INTENT, "charges", VERSIONS[:1]),
        (INTENT, "latest_charge", VERSIONS[1:]),
        (INTENT, "invoice", VERSIONS[:3]),
        (INTENT, "customer_account", VERSIONS[4:]),
        (CHARGE, "refunds", VERSIONS[:1]),
        (CHARGE, "invoice", VERSIONS[:3]),
        (REFUND, "destination_details", VERSIONS[1:]),
        (REFUND, "payment_method", VERSIONS[4:]),
        (REFUND, "failure_reason", ()),
        (REFUND, "livemode", ()),
        (INVOICE, "payment_intent", VERSIONS[:3]),
        (INVOICE, "charge", VERSIONS[:3]),
        (INVOICE, "subscription", VERSIONS[:3]),
        (INVOICE, "parent", VERSIONS[3:]),
        (CATALOGUE[0], "currency", VERSIONS[1:]),
        (CATALOGUE[0], "optional_items", VERSIONS[3:]),
        (CATALOGUE[0], "managed_payments", VERSIONS[4:]),
        (CATALOGUE[0], "created", ()),
    ],
)
def test_a_field_is_there_in_its_versions_and_absent_in_the_others(facts, key, versions):
    having = tuple(version for version in VERSIONS if key in payloads.draw(facts, version))
    assert having == versions


@pytest.mark.parametrize(
    ("version", "mode"),
    [("2024-06-20", "hosted"), ("2025-03-31.basil", "hosted"), (NEWEST, "hosted_page")],
)
def test_the_hosted_page_changed_its_name(version, mode):
    assert payloads.checkout_session(SESSION, version=version)["ui_mode"] == mode


def test_the_oldest_intent_holds_its_charge_and_that_its_refunds():
    intent = json.loads(payloads.encode(payloads.payment_intent(INTENT, version=VERSIONS[0])))
    (charge,) = intent["charges"]["data"]
    assert charge["id"] == "ch_3a"
    assert [refund["id"] for refund in charge["refunds"]["data"]] == ["re_3a"]


def test_a_newer_invoice_names_its_subscription_in_its_parent():
    drawn = json.loads(payloads.encode(payloads.invoice(INVOICE, version=NEWEST)))
    assert drawn["parent"]["subscription_details"]["subscription"] == "sub_1a"


def test_an_invoice_payment_names_invoice_and_intent():
    drawn = payloads.invoice_payment(JOINT)
    assert drawn["invoice"] == "in_1a"
    assert drawn["payment"] == {"payment_intent": "pi_3a", "type": "payment_intent"}


@pytest.mark.parametrize(
    ("percent", "discount", "total", "tax"),
    [(21, 0, 12100, 2100), (0, 0, 12100, 0), (21, 12100, 0, 0), (21, 2100, 10000, 1735)],
)
def test_tax_is_inside_what_is_left_after_the_discount(percent, discount, total, tax):
    drawn = payloads.checkout_session(
        changed(SESSION, tax_percent=percent, discount=discount), version=NEWEST
    )
    assert drawn["amount_total"] == total
    assert drawn["total_details"] == {
        "amount_discount": discount,
        "amount_shipping": 0,
        "amount_tax": tax,
    }
    assert bool(drawn["discounts"]) == bool(discount)


def test_nobody_typed_anything_on_a_page_that_was_left():
    left = payloads.checkout_session(changed(SESSION, status="expired"), version=NEWEST)
    assert left["customer_details"] is None


@pytest.mark.parametrize(
    ("status", "captured", "received"), [("succeeded", 12100, 12100), ("failed", 0, 0)]
)
def test_a_refused_charge_takes_nothing_and_says_why(status, captured, received):
    made = changed(CHARGE, status=status, refunds=())
    intent_status = "succeeded" if captured else "requires_payment_method"
    charge = payloads.charge(made, version=NEWEST)
    intent = payloads.payment_intent(
        changed(INTENT, charge=made, status=intent_status), version=NEWEST
    )
    assert (charge["amount_captured"], intent["amount_received"]) == (captured, received)
    assert (charge["failure_code"] is None) == bool(captured)
    assert (intent["last_payment_error"] is None) == bool(captured)


@pytest.mark.parametrize(
    ("amounts", "refunded", "whole"),
    [((), 0, False), ((500,), 500, False), ((500, 11600), 12100, True), ((12099,), 12099, False)],
)
def test_a_charge_is_refunded_only_when_all_of_it_is(amounts, refunded, whole):
    refunds = tuple(changed(REFUND, amount=amount) for amount in amounts)
    drawn = payloads.charge(changed(CHARGE, refunds=refunds), version=NEWEST)
    assert (drawn["amount_refunded"], drawn["refunded"]) == (refunded, whole)


def test_a_refund_that_bounced_no_longer_counts_and_has_its_two_fields():
    bounced = changed(
        REFUND,
        status="failed",
        failure_reason="expired_or_canceled_card",
        failure_balance_transaction="txn_3c",
    )
    drawn = payloads.refund(bounced, version=NEWEST)
    assert drawn["failure_balance_transaction"] == "txn_3c"
    assert drawn["failure_reason"] == "expired_or_canceled_card"
    assert changed(CHARGE, refunds=(bounced,)).amount_refunded == 0


def test_a_bank_debit_says_so():
    drawn = payloads.charge(changed(CHARGE, method="sepa_debit"), version=NEWEST)
    assert json.loads(payloads.encode(drawn))["payment_method_details"]["type"] == "sepa_debit"


def test_a_hosted_link_has_no_redirect_branch_and_a_donation_its_own_button():
    ticket, deposit, donation = CATALOGUE[0], CATALOGUE[3], CATALOGUE[8]
    redirecting = payloads.payment_link(ticket, version=NEWEST)
    hosted = payloads.payment_link(deposit, version=NEWEST)
    assert redirecting["after_completion"] == {
        "redirect": {"url": ticket.redirect_url},
        "type": "redirect",
    }
    assert hosted["after_completion"] == {
        "hosted_confirmation": {"custom_message": None},
        "type": "hosted_confirmation",
    }
    assert payloads.payment_link(donation, version=NEWEST)["submit_type"] == "donate"


def wrapped(**changes):
    arguments: dict[str, Any] = {"created": AT, "livemode": False, "version": NEWEST} | changes
    return payloads.event("evt_1a", "charge.updated", {"id": "ch_3a"}, **arguments)


def test_an_event_wraps_its_object_and_nobody_asked_for_it():
    body = wrapped()
    assert body["data"] == {"object": {"id": "ch_3a"}}
    assert body["request"] == {"id": None, "idempotency_key": None}
    assert (body["api_version"], body["created"], body["livemode"]) == (NEWEST, AT, False)


def test_an_update_tells_the_old_values():
    old = {"balance_transaction": None}
    assert wrapped(previous=old)["data"] == {"object": {"id": "ch_3a"}, "previous_attributes": old}


def test_bytes_are_indented_and_leave_letters_as_they_are():
    assert (
        payloads.encode({"id": "é", "none": None}) == '{\n  "id": "é",\n  "none": null\n}'.encode()
    )


def test_a_session_event_is_about_as_long_as_stripes():
    drawn = payloads.checkout_session(SESSION, version=NEWEST)
    assert 2_800 < len(payloads.encode(wrapped() | {"data": {"object": drawn}})) < 4_500
