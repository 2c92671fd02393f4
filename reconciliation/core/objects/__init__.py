"""The kinds of Stripe object that we fold: by our name, and by Stripe's `object`."""

from typing import Final

from reconciliation.core.facts import Kind
from reconciliation.core.objects.charge import CHARGE
from reconciliation.core.objects.checkout_session import CHECKOUT_SESSION
from reconciliation.core.objects.invoice import INVOICE
from reconciliation.core.objects.invoice_payment import INVOICE_PAYMENT
from reconciliation.core.objects.payment_intent import PAYMENT_INTENT
from reconciliation.core.objects.payment_link import PAYMENT_LINK
from reconciliation.core.objects.refund import REFUND

ALL_KINDS: Final = (
    CHECKOUT_SESSION,
    PAYMENT_INTENT,
    CHARGE,
    REFUND,
    PAYMENT_LINK,
    INVOICE,
    INVOICE_PAYMENT,
)
KINDS: Final[dict[str, Kind]] = {kind.name: kind for kind in ALL_KINDS}
KINDS_BY_OBJECT: Final[dict[str, Kind]] = {kind.object_name: kind for kind in ALL_KINDS}
