"""Return visits: recorded once a page and session, as new evidence for the payment's attribution."""

from datetime import datetime

from django.db import connection, transaction

from campaigns.actions import reattribution
from campaigns.core.arrival import Destination, Visit
from campaigns.core.url_parameters import UTM_NAMES
from campaigns.models import EvidenceChange

RECORD = """
INSERT INTO campaigns_arrival (
    page_id, livemode, session_id, problem, arrived_at,
    utm_source, utm_medium, utm_campaign, utm_term, utm_content
) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING
RETURNING id
"""


@transaction.atomic
def record(*, page: Destination, visit: Visit, at: datetime) -> bool:
    """Keep a visit; False for a session that has been to this page before."""
    codes = visit.codes.as_parameters()
    with connection.cursor() as cursor:
        cursor.execute(
            RECORD,
            [
                page.id,
                page.livemode,
                visit.session_id,
                visit.problem,
                at,
                *(codes.get(name, "") for name in UTM_NAMES),
            ],
        )
        is_new = cursor.fetchone() is not None
    if is_new and visit.session_id:
        reattribution.note(kind=EvidenceChange.Kind.ARRIVAL, key=visit.session_id, at=at)
    return is_new
