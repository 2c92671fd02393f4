"""Each test of the door comes by both ways, as to a process that has just begun."""

import pytest
from django.test import Client

from linktracker.lib.rejections import Rejections
from reconciliation.views import webhook
from tests.web.webhook.door import SECRET, LaneClient


@pytest.fixture(params=[Client, LaneClient])
def client(request):
    return request.param()


@pytest.fixture(autouse=True)
def nothing_refused_yet(monkeypatch):
    """A process counts what it has refused; each test begins as a new one."""
    monkeypatch.setattr(webhook, "rejections", Rejections())


@pytest.fixture(autouse=True)
def one_secret(settings):
    settings.STRIPE_WEBHOOK_SECRETS = SECRET
    settings.STRIPE_SECRETS_FILE = ""
