"""Every form of ours refuses in plain sentences; Django's own speak of values and nulls."""

import importlib
import pkgutil

import pytest
from django import forms

import campaigns.forms
import reconciliation.forms
from linktracker.lib.plain_fields import AddressField, TextField
from reconciliation.forms.records import RecordForm

MODULES = [
    "linktracker.forms",
    "linktracker.admin_actions",
    *(
        module.name
        for package in (campaigns.forms, reconciliation.forms)
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")
    ),
]
RECORD = {"external_id": "A", "kind": "single", "currency": "EUR", "amount": "1"}


def forms_of(name):
    found = vars(importlib.import_module(name)).values()
    return [one for one in found if isinstance(one, type) and issubclass(one, forms.BaseForm)]


@pytest.mark.parametrize("name", MODULES)
def test_every_text_that_a_form_of_ours_asks_for_is_refused_in_plain_words(name):
    asked = [
        (form.__name__, field_name)
        for form in forms_of(name)
        if form.__module__.startswith(("linktracker.", "campaigns.", "reconciliation."))
        for field_name, field in form.base_fields.items()
        if isinstance(field, forms.CharField) and not isinstance(field, TextField)
    ]
    assert asked == [
        (form, field)
        for form, field in asked
        if (form, field) in {("SecondFactorForm", "code"), ("ConfirmForm", "code")}  # allauth's
    ]


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        (TextField(max_length=5), "abcdef", "This has 6 characters; 5 fit."),
        (TextField(), "a\0b", "This holds a character that cannot be written down"),
        (AddressField(max_length=9), "a@example.com", "This has 13 characters; 9 fit."),
        (AddressField(), "a\0@example.com", "This holds a character that cannot be written down"),
    ],
)
def test_a_text_that_cannot_be_kept_says_why(field, typed, sentence):
    with pytest.raises(forms.ValidationError) as refusal:
        field.clean(typed)
    assert any(message.startswith(sentence) for message in refusal.value.messages)


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("external_id", "x" * 201, "Open item has 201 characters; 200 are kept."),
        ("reference", "x" * 201, "Your reference has 201 characters; Stripe keeps 200."),
        ("reference", "a b", "Your reference “a b” would be dropped by Stripe."),
        ("due_on", "soon", "Due “soon” is not a day; write it as 2026-09-30."),
        ("amount", "", "Amount is empty; only an open item for many payments has none."),
        ("description", "x" * 501, "Description has 501 characters"),
    ],
)
def test_an_open_item_that_is_typed_in_is_refused_by_its_label(field, typed, sentence):
    form = RecordForm({**RECORD, field: typed})
    assert form.errors[field][0].startswith(sentence)
