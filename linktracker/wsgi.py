"""The door the web server calls; granian with its WSGI interface in production."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linktracker.settings")

application = get_wsgi_application()
