"""The buyer comes back: noted, sent on to the stored page, and never more than that."""

import threading

import pytest
from django.db import InterfaceError, OperationalError, connection, connections, transaction
from django.utils import timezone

from campaigns.actions import return_pages
from campaigns.models import Arrival, Conversion, EvidenceChange
from tests.factories import NOON, PAYMENT_LINK, make_link
from tests.stripe_events import drain, pay

SESSION = "cs_test_a1B2c3D4e5"
THANKS = "https://shop.example.com/thanks"


def make_page(*, livemode=False, thank_you_url=THANKS, passes_session_id=False):
    return return_pages.create(
        livemode=livemode,
        name="Shop",
        thank_you_url=thank_you_url,
        passes_session_id=passes_session_id,
        own_host="links.example.com",
        at=NOON,
    )


@pytest.fixture
def shop(db):
    return make_page()


def address(shop, query=""):
    return f"/return/{shop.key}/{query}"


def out_of_reach(execute, sql, params, many, context):
    raise OperationalError("the server closed the connection unexpectedly")


def test_a_buyer_is_sent_on_with_the_codes_and_the_visit_is_kept(client, shop):
    before = timezone.now()
    answer = client.get(address(shop, f"?session_id={SESSION}&utm_source=news&utm_term=a_b"))
    assert answer.status_code == 303
    assert answer["Location"] == f"{THANKS}?utm_source=news&utm_term=a_b"
    arrival = Arrival.objects.get()
    assert (arrival.page, arrival.session_id, arrival.problem) == (shop, SESSION, "")
    assert (arrival.utm_source, arrival.utm_medium, arrival.utm_term) == ("news", "", "a_b")
    assert before <= arrival.arrived_at <= timezone.now()
    change = EvidenceChange.objects.get()
    assert (change.kind, change.key) == (EvidenceChange.Kind.ARRIVAL, SESSION)


def test_the_answer_tells_nobody_anything_and_is_never_stored(client, shop):
    answer = client.get(address(shop), HTTP_COOKIE="sessionid=stolen; theme=dark")
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Security-Policy"] == "default-src 'none'"
    assert not answer.cookies
    assert not answer.content
    assert "Vary" not in answer


def test_both_spellings_of_the_address_answer(client, shop):
    assert client.get(f"/return/{shop.key}").status_code == 303


def test_the_session_id_goes_on_only_where_the_page_says_so(client, db):
    shop = make_page(passes_session_id=True)
    answer = client.get(address(shop, f"?session_id={SESSION}&email=a@example.com"))
    assert answer["Location"] == f"{THANKS}?session_id={SESSION}"


def test_a_reload_counts_once(client, shop):
    """RT-05."""
    for _ in range(20):
        assert client.get(address(shop, f"?session_id={SESSION}")).status_code == 303
    assert Arrival.objects.count() == EvidenceChange.objects.count() == 1


def test_one_session_may_come_back_to_two_pages(client, shop):
    other = make_page()
    client.get(address(shop, f"?session_id={SESSION}"))
    client.get(address(other, f"?session_id={SESSION}"))
    assert Arrival.objects.count() == 2


def test_head_records_nothing(client, shop):
    """RT-09."""
    answer = client.head(address(shop, f"?session_id={SESSION}&utm_source=news"))
    assert (answer.status_code, answer["Location"]) == (303, f"{THANKS}?utm_source=news")
    assert not Arrival.objects.exists()
    assert not EvidenceChange.objects.exists()


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(client, shop, method):
    """RT-09."""
    answer = client.generic(method, address(shop, f"?session_id={SESSION}"))
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
    assert not Arrival.objects.exists()


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("", "no session"),
        ("?session_id=", "no session"),
        ("?SESSION_ID=" + SESSION, "no session"),
        ("?session_id[]=" + SESSION, "no session"),
        ("?session_id={CHECKOUT_SESSION_ID}", "not a session id"),
        ("?session_id=%00", "not a session id"),
        ("?session_id=%ff", "not a session id"),
        ("?session_id=" + "a" * 3000, "not a session id"),
        ("?session_id=<script>alert(1)</script>", "not a session id"),
        ("?session_id=..%2f..%2fetc%2fpasswd", "not a session id"),
        ("?session_id=';DROP TABLE x--", "not a session id"),
        ("?session_id=%0d%0aSet-Cookie:a=b", "not a session id"),
        ("?session_id=pi_3NabcdefghijkL", "not a session id"),
        ("?session_id=sk_test_4eC39HqLyjWDarjtT1zdp7dc", "not a session id"),
        ("?session_id=cs_live_a1B2c3D4e5", "other mode"),
    ],
)
def test_a_session_id_of_no_use_is_noted_without_its_value(client, shop, caplog, query, problem):
    """RT-02, and RT-04: the other mode."""
    answer = client.get(f"/return/{shop.key}/{query}")
    assert (answer.status_code, answer["Location"]) == (303, THANKS)
    arrival = Arrival.objects.get()
    assert (arrival.session_id, arrival.problem) == ("", problem)
    assert not EvidenceChange.objects.exists()
    assert "sk_test" not in caplog.text


def test_two_ids_and_two_hundred_codes_give_each_once(client, shop):
    """RT-03."""
    codes = "&".join(f"utm_source=s{number}&x{number}=1" for number in range(600))
    query = f"?session_id=junk&session_id={SESSION}&session_id=cs_test_other12345&{codes}"
    answer = client.get(address(shop, query))
    assert answer["Location"] == f"{THANKS}?utm_source=s0"
    assert Arrival.objects.get().session_id == SESSION


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "javascript:alert(1)"]
)
@pytest.mark.parametrize(
    "name", ["next", "url", "redirect", "to", "dest", "return", "thank_you_url", "utm_source"]
)
def test_the_request_never_chooses_where_a_buyer_goes(client, shop, name, target):
    """RT-06."""
    assert client.get(address(shop, f"?{name}={target}"))["Location"] == THANKS


@pytest.mark.parametrize(
    "path",
    ["/return/nothing/", "/return/", "/return/a/b/", "/return/a%00b/", "/return/%ff/", "/return/a%0a/",
     f"/return/{'a' * 2000}/", "/return/..%2f..%2fadmin/", "/return/х/"],
)  # fmt: skip
def test_an_unknown_key_is_not_found(client, shop, path):
    """RT-07."""
    answer = client.get(path)
    assert answer.status_code == 404
    assert not answer.content
    assert not answer.cookies


def test_a_forged_host_is_refused(client, shop):
    assert client.get(address(shop), HTTP_HOST="evil.example").status_code == 400
    assert not Arrival.objects.exists()


def test_a_row_altered_behind_our_back_sends_nobody_away(client, db, caplog):
    shop = make_page(thank_you_url="https://shop.example.com/thanks")
    type(shop).objects.update(thank_you_url="https://user@evil.example/")
    answer = client.get(address(shop))
    assert answer.status_code == 404
    assert "Location" not in answer
    assert "return.unsafe_destination" in caplog.text


def test_a_visit_that_cannot_be_recorded_still_goes_on(client, shop, caplog):
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION 'no room'; END $$; CREATE TRIGGER no_room BEFORE INSERT "
            "ON campaigns_arrival FOR EACH ROW EXECUTE FUNCTION refuse();"
        )
    answer = client.get(address(shop, f"?session_id={SESSION}&utm_source=news"))
    assert (answer.status_code, answer["Location"]) == (303, f"{THANKS}?utm_source=news")
    assert not EvidenceChange.objects.exists()
    assert "return.lost" in caplog.text


def test_a_page_this_process_has_seen_answers_while_the_database_is_away(client, shop, caplog):
    assert client.get(address(shop)).status_code == 303
    with connection.execute_wrapper(out_of_reach):
        answer = client.get(address(shop, f"?session_id={SESSION}&utm_source=news"))
    assert (answer.status_code, answer["Location"]) == (303, f"{THANKS}?utm_source=news")
    assert not answer.cookies
    assert "return.lost" in caplog.text


@pytest.mark.parametrize("fault", [OperationalError, InterfaceError])
def test_a_page_never_seen_asks_to_try_again_while_the_database_is_away(client, db, fault):
    def fail(execute, sql, params, many, context):
        raise fault

    with connection.execute_wrapper(fail):
        answer = client.get("/return/never-seen-before/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


def test_a_page_that_is_gone_is_forgotten(client, shop):
    client.get(f"/return/{shop.key}/")
    gone = make_page()
    client.head(address(gone))
    gone.delete()
    assert client.get(address(gone)).status_code == 404
    with connection.execute_wrapper(out_of_reach):
        assert client.get(address(gone)).status_code == 503


def test_a_visit_costs_a_fixed_number_of_queries(client, shop, django_assert_num_queries):
    with django_assert_num_queries(5):  # the page, a savepoint, the visit, the note, its release
        client.get(address(shop, f"?session_id={SESSION}"))


def test_an_invented_session_makes_no_payment(client, shop):
    """RT-01."""
    client.get(address(shop, "?session_id=cs_test_inventedinvented&utm_source=news&paid=1"))
    drain()
    assert not Conversion.objects.exists()
    assert not EvidenceChange.objects.exists()


def test_what_a_buyer_says_of_himself_is_neither_kept_nor_sent_on(client, shop, caplog):
    """RT-08."""
    caplog.set_level("DEBUG")
    query = (
        f"?session_id={SESSION}&email=buyer@example.com&note=secret&prefilled_email=b@example.com"
    )
    answer = client.get(address(shop, query))
    assert answer["Location"] == THANKS
    kept = " ".join(map(str, Arrival.objects.values_list().get()))
    for private in ("buyer@example.com", "b@example.com", "secret"):
        assert private not in kept
        assert private not in caplog.text


def test_sixty_invented_ids_in_a_row_cost_no_more_than_sixty_visits(client, shop):
    """RT-10: nothing is asked of Stripe while a buyer waits."""
    for number in range(60):
        answer = client.get(address(shop, f"?session_id=cs_test_invented{number:04}"))
        assert answer.status_code == 303
    assert Arrival.objects.count() == 60
    drain()
    assert not Conversion.objects.exists()


def standing(payment):
    return Conversion.objects.values(
        "payment_id", "amount", "state", "grade", "rule", "link_line", "utm_source", "utm_campaign",
        "reasons", "conflicts",
    ).get(session_id=payment.session)  # fmt: skip


def visit(client, shop, payment, codes="utm_source=news&utm_campaign=autumn"):
    query = f"?session_id={payment.session}&{codes}"
    assert client.get(address(shop, query)).status_code == 303


def paid_without_codes():
    return pay(PAYMENT_LINK, seed="returning")


def test_a_visit_after_the_payment_names_its_codes(client, shop):
    payment = paid_without_codes()
    assert standing(payment)["grade"] == "U"
    visit(client, shop, payment)
    drain()
    found = standing(payment)
    assert (found["grade"], found["rule"]) == ("B", "return visit")
    assert (found["utm_source"], found["utm_campaign"]) == ("news", "autumn")


def test_a_visit_before_the_event_ends_in_the_same_row(client, shop):
    with transaction.atomic():
        payment = paid_without_codes()
        visit(client, shop, payment)
        drain()
        after = standing(payment)
        transaction.set_rollback(True)
    visit(client, shop, payment)
    drain()
    assert paid_without_codes().session == payment.session
    assert standing(payment) == after


def test_a_visit_with_the_codes_of_one_saved_link_names_the_link(client, shop):
    link = make_link(utm_source="news", utm_campaign="autumn", mode="none")
    make_link(utm_source="ads", utm_campaign="autumn", mode="none")
    payment = paid_without_codes()
    assert standing(payment)["grade"] == "C"
    visit(client, shop, payment)
    drain()
    found = standing(payment)
    assert (found["grade"], found["rule"]) == ("B", "payment link and codes")
    assert found["link_line"] == link.line


def test_a_visit_outranks_no_tag(client, shop):
    """RT-11: somebody else's session id does not move a payment from its link."""
    link = make_link(utm_source="mail")
    payment = pay(link.url, seed="returning")
    visit(client, shop, payment)
    drain()
    found = standing(payment)
    assert (found["grade"], found["link_line"]) == ("A", link.line)


def test_a_visit_moves_nobody_elses_payment(client, shop):
    payment, other = paid_without_codes(), pay(PAYMENT_LINK, seed="somebody else")
    visit(client, shop, payment)
    drain()
    assert standing(other)["grade"] == "U"


@pytest.mark.django_db(transaction=True)
def test_two_reloads_at_once_count_once(client):
    shop = make_page()
    together = threading.Barrier(4)

    def reload(client_of_its_own):
        together.wait(timeout=10)
        client_of_its_own.get(address(shop, f"?session_id={SESSION}"))
        connections.close_all()

    threads = [threading.Thread(target=reload, args=[type(client)()]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert Arrival.objects.count() == EvidenceChange.objects.count() == 1


@pytest.mark.parametrize(
    "url", ["http://shop.example.com/", "https://links.example.com/x", "https://shop@evil.example/"]
)
def test_a_page_is_not_made_or_changed_for_an_address_of_no_use(shop, url):
    """RT-12."""
    with pytest.raises(return_pages.CannotSave, match=r"https://|Linktracker itself"):
        make_page(thank_you_url=url)
    with pytest.raises(return_pages.CannotSave):
        return_pages.change(
            id=shop.pk,
            name="New",
            thank_you_url=url,
            passes_session_id=True,
            own_host="links.example.com",
        )
    shop.refresh_from_db()
    assert (shop.name, shop.thank_you_url) == ("Shop", THANKS)
