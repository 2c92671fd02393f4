"""A company's years in one database: 300,000 payments, 1,000,000 events, 100,000 links.

Written by SQL, since only what pages read matters here; how it comes in is for other benchmarks.
"""

from django.apps import apps
from django.contrib.auth.models import Group
from django.db import connection
from django.db.backends.utils import CursorWrapper

from linktracker.models import User

PAYMENTS = 300_000
LINKS = 100_000
EVENTS = 1_000_000
RECORDS = 100_000
PAYMENT_LINKS = 500
CAMPAIGNS = 300

# A payment's number decides everything about it, so that its objects agree: `n` modulo small
# primes gives its currency, state, grade and link. Links are used unevenly: a few earn most.
PAYMENT = f"""
SELECT n, 'pi_3Bench' || lpad(n::text, 8, '0') AS id, 'cs_test_bench' || lpad(n::text, 8, '0') AS session,
    (ARRAY['eur', 'eur', 'eur', 'usd', 'eur', 'jpy', 'eur'])[n % 7 + 1] AS currency,
    900 + (n::bigint * 7919) % 20000 AS amount,
    (ARRAY['paid', 'paid', 'paid', 'paid', 'paid', 'paid', 'paid', 'refunded', 'partly_refunded',
        'pending', 'failed'])[n % 11 + 1] AS state,
    (ARRAY['A', 'A', 'A', 'A', 'A', 'A', 'B', 'B', 'C', 'U', 'U', 'M', 'A'])[n % 13 + 1] AS grade,
    1 + (((n::bigint * 48271) % {LINKS}) * ((n::bigint * 69621) % {LINKS}) / {LINKS})::int AS line,
    now() - (n * 730.0 / {PAYMENTS}) * interval '1 day' AS at
FROM generate_series(1, {PAYMENTS}) AS n
"""

STATEMENTS = (
    f"""
    INSERT INTO campaigns_paymentlink (id, url, stripe_id, livemode, name, active, currency,
        confirmation, first_seen_at)
    SELECT n, 'https://buy.stripe.com/test_bench' || n, 'plink_bench' || n, false, 'Course ' || n,
        n % 20 > 0, 'eur', CASE WHEN n % 5 = 0 THEN 'hosted_confirmation' ELSE 'redirect' END, now()
    FROM generate_series(1, {PAYMENT_LINKS}) AS n
    """,
    f"""
    INSERT INTO campaigns_campaign (id, livemode, name, code, created_at)
    SELECT n, false, 'Campaign ' || n, 'campaign_' || n, now()
    FROM generate_series(1, {CAMPAIGNS}) AS n
    """,
    f"""
    INSERT INTO campaigns_trackedlink (id, line, version, livemode, payment_link_id, url, tag,
        reference_mode, own_reference, client_reference_id, utm_source, utm_medium, utm_campaign,
        utm_term, utm_content, issued_by_id, issued_at, name, campaign_id)
    SELECT n, n, 1, false, n % {PAYMENT_LINKS} + 1,
        'https://buy.stripe.com/test_bench' || n % {PAYMENT_LINKS} + 1 || '?utm_source=source_' || n % 40,
        lpad(n::text, 6, '0'), 'tag', '', '', 'source_' || n % 40,
        (ARRAY['email', 'cpc', 'social', 'print'])[n % 4 + 1], 'campaign_' || n % {CAMPAIGNS} + 1, '',
        'placement_' || n % 900, (SELECT min(id) FROM linktracker_user),
        now() - n * interval '10 minutes', 'Newsletter ' || n, n % {CAMPAIGNS} + 1
    FROM generate_series(1, {LINKS}) AS n
    """,
    f"""
    INSERT INTO campaigns_conversion (payment_id, livemode, state, currency, amount, refunded,
        received, created_at, paid_at, session_id, origin_session_id, first_payment_id,
        subscription_id, plink_id, through_link, renewal, success_url, aliases, reference,
        reference_reading, reference_own, reference_tag, grade, rule, ruleset, link_line,
        campaign_id, utm_source, utm_medium, utm_campaign, utm_term, utm_content, reasons, conflicts)
    SELECT id, false, state, currency, amount, refunded,
        CASE WHEN state IN ('pending', 'failed') THEN 0 ELSE amount - refunded END, at,
        CASE WHEN state IN ('pending', 'failed') THEN NULL ELSE at END, session, session, '', '',
        'plink_bench' || line % {PAYMENT_LINKS} + 1, true, false, '',
        jsonb_build_array(session, 'ch_3Bench' || lpad(n::text, 8, '0')),
        CASE WHEN n % 3 = 0 THEN 'INV-' || n END, CASE WHEN n % 3 = 0 THEN 'plain' ELSE 'absent' END,
        CASE WHEN n % 3 = 0 THEN 'INV-' || n ELSE '' END, '', grade, 'tag', 1,
        CASE WHEN grade <> 'U' THEN line END,
        CASE WHEN grade <> 'U' THEN line % {CAMPAIGNS} + 1 END,
        CASE WHEN grade <> 'U' THEN 'source_' || line % 40 ELSE '' END,
        CASE WHEN grade <> 'U' THEN (ARRAY['email', 'cpc', 'social', 'print'])[line % 4 + 1] ELSE '' END,
        CASE WHEN grade <> 'U' THEN 'campaign_' || line % {CAMPAIGNS} + 1 ELSE '' END, '',
        CASE WHEN grade <> 'U' THEN 'placement_' || line % 900 ELSE '' END, '["bench"]', '[]'
    FROM (SELECT *, CASE state WHEN 'refunded' THEN amount WHEN 'partly_refunded' THEN amount / 3
        ELSE 0 END AS refunded FROM ({PAYMENT}) AS payment) AS payment
    """,
    """
    INSERT INTO campaigns_movement (refund_id, payment_id, livemode, currency, amount, moved_at,
        through_link, grade, link_line, utm_source, utm_medium, utm_campaign, utm_term, utm_content)
    SELECT 're_' || payment_id, payment_id, livemode, currency, refunded, paid_at + interval '3 days',
        through_link, grade, link_line, utm_source, utm_medium, utm_campaign, utm_term, utm_content
    FROM campaigns_conversion WHERE refunded > 0
    """,
    """
    INSERT INTO campaigns_attribution (payment_id, livemode, grade, rule, ruleset, link_line, utm,
        reasons, conflicts, decided_at)
    SELECT payment_id, livemode, grade, rule, ruleset, link_line, '{}', reasons, conflicts, created_at
    FROM campaigns_conversion
    """,
    """
    INSERT INTO reconciliation_checkoutsession (id, livemode, facts, ambiguous, status,
        payment_status, mode, amount_total, currency, payment_link, payment_intent, created_at)
    SELECT session_id, livemode, jsonb_build_object('status', 'complete', 'amount_total', amount),
        false, 'complete', 'paid', 'payment', amount, currency, plink_id, payment_id, created_at
    FROM campaigns_conversion
    """,
    """
    INSERT INTO reconciliation_paymentintent (id, livemode, facts, ambiguous, status, amount,
        currency, created_at)
    SELECT payment_id, livemode, jsonb_build_object('status', 'succeeded', 'amount', amount), false,
        'succeeded', amount, currency, created_at
    FROM campaigns_conversion
    """,
    """
    INSERT INTO reconciliation_charge (id, livemode, facts, ambiguous, status, amount, currency,
        payment_intent, created_at)
    SELECT aliases ->> 1, livemode, jsonb_build_object('status', 'succeeded', 'amount', amount),
        false, 'succeeded', amount, currency, payment_id, created_at
    FROM campaigns_conversion
    """,
    """
    INSERT INTO reconciliation_refund (id, livemode, facts, ambiguous, status, amount, currency,
        payment_intent, created_at)
    SELECT refund_id, livemode, jsonb_build_object('status', 'succeeded', 'amount', amount), false,
        'succeeded', amount, currency, payment_id, moved_at
    FROM campaigns_movement
    """,
    """
    INSERT INTO reconciliation_buyer (session_id, livemode, name, email, country, stripe_at, source_id)
    SELECT session_id, livemode, 'Buyer ' || right(session_id, 6),
        'buyer' || right(session_id, 6) || '@example.com', 'DE', 1, 'evt'
    FROM campaigns_conversion
    """,
    f"""
    INSERT INTO reconciliation_inboxevent (bucket, source_id, source, type, object_id, livemode,
        account, api_version, stripe_at, received_at, body, sha256, deliveries, state, attempts,
        due_at, sentence)
    SELECT n % 64, 'evt_1Bench' || lpad(n::text, 8, '0'), 'webhook',
        (ARRAY['checkout.session.completed', 'payment_intent.succeeded', 'charge.succeeded'])[n % 3 + 1],
        (ARRAY['cs_test_bench', 'pi_3Bench', 'ch_3Bench'])[n % 3 + 1] || lpad((n / 3)::text, 8, '0'),
        false, '', '2026-10-28.endive', at, at, convert_to('{{"id":"evt_1Bench' || n || '"}}', 'UTF8'),
        sha256(n::text::bytea), 1 + (n % 25 = 0)::int,
        CASE WHEN n % 50000 = 0 THEN 'set aside' WHEN n % 9 = 0 THEN 'kept' ELSE 'done' END, 0, at,
        CASE WHEN n % 50000 = 0 THEN 'It could not be read.' ELSE '' END
    FROM (SELECT n, now() - (n * 730.0 / {EVENTS}) * interval '1 day' AS at
        FROM generate_series(1, {EVENTS}) AS n) AS event
    """,
    """
    INSERT INTO reconciliation_observation (object_id, source_id, kind, livemode, fetched,
        stripe_at, rank, facts)
    SELECT object_id, source_id, (ARRAY['checkout_session', 'payment_intent', 'charge'])[id % 3 + 1],
        livemode, false, extract(epoch FROM stripe_at)::bigint, 10, '{"status": "complete"}'
    FROM reconciliation_inboxevent WHERE state = 'done'
    """,
    f"""
    INSERT INTO reconciliation_expectedpayment (livemode, source, external_id, revision, latest,
        kind, reference, currency, amount, due_on, description, recorded_at)
    SELECT false, 'file', 'INV-' || n * 3, 1, true, 'single', 'INV-' || n * 3, currency,
        CASE WHEN n % 40 = 0 THEN amount + 100 ELSE amount END, current_date - n / 140, '', now()
    FROM (SELECT record.n, currency, amount FROM generate_series(1, {RECORDS}) AS record(n)
        JOIN ({PAYMENT}) AS payment ON payment.n = record.n * 3) AS record
    """,
    """
    INSERT INTO reconciliation_match (payment_id, livemode, record_id, rule, ruleset, reasons, pays,
        paid_at)
    SELECT payment_id, payment.livemode, record.id, 'R1', 1, '["bench"]', true, paid_at
    FROM campaigns_conversion AS payment
    JOIN reconciliation_expectedpayment AS record ON record.reference = payment.reference
    WHERE payment.paid_at IS NOT NULL
    """,
    """
    INSERT INTO reconciliation_paiditem (record_id, livemode, currency, beside, expected, payments,
        paid, received, paid_at, payment_id)
    SELECT record.id, record.livemode, record.currency, false, record.amount, 1, payment.amount,
        payment.received, payment.paid_at, payment.payment_id
    FROM reconciliation_match AS matched
    JOIN reconciliation_expectedpayment AS record ON record.id = matched.record_id
    JOIN campaigns_conversion AS payment ON payment.payment_id = matched.payment_id
    """,
    *(
        f"SELECT setval(pg_get_serial_sequence('campaigns_{table}', 'id'), {LINKS})"
        for table in ("paymentlink", "campaign", "trackedlink")
    ),
)


def fill() -> User:
    """Fill an empty, migrated database, some minutes on a small machine; returns who sees it all."""
    person = User.objects.create_superuser("bench@example.com")
    person.groups.set(Group.objects.all())
    with connection.cursor() as cursor:
        _fill_what_is_not_named(cursor)
        for statement in STATEMENTS:
            cursor.execute(statement)
        cursor.execute("VACUUM ANALYZE")
    return person


def _fill_what_is_not_named(cursor: CursorWrapper) -> None:
    """A column that no statement names holds what its model gives it, also one that is new."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if field.primary_key or field.null or field.has_db_default():
                continue
            value = field.get_default()
            if value is not None:
                table, written = model._meta.db_table, field.get_db_prep_save(value, connection)
                cursor.execute(
                    f'ALTER TABLE {table} ALTER COLUMN "{field.column}" SET DEFAULT %s', [written]
                )
