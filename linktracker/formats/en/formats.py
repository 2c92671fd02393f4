"""25 Nov 2026 16:36, as the pages of the app write it; a narrow column parts day and time only."""

DATE_FORMAT = "j\xa0M\xa0Y"
DATETIME_FORMAT = "j\xa0M\xa0Y H:i"
