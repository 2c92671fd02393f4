"""The door the web server calls; granian with its WSGI interface in production."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linktracker.settings")

django = get_wsgi_application()

from linktracker.webhook_lane import with_webhook_lane  # noqa: E402 - once Django has loaded its apps

application = with_webhook_lane(django)

# What is loaded by now stays for good: no collection need walk it again.
gc.freeze()
gc.set_threshold(10_000, 20, 50)
