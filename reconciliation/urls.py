"""Addresses of money in and its agreement with the company's records."""

from django.urls import path

from reconciliation.views.health import (
    data_health,
    health_event,
    health_event_raw,
    health_event_replay,
    health_replay,
)
from reconciliation.views.payment import (
    payment,
    payment_assign,
    payment_event,
    payment_undo,
)
from reconciliation.views.payments import payments, payments_export
from reconciliation.views.reconciliation import reconciliation, reconciliation_export
from reconciliation.views.records import (
    record,
    record_change,
    record_new,
    record_void,
    records,
    records_export,
    records_import,
)
from reconciliation.views.webhook import webhook

urlpatterns = [
    path("webhooks/stripe/", webhook, name="webhook"),
    path("webhooks/stripe", webhook),
    path("payments/", payments, name="payments"),
    path("payments/export/", payments_export, name="payments-export"),
    path("payments/<str:payment_id>/", payment, name="payment"),
    path("payments/<str:payment_id>/assign/", payment_assign, name="payment-assign"),
    path("payments/<str:payment_id>/undo/", payment_undo, name="payment-undo"),
    path("payments/<str:payment_id>/events/<str:event_id>/", payment_event, name="payment-event"),
    path("reconciliation/", reconciliation, name="reconciliation"),
    path("reconciliation/export/", reconciliation_export, name="reconciliation-export"),
    path("records/", records, name="records"),
    path("records/export/", records_export, name="records-export"),
    path("records/new/", record_new, name="record-new"),
    path("records/import/", records_import, name="records-import"),
    path("records/<int:record_id>/", record, name="record"),
    path("records/<int:record_id>/change/", record_change, name="record-change"),
    path("records/<int:record_id>/void/", record_void, name="record-void"),
    path("health/data/", data_health, name="data-health"),
    path("health/data/replay/", health_replay, name="health-replay"),
    path("health/data/events/<str:event_id>/", health_event, name="health-event"),
    path("health/data/events/<str:event_id>/raw/", health_event_raw, name="health-event-raw"),
    path(
        "health/data/events/<str:event_id>/replay/", health_event_replay, name="health-event-replay"
    ),
]
