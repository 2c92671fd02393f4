"""`/admin/`: administrators only, every model, and nothing that Stripe told us can be changed."""

import json

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.db.models import Model, UniqueConstraint
from django.urls import reverse

from campaigns.actions import arrivals, link_changes, return_pages
from campaigns.core.arrival import Destination, Visit
from campaigns.core.link_choice import LinkChoice
from campaigns.models import Campaign, Conversion, LinkChange, PaymentLink, ReturnPage, TrackedLink
from campaigns.queries import link_filters
from linktracker import history
from linktracker.admin_site import ModeFilter, Window
from linktracker.models import FirstCode, User
from reconciliation.actions import inbox, replaying
from reconciliation.models import (
    Buyer,
    EventVariant,
    ExpectedPayment,
    Head,
    InboxEvent,
    Observation,
    ReplayedEvent,
)
from tests.factories import NOON, make_link, make_person
from tests.stripe_events import LATER, pay

OURS = ("linktracker", "campaigns", "reconciliation")
WRITABLE = {User, ReturnPage}
# A lock without content (Django's administration refuses a composite key anyway), and a digest.
WITHOUT_A_PAGE = {Head, FirstCode}
# Some hundreds of rows: a search need not be carried by an index.
SMALL = {
    "campaign", "user", "group", "returnpage", "label", "worker", "evidencechange", "invitation",
    "recoverycode", "replay", "export",
}  # fmt: skip

# Their searches go through another table, or by bucket and id: each has a test of its own.
SEARCHED_THEIR_OWN_WAY = {InboxEvent, EventVariant, Observation, ExpectedPayment, TrackedLink}

REGISTERED = sorted(admin.site._registry, key=lambda model: model._meta.label)
OF_OURS = [
    model for model in REGISTERED if model._meta.app_label in {"campaigns", "reconciliation"}
]
WITH_MODE = [
    model
    for model in REGISTERED
    if any(field.name == "livemode" for field in model._meta.get_fields())
]
WINDOWS = [model for model in REGISTERED if model not in WRITABLE]


def named(model: type[Model]) -> str:
    return model._meta.label_lower


def list_of(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def page_of(row, what="change"):
    opts = row._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{what}", args=[row.pk])


def add_to(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")


@pytest.fixture
def superuser(db):
    return make_person(None, is_superuser=True, is_staff=True)


@pytest.fixture
def facts(db):
    """At least one row of what a payment, a link, a visit and a second body leave behind."""
    link = make_link(utm_source="news", utm_campaign="autumn")
    link_changes.add_label(
        choice=LinkChoice((link.line,)),
        livemode=False,
        label="print",
        by=link.issued_by,
        at=NOON,
    )
    payment = pay(link.url)
    body = payment.events[-1].body
    inbox.store_uploads(bodies=[body + b" "], at=LATER)
    page = return_pages.create(
        livemode=False,
        name="Shop",
        thank_you_url="https://shop.example.com/thanks",
        passes_session_id=False,
        own_host="links.example.com",
        at=NOON,
    )
    destination = Destination(page.pk, False, page.thank_you_url, False)
    arrivals.record(page=destination, visit=Visit("cs_test_a1B2c3D4e5"), at=NOON)
    return payment


def test_every_model_of_ours_has_a_page():
    models = {model for label in OURS for model in apps.get_app_config(label).get_models()}
    assert models - set(admin.site._registry) == WITHOUT_A_PAGE


def test_nothing_else_is_registered():
    others = {model for model in REGISTERED if model._meta.app_label not in OURS}
    assert others == {Group, LogEntry}


@pytest.mark.parametrize("model", WINDOWS, ids=named)
def test_facts_cannot_be_written_by_a_superuser(rf, superuser, model):
    request = rf.get("/admin/")
    request.user = superuser
    window = admin.site._registry[model]
    assert isinstance(window, Window)
    assert window.has_view_permission(request)
    assert not window.has_add_permission(request)
    assert not window.has_change_permission(request)
    assert not window.has_delete_permission(request)
    assert "delete_selected" not in window.get_actions(request)


def test_nothing_at_all_can_be_deleted(rf, superuser):
    request = rf.get("/admin/")
    request.user = superuser
    assert not any(
        registered.has_delete_permission(request) for registered in admin.site._registry.values()
    )


@pytest.mark.parametrize("model", REGISTERED, ids=named)
def test_every_list_has_columns_an_order_and_a_search_that_says_what_for(model):
    registered = admin.site._registry[model]
    assert len(registered.list_display) >= 3 or model is Group
    assert registered.ordering
    assert registered.show_full_result_count is False
    assert bool(registered.search_fields) == bool(registered.search_help_text)


def first_of_an_index(model, column):
    options = model._meta
    field = options.get_field(column)
    if field.primary_key or field.unique or field.db_index:
        return True
    leading = [index.fields[0] for index in options.indexes if index.fields]
    leading += [
        constraint.fields[0]
        for constraint in options.constraints
        if isinstance(constraint, UniqueConstraint) and constraint.fields
    ]
    return column in {name.removeprefix("-") for name in leading}


@pytest.mark.parametrize("model", REGISTERED, ids=named)
def test_searches_are_carried_by_an_index(model):
    for searched in admin.site._registry[model].search_fields:
        column, lookup = searched.rsplit("__", 1)
        if model._meta.model_name in SMALL or model in SEARCHED_THEIR_OWN_WAY:
            continue
        if column == "person__email":
            continue  # one person by a unique address, then an index of theirs
        assert lookup == "exact" or model._meta.get_field(column).unique
        assert first_of_an_index(model, column), searched


@pytest.mark.parametrize("model", OF_OURS, ids=named)
def test_every_list_of_ours_is_filtered_and_searched_with_a_word_of_help(model):
    registered = admin.site._registry[model]
    assert registered.list_filter
    assert registered.search_fields
    assert registered.search_help_text


@pytest.mark.parametrize("model", WITH_MODE, ids=named)
def test_the_mode_is_the_first_filter_and_a_pill_on_every_row(model):
    registered = admin.site._registry[model]
    assert registered.list_filter[0] is ModeFilter
    assert "test_or_live" in registered.list_display
    for livemode, word in [(True, "live"), (False, "test")]:
        drawn = registered.test_or_live(model(livemode=livemode))
        assert drawn.startswith("<span")
        assert f">{word}<" in drawn


@pytest.mark.parametrize("model", REGISTERED, ids=named)
def test_filters_do_not_collect_values(model):
    """A filter that lists the values of a large table would read all of it."""
    for chosen in admin.site._registry[model].list_filter:
        if isinstance(chosen, str):
            field = model._meta.get_field(chosen)
            small = field.many_to_many or field.is_relation
            assert small or field.choices or field.get_internal_type() == "BooleanField", chosen


@pytest.mark.parametrize("model", REGISTERED, ids=named)
def test_days_are_gone_through_only_where_there_are_few_rows(model):
    """Django reads every row of a table to offer its months."""
    column = admin.site._registry[model].date_hierarchy
    assert column is None or model in {Campaign, PaymentLink}


def test_an_administrator_sees_each_list_and_page(client, administrator, facts):
    client.force_login(administrator)
    assert not administrator.is_superuser
    for model in REGISTERED:
        assert client.get(list_of(model)).status_code == 200, model
        row = model._default_manager.order_by("pk").first()
        if row is not None:
            assert client.get(page_of(row)).status_code == 200, model
            assert client.get(page_of(row, "history")).status_code == 200, model


def test_the_facts_of_a_payment_fill_most_pages(facts):
    empty = {named(model) for model in REGISTERED if not model._default_manager.exists()}
    assert empty <= {
        "admin.logentry", "campaigns.attributiondecision", "campaigns.label", "campaigns.linkchange",
        "campaigns.export",
        "campaigns.movement",
        "reconciliation.expectedpayment", "reconciliation.match", "reconciliation.worker",
        "reconciliation.refund", "reconciliation.invoice", "reconciliation.invoicepayment",
        "linktracker.invitation", "linktracker.recoverycode", "linktracker.signin",
        "reconciliation.replay", "reconciliation.replayedevent",
        "reconciliation.paiditem",
    }  # fmt: skip


@pytest.mark.parametrize("group", ["Marketing", "Finance", "Finance approver", "Auditor", None])
def test_nobody_else_gets_in(client, db, group):
    client.force_login(make_person(group, is_staff=True))
    for path in ["/admin/", "/admin/login/", list_of(InboxEvent), list_of(User), "/admin/x/"]:
        assert client.get(path).status_code == 403


def test_somebody_who_may_not_sign_in_any_more_is_out(client, administrator):
    client.force_login(administrator)
    User.objects.filter(pk=administrator.pk).update(is_active=False)
    assert client.get("/admin/").status_code == 302


@pytest.mark.parametrize("path", ["/admin/", "/admin/campaigns/conversion/", "/admin/login/"])
def test_who_has_not_signed_in_goes_to_the_sign_in_page(client, db, path):
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/?next=/admin/")


def test_the_index_shows_the_way_back_and_every_app(client, administrator):
    client.force_login(administrator)
    page = client.get("/admin/").content.decode()
    assert "Back to the app" in page
    for model in REGISTERED:
        assert list_of(model) in page


def test_a_superuser_cannot_add_a_fact(client, superuser):
    client.force_login(superuser)
    for model in WINDOWS:
        before = model._default_manager.count()
        assert client.post(add_to(model), {"name": "x"}).status_code == 403, model
        assert client.get(add_to(model)).status_code == 403, model
        assert model._default_manager.count() == before, model


def test_a_superuser_cannot_change_or_delete_a_fact(client, superuser, facts):
    client.force_login(superuser)
    for model in WINDOWS:
        row = model._default_manager.order_by("pk").first()
        if row is None:
            continue
        stored = model._default_manager.filter(pk=row.pk).values()
        before = list(stored)
        assert client.post(page_of(row), {"name": "changed"}).status_code == 403, model
        assert client.post(page_of(row, "delete"), {"post": "yes"}).status_code == 403, model
        deletion = {"action": "delete_selected", "_selected_action": [str(row.pk)], "post": "yes"}
        client.post(list_of(model), deletion)
        assert list(stored.all()) == before, model


def test_a_list_takes_a_fixed_number_of_queries(
    client, administrator, facts, django_assert_max_num_queries
):
    client.force_login(administrator)
    for model in REGISTERED:
        with django_assert_max_num_queries(9, info=named(model)):
            client.get(list_of(model))


HOSTILE = ["%00", "%ff", "a" * 3000, "99999999999999999999999", "-1", "x'%22;--", "%F0%9F%92%A9"]


@pytest.mark.parametrize("name", ["q", "p", "o", "mode", "state__exact", "id__exact", "zzz", "e"])
def test_a_hostile_query_is_never_a_failure(client, administrator, name):
    client.force_login(administrator)
    for model in (InboxEvent, TrackedLink, Buyer, Observation, LinkChange):
        for value in HOSTILE:
            address = f"{list_of(model)}?{name}={value}"
            assert client.get(address).status_code in {200, 302}, address


@pytest.mark.parametrize("key", ["_00", "%00", "_FF", "x", "a" * 3000, "9" * 30])
@pytest.mark.parametrize("model", ["conversion", "trackedlink"])
def test_a_page_that_does_not_exist_leads_home(client, administrator, model, key):
    client.force_login(administrator)
    assert client.get(f"/admin/campaigns/{model}/{key}/change/").status_code in {302, 404}


def test_the_inbox_is_searched_by_whole_ids(client, administrator, facts):
    client.force_login(administrator)
    event = InboxEvent.objects.exclude(object_id="").order_by("pk").last()
    for term, found in [(event.source_id, True), (event.object_id, True), ("evt_nobody", False)]:
        page = client.get(list_of(InboxEvent), {"q": term}).content.decode()
        assert (page_of(event) in page) is found


def test_observations_are_found_by_object_and_by_event(client, administrator, facts):
    """No index knows the event of an observation; its bytes say which objects it named."""
    client.force_login(administrator)
    for seen in Observation.objects.order_by("pk"):
        for term in (seen.source_id, seen.object_id):
            assert page_of(seen) in client.get(list_of(Observation), {"q": term}).content.decode()
    for near in ("evt_nobody", seen.object_id[:-1], seen.source_id + "x"):
        page = client.get(list_of(Observation), {"q": near}).content.decode()
        assert "/observation/" + str(seen.pk) not in page


def test_an_address_finds_its_link_and_a_payment_links_address_all_of_its_links(
    client, administrator
):
    first, second = make_link(utm_source="a"), make_link(utm_source="b")
    client.force_login(administrator)
    page = client.get(list_of(TrackedLink), {"q": first.url}).content.decode()
    assert page_of(first) in page
    assert page_of(second) not in page
    base = first.url.split("?")[0]
    page = client.get(list_of(TrackedLink), {"q": base}).content.decode()
    assert page_of(first) in page
    assert page_of(second) in page
    page = client.get(list_of(TrackedLink), {"q": base + "9"}).content.decode()
    assert page_of(first) not in page


@pytest.mark.parametrize(
    ("typed", "finds"),
    [("spring", True), ("SPRING M", True), ("Spring mail", True), ("mail", False), ("spring_", False),
     ("spring%", False), ("Spring mails", False)]
,
)  # fmt: skip
def test_a_link_is_found_by_how_its_name_begins(client, administrator, typed, finds):
    link = make_link(name="Spring mail")
    client.force_login(administrator)
    page = client.get(list_of(TrackedLink), {"q": typed}).content.decode()
    assert (page_of(link) in page) is finds


@pytest.mark.parametrize("column", ["tag", "own_reference", "client_reference_id"])
def test_a_link_is_found_by_its_whole_tag_and_references(client, administrator, column):
    link = make_link(mode="own and tag", client_reference_id="INV-1", name="Mail")
    client.force_login(administrator)
    whole = getattr(link, column)
    for typed, finds in [(whole, True), (whole[:-1], False), (whole.swapcase(), False)]:
        page = client.get(list_of(TrackedLink), {"q": typed}).content.decode()
        assert (page_of(link) in page) is finds, typed


def test_the_search_of_links_is_carried_by_an_index_of_each_column(db):
    links = TrackedLink.objects.filter(link_filters.beginning_or_exactly("Spring")).order_by()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = links.explain()
    for index in (
        "links_by_start_of_name",
        "_tag_",
        "links_by_own_reference",
        "links_by_reference",
    ):
        assert index in plan, plan


def test_what_stripe_sent_is_a_page_of_its_own_whose_opening_is_kept(
    client, administrator, facts, caplog
):
    caplog.set_level("INFO", logger="reconciliation")
    event = InboxEvent.objects.filter(type="checkout.session.completed").order_by("pk").last()
    buyer = Buyer.objects.get()
    client.force_login(administrator)
    shown = client.get(page_of(event)).content.decode()
    assert buyer.email not in shown
    assert buyer.name not in shown
    assert "(masked)" in shown
    assert page_of(event, "raw") in shown
    assert "facts.opened" not in caplog.text
    raw = client.get(page_of(event, "raw")).content.decode()
    assert buyer.email in raw
    assert f"facts.opened id={event.source_id} by={administrator.pk}" in caplog.text
    kept = LogEntry.objects.get(object_id=str(event.pk))
    assert (kept.user, kept.change_message) == (administrator, history.OPENED)


def test_what_stripe_sent_is_for_those_who_may_read_it(client, administrator, facts):
    event = InboxEvent.objects.order_by("pk").last()
    role = Group.objects.get(name="Administrator")
    role.permissions.remove(role.permissions.get(codename="view_raw_facts"))
    client.force_login(administrator)
    assert client.get(page_of(event, "raw")).status_code == 403
    assert client.get(page_of(event)).status_code == 200
    assert not LogEntry.objects.exists()


def test_what_is_not_there_cannot_be_opened(client, administrator):
    client.force_login(administrator)
    path = reverse("admin:reconciliation_inboxevent_raw", args=[1])
    assert client.get(path).status_code == 404


def test_bytes_that_are_no_json_are_shown_as_they_came(client, administrator):
    inbox.store_delivery(
        body=b"\xff\x00<script>alert(1)</script>", secret=0, secret_livemode=None, at=NOON
    )
    client.force_login(administrator)
    event = InboxEvent.objects.get()
    assert "It is no JSON." in client.get(page_of(event)).content.decode()
    page = client.get(page_of(event, "raw")).content.decode()
    assert "\\xff" in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


ODD_JSON = [
    b'"\\ud800"', b'"\\u0000"', b'"\\u202e"', b"1e400", b"NaN", b"9" * 5000, b"[" * 400 + b"]" * 400,
]  # fmt: skip


@pytest.mark.parametrize("odd", ODD_JSON)
def test_an_event_of_odd_json_is_shown_all_the_same(client, superuser, odd):
    body = b'{"id":"evt_odd","object":"event","type":"x.y","data":{"object":{"balance":%s}}}' % odd
    stored = inbox.store_delivery(body=body, secret=0, secret_livemode=None, at=NOON)
    client.force_login(superuser)
    event = InboxEvent.objects.get()
    assert client.get(page_of(event)).status_code == 200
    page = client.get(page_of(event, "raw")).content.decode()
    assert "balance" in page
    of_the_app = reverse("health-event-raw", args=[stored.source_id])
    assert "balance" in client.get(of_the_app).content.decode()


def test_half_a_character_is_told_by_its_code(client, superuser):
    body = b'{"id":"evt_odd","object":"event","note":"\\ud800"}'
    inbox.store_delivery(body=body, secret=0, secret_livemode=None, at=NOON)
    client.force_login(superuser)
    event = InboxEvent.objects.get()
    for page in (page_of(event), page_of(event, "raw")):
        assert "\\ud800" in client.get(page).content.decode()


def test_the_mode_is_that_of_the_apps_switch_until_another_is_asked_for(client, administrator):
    test = make_link()
    client.force_login(administrator)
    for query, seen in [("", True), ("?mode=live", False), ("?mode=both", True), ("?mode=x", True)]:
        assert (page_of(test) in client.get(list_of(TrackedLink) + query).content.decode()) is seen
    client.post(reverse("switch-mode"), {"livemode": "true"})
    assert page_of(test) not in client.get(list_of(TrackedLink)).content.decode()


@pytest.mark.parametrize("model", [EventVariant, ReplayedEvent], ids=named)
def test_what_belongs_to_an_event_is_listed_in_its_mode(client, administrator, model):
    for livemode, id in [(False, "evt_of_test"), (True, "evt_of_live")]:
        for created in (1, 2):
            body = {"id": id, "object": "event", "type": "x.y", "created": created}
            body |= {"livemode": livemode, "account": "acct_1", "data": {"object": {}}}
            inbox.store_uploads(bodies=[json.dumps(body).encode()], at=NOON)
    ids = list(InboxEvent.objects.values_list("pk", flat=True))
    replaying.replay(ids=ids, by=administrator, reason="r", at=LATER)
    test, live = model.objects.order_by("source_id").reverse()
    client.force_login(administrator)
    for query, shown in [
        ("", {test}), ("?mode=test", {test}), ("?mode=live", {live}), ("?mode=both", {test, live}),
    ]:  # fmt: skip
        page = client.get(list_of(model) + query).content.decode()
        assert {row for row in (test, live) if page_of(row) in page} == shown
        for row, word in [(test, "test"), (live, "live")]:
            assert (f">{word}</span>" in page) is (row in shown)
    assert client.get(page_of(live)).context["other_mode"] is True
    assert client.get(page_of(test)).context["other_mode"] is False


def test_a_rows_page_leads_to_the_app_in_its_mode_and_to_stripe(client, administrator, facts):
    payment = Conversion.objects.get()
    client.force_login(administrator)
    page = client.get(page_of(payment)).content.decode()
    assert f"https://dashboard.stripe.com/test/payments/{payment.pk}" in page
    assert f'href="{reverse("payment", args=[payment.pk])}"' in page
    client.post(reverse("switch-mode"), {"livemode": "true"})
    page = client.get(page_of(payment)).content.decode()
    assert "switching to test data" in page
    assert f'href="{reverse("payment", args=[payment.pk])}"' not in page


def test_buyers_are_for_those_who_may_see_them(client, administrator, superuser, facts):
    buyer = Buyer.objects.get()
    for person, sees in [(administrator, False), (superuser, True)]:
        client.force_login(person)
        for path in (list_of(Buyer), page_of(buyer)):
            assert (buyer.name in client.get(path).content.decode()) is sees
        assert (buyer.email in client.get(page_of(buyer)).content.decode()) is sees


PAGE = {
    "name": "Shop",
    "livemode": "on",
    "thank_you_url": "https://shop.example.com/thanks",
    "passes_session_id": "",
}


def test_a_return_page_is_made_and_changed_by_the_actions(client, administrator):
    client.force_login(administrator)
    client.post(add_to(ReturnPage), PAGE)
    made = ReturnPage.objects.get()
    assert (made.livemode, made.thank_you_url) == (True, PAGE["thank_you_url"])
    assert f"/return/{made.key}/?session_id=" in client.get(page_of(made)).content.decode()
    key = made.key
    changed = {**PAGE, "livemode": "", "name": "New", "passes_session_id": "on"}
    client.post(page_of(made), changed)
    made.refresh_from_db()
    assert (made.name, made.passes_session_id, made.livemode, made.key) == ("New", True, True, key)
    assert LogEntry.objects.filter(user=administrator).count() == 2


@pytest.mark.parametrize(
    "url", ["http://shop.example.com/", "https://127.0.0.1/x", "https://a@evil.example/", "x", ""]
)
def test_a_return_page_to_an_address_of_no_use_is_refused(client, administrator, url):
    client.force_login(administrator)
    answer = client.post(add_to(ReturnPage), {**PAGE, "thank_you_url": url})
    assert answer.status_code == 200
    assert not ReturnPage.objects.exists()


def test_a_role_is_given_and_nothing_else_that_the_form_does_not_ask(client, administrator):
    client.force_login(administrator)
    person = make_person(None, email="new.person@example.com")
    role = Group.objects.get(name="Finance")
    given = {
        "email": "taken.over@example.com",
        "name": "New",
        "groups": [role.pk],
        "is_active": "on",
    }
    client.post(page_of(person), {**given, "is_superuser": "on", "is_staff": "on"})
    person.refresh_from_db()
    assert (person.email, person.name) == ("new.person@example.com", "New")
    assert list(person.groups.all()) == [role]
    assert not person.is_superuser
    assert not person.is_staff


def test_nobody_gives_themselves_a_role(client, administrator):
    client.force_login(administrator)
    role = Group.objects.get(name="Finance")
    client.post(
        page_of(administrator), {"email": "me@example.com", "name": "Me", "groups": [role.pk]}
    )
    administrator.refresh_from_db()
    assert (administrator.email != "me@example.com", administrator.name) == (True, "Me")
    assert administrator.is_active
    assert role not in administrator.groups.all()


def test_a_superuser_is_out_of_an_administrators_reach(client, administrator, superuser):
    client.force_login(administrator)
    assert client.post(page_of(superuser), {"email": "x@example.com"}).status_code == 403
    assert client.get(f"/admin/linktracker/user/{superuser.pk}/password/").status_code == 302


def test_the_administration_alone_has_the_wider_policy(client, administrator):
    client.force_login(administrator)
    wide = client.get("/admin/")["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-eval'" in wide
    assert "style-src 'self' 'unsafe-inline'" in wide
    assert "default-src 'none'" in wide
    narrow = client.get("/accounts/logout/")["Content-Security-Policy"]
    assert "unsafe" not in narrow
    assert "script-src 'self'" in narrow
    for policy in (wide, narrow):
        assert "frame-ancestors 'none'" in policy
        assert "form-action 'self'" in policy
