"""One row stands for one payment: its money, and the link that earned it. A projection.

It is recomputed from facts and may be rebuilt at any time; what a person decided about it is an
`AttributionDecision`. No foreign key points at it, since facts arrive in any order.
"""

from django.db import models
from django.db.models import F, Q


class Conversion(models.Model):
    class State(models.TextChoices):
        PENDING = "pending", "waiting for the money"
        PAID = "paid", "paid"
        FREE = "free", "free order"
        FAILED = "failed", "failed"
        CANCELED = "canceled", "canceled"
        PARTLY_REFUNDED = "partly_refunded", "partly refunded"
        REFUNDED = "refunded", "refunded"

    class Grade(models.TextChoices):
        CERTAIN = "A", "Certain"
        STRONG = "B", "Strong"
        LIKELY = "C", "Likely"
        PERSON = "M", "Set by a person"
        UNKNOWN = "U", "Unknown"

    payment_id = models.CharField("payment", max_length=255, primary_key=True)
    livemode = models.BooleanField()
    state = models.CharField(max_length=16, choices=State)
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField("amount, minor units")
    refunded = models.BigIntegerField("refunded, minor units", default=0)
    received = models.BigIntegerField("received, minor units", default=0)
    tax = models.BigIntegerField("tax, minor units", null=True)
    created_at = models.DateTimeField("created")
    paid_at = models.DateTimeField("paid", null=True)
    session_id = models.CharField("session", max_length=255, blank=True)
    origin_session_id = models.CharField("session that began it", max_length=255, blank=True)
    first_payment_id = models.CharField(
        "first payment of its subscription", max_length=255, blank=True
    )
    subscription_id = models.CharField("subscription", max_length=255, blank=True)
    plink_id = models.CharField("payment link", max_length=255, blank=True)
    through_link = models.BooleanField("through a payment link")
    renewal = models.BooleanField(default=False)
    success_url = models.TextField("where the buyer was sent afterwards", blank=True)
    aliases = models.JSONField("Stripe ids of the objects that belong to it", default=list)

    reference = models.CharField("reference as it came", max_length=500, null=True)
    reference_reading = models.CharField("how the reference reads", max_length=12)
    reference_own = models.CharField("own number in it", max_length=500, blank=True)
    reference_tag = models.CharField("link tag in it", max_length=6, blank=True)

    grade = models.CharField(max_length=1, choices=Grade, default=Grade.UNKNOWN)
    rule = models.CharField(max_length=40)
    ruleset = models.PositiveSmallIntegerField("version of the rules")
    link_line = models.BigIntegerField("tracked link", null=True)
    campaign_id = models.BigIntegerField("campaign", null=True)
    utm_source = models.CharField(max_length=150, blank=True)
    utm_medium = models.CharField(max_length=150, blank=True)
    utm_campaign = models.CharField(max_length=150, blank=True)
    utm_term = models.CharField(max_length=150, blank=True)
    utm_content = models.CharField(max_length=150, blank=True)
    reasons = models.JSONField(default=list)
    conflicts = models.JSONField(default=list)

    class Meta:
        permissions = [("assign_conversion", "Can assign a payment to a link")]
        constraints = [
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[a-z]{3}$"), name="currencies_are_three_letters"
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="payments_are_not_negative"),
            models.CheckConstraint(
                condition=Q(refunded__gte=0) & Q(refunded__lte=F("amount")),
                name="refunds_never_exceed_the_payment",
            ),
            models.CheckConstraint(
                condition=Q(received=0) | Q(paid_at__isnull=False),
                name="received_money_has_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(grade="A") | Q(link_line__isnull=False),
                name="certain_payments_name_a_link",
            ),
        ]
        indexes = [
            models.Index(
                fields=["livemode", "-created_at", "payment_id"], name="payments_newest_first"
            ),
            models.Index(
                fields=["livemode", "currency", "paid_at"],
                name="payments_by_day",
                include=[
                    "payment_id",
                    "state",
                    "amount",
                    "refunded",
                    "received",
                    "grade",
                    "through_link",
                    "link_line",
                    "utm_source",
                    "utm_medium",
                    "utm_campaign",
                    "utm_content",
                    "utm_term",
                ],
                condition=Q(paid_at__isnull=False),
            ),
            models.Index(
                fields=["livemode", "currency", "created_at"],
                name="free_orders_by_day",
                condition=Q(state="free"),
            ),
            models.Index(fields=["link_line", "-created_at"], name="payments_of_a_link"),
            models.Index(
                fields=["link_line"],
                name="links_that_were_paid",
                condition=Q(state__in=["paid", "partly_refunded", "refunded"]),
            ),
            # Equality and prefix searches both, which a locale's own order could not serve.
            models.Index(
                fields=["reference"],
                name="payments_by_reference",
                opclasses=["varchar_pattern_ops"],
            ),
            models.Index(
                fields=["reference_own"],
                name="payments_by_own_reference",
                opclasses=["varchar_pattern_ops"],
            ),
            models.Index(fields=["reference_tag"], name="payments_by_link_tag"),
            # The beginning of an id is enough to find it: people see ids cut short.
            models.Index(
                fields=["payment_id"], name="payments_by_id", opclasses=["varchar_pattern_ops"]
            ),
            models.Index(
                fields=["session_id"], name="payments_by_session", opclasses=["varchar_pattern_ops"]
            ),
            models.Index(fields=["plink_id"], name="payments_by_payment_link"),
            models.Index(fields=["origin_session_id"], name="payments_by_origin"),
            models.Index(
                fields=["first_payment_id"],
                name="renewals_of_a_payment",
                condition=~Q(first_payment_id=""),
            ),
            models.Index(
                fields=["livemode", "-created_at"],
                name="unknown_payments",
                condition=Q(grade="U"),
            ),
        ]

    def __str__(self) -> str:
        return self.payment_id


class Movement(models.Model):
    """A refund of one payment on the day it moved, so that a day's received money adds up.

    It repeats who earned its payment, so that figures need not look each payment up.
    """

    refund_id = models.CharField(max_length=255, primary_key=True)
    payment_id = models.CharField(max_length=255)
    livemode = models.BooleanField()
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField("refunded, minor units")
    moved_at = models.DateTimeField()
    through_link = models.BooleanField("through a payment link", db_default=False)
    grade = models.CharField(max_length=1, choices=Conversion.Grade, db_default="U")
    link_line = models.BigIntegerField("tracked link", null=True)
    utm_source = models.CharField(max_length=150, blank=True, db_default="")
    utm_medium = models.CharField(max_length=150, blank=True, db_default="")
    utm_campaign = models.CharField(max_length=150, blank=True, db_default="")
    utm_term = models.CharField(max_length=150, blank=True, db_default="")
    utm_content = models.CharField(max_length=150, blank=True, db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="refunds_move_something")
        ]
        indexes = [
            models.Index(fields=["payment_id"], name="refunds_of_a_payment"),
            models.Index(
                fields=["livemode", "currency", "moved_at"],
                name="refunds_by_day",
                include=[
                    "amount",
                    "grade",
                    "through_link",
                    "link_line",
                    "utm_source",
                    "utm_medium",
                    "utm_campaign",
                    "utm_content",
                    "utm_term",
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.refund_id
