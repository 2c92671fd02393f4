"""One class a file: columns and the promises that the database keeps."""

from campaigns.models.arrival import Arrival, ReturnPage
from campaigns.models.attribution import Attribution
from campaigns.models.campaign import Campaign
from campaigns.models.conversion import Conversion, Movement
from campaigns.models.decision import AttributionDecision
from campaigns.models.evidence_change import EvidenceChange
from campaigns.models.export import Export
from campaigns.models.label import Label
from campaigns.models.link_change import LinkChange
from campaigns.models.payment_link import PaymentLink
from campaigns.models.tracked_link import TrackedLink

__all__ = [
    "Arrival",
    "Attribution",
    "AttributionDecision",
    "Campaign",
    "Conversion",
    "EvidenceChange",
    "Export",
    "Label",
    "LinkChange",
    "Movement",
    "PaymentLink",
    "ReturnPage",
    "TrackedLink",
]
