"""The statements that draw lines: each kind of line by the index that finds it in a period.

Open items that are paid, open items that are not, and matched payments that pay none come first;
payments that no open item expects come last. What matching keeps of an open item (`PaidItem`) and
of a payment (`Match`) is enough to add lines up; their other columns are read only to be shown.
"""

from typing import Final

from reconciliation.models.paid_item import FINDING

PAID_FINDING: Final = FINDING  # of the columns of paid items alone
UNPAID_FINDING: Final = """
CASE
    WHEN item.voided_at IS NOT NULL THEN 'voided'
    WHEN item.kind <> 'many' AND item.amount = 0 THEN 'agrees'
    ELSE 'no_payment_yet'
END
"""

# A left join, which costs nothing where only figures of `paid` are asked for.
PAID_ITEMS: Final = f"""
SELECT 'item ' || paid.record_id AS key, paid.record_id, item.external_id, item.description,
    paid.currency, paid.beside, paid.payments, paid.payment_id, paid.expected, paid.paid,
    paid.received, paid.paid_at, item.due_on, item.reference AS shown_reference,
    item.reference AS own, 'plain'::text AS reading, false AS renewal, paid.paid_at AS moment,
    {PAID_FINDING} AS finding
FROM reconciliation_paiditem AS paid
LEFT JOIN reconciliation_expectedpayment AS item ON item.id = paid.record_id
WHERE paid.livemode = %(livemode)s
"""  # noqa: S608 - joined from constants

# When an item was due depends on the zone, which the index does not know: a day more on both sides.
NEAR: Final = "least(item.due_on::timestamp AT TIME ZONE 'UTC', item.recorded_at)"
UNPAID_COLUMNS: Final = f"""
'item ' || item.id AS key, item.id AS record_id, item.external_id, item.description,
item.currency, item.kind = 'many' AS beside, 0 AS payments, ''::varchar AS payment_id,
item.amount AS expected, 0::bigint AS paid, 0::bigint AS received,
NULL::timestamptz AS paid_at, item.due_on, item.reference AS shown_reference,
item.reference AS own, 'plain'::text AS reading, false AS renewal,
least(item.due_on::timestamp AT TIME ZONE %(zone)s, item.recorded_at) AS moment,
{UNPAID_FINDING} AS finding
"""
COUNTS: Final = """
item.latest AND item.livemode = %(livemode)s AND (item.voided_at IS NULL OR %(voided)s)
"""
UNPAID_ITEMS: Final = f"""
SELECT {UNPAID_COLUMNS}
FROM reconciliation_expectedpayment AS item
WHERE {COUNTS}
    AND NOT EXISTS (SELECT FROM reconciliation_paiditem AS paid WHERE paid.record_id = item.id)
    AND (%(near_starts_at)s::timestamptz IS NULL OR {NEAR} >= %(near_starts_at)s)
    AND (%(near_ends_at)s::timestamptz IS NULL OR {NEAR} < %(near_ends_at)s)
"""  # noqa: S608 - joined from constants

STRAY: Final = """
SELECT stray.payment_id::text AS key, {record_id} AS record_id, {external_id} AS external_id,
    ''::varchar AS description, stray.currency, false AS beside, 1 AS payments,
    stray.payment_id, NULL::bigint AS expected, stray.amount AS paid, stray.received, stray.paid_at,
    NULL::date AS due_on, coalesce(stray.reference, '') AS shown_reference,
    stray.reference_own AS own, stray.reference_reading::text AS reading, stray.renewal,
    {moment} AS moment, {finding} AS finding
FROM campaigns_conversion AS stray
"""

# Paid twice, or in another currency than its open item.
MATCHED_STRAYS: Final = (
    STRAY.format(
        record_id="item.id",
        external_id="item.external_id",
        moment="matched.paid_at",
        finding="CASE WHEN matched.rule = 'R0' THEN 'paid_twice' ELSE 'other_currency' END",
    )
    + """
JOIN reconciliation_match AS matched ON matched.payment_id = stray.payment_id
JOIN reconciliation_expectedpayment AS item ON item.id = matched.record_id
WHERE matched.livemode = %(livemode)s AND NOT matched.pays AND NOT %(items_only)s
"""
)

# A match says the moment of its payment, so that the matches of the period are all to look at.
UNRECORDED: Final = (
    STRAY.format(
        record_id="NULL::bigint",
        external_id="''::varchar",
        moment="stray.paid_at",
        finding="'no_record'::text",
    )
    + """
WHERE stray.livemode = %(livemode)s AND stray.paid_at IS NOT NULL
    AND stray.state IN ('paid', 'partly_refunded', 'refunded') AND NOT %(items_only)s
    AND NOT EXISTS (
        SELECT FROM reconciliation_match AS matched
        WHERE matched.payment_id = stray.payment_id AND matched.livemode = %(livemode)s
            AND (%(starts_at)s::timestamptz IS NULL OR matched.paid_at >= %(starts_at)s)
            AND (%(ends_at)s::timestamptz IS NULL OR matched.paid_at < %(ends_at)s)
    )
"""
)

SHOWN: Final = """
WITH line AS ({lines}), shown AS (
    SELECT * FROM line
    WHERE (%(record_id)s::bigint IS NULL OR record_id = %(record_id)s)
        AND (%(currency)s::text IS NULL OR currency = %(currency)s)
        AND (%(starts_at)s::timestamptz IS NULL OR moment >= %(starts_at)s)
        AND (%(ends_at)s::timestamptz IS NULL OR moment < %(ends_at)s)
        AND (%(findings)s::text[] IS NULL OR finding = ANY(%(findings)s::text[]))
        AND (%(beside)s::boolean IS NULL OR beside = %(beside)s)
        AND (NOT %(expecting)s OR expected IS NOT NULL)
        AND (NOT %(receiving)s OR payments > 0)
        AND (NOT %(numbered)s OR own <> '' OR reading = 'check failed')
        AND (%(search)s::text IS NULL OR external_id ILIKE %(search)s
            OR shown_reference ILIKE %(search)s OR description ILIKE %(search)s
            OR payment_id ILIKE %(search)s)
)
"""
