"""Who asks for the pages and downloads that are measured."""

import time

from django.test import Client

from linktracker.accounts import SIGNED_IN_AT
from linktracker.models import User


def signed_in(person: User) -> Client:
    """A client of this person, who signed in a moment ago: lists of people and buyers ask for that."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(person)
    session = client.session
    session[SIGNED_IN_AT] = time.time()
    session.save()
    return client
