from django.apps import AppConfig


class LinktrackerConfig(AppConfig):
    name = "linktracker"
    verbose_name = "People"
