"""The project's own pages: where a person begins, how they come in, and who they are."""

from linktracker.views.start import home, switch_mode

__all__ = ["home", "switch_mode"]
