"""The paths that the whole internet reaches, and what the log says of the refusals there."""

import logging

PREFIXES = ("/webhooks/", "/return/")


def is_worth_a_line(record: logging.LogRecord) -> bool:
    """Django writes a line for every refusal; at a public door a flood of them would fill the disk.

    The doors count their own refusals. A failure of ours is told wherever it happens.
    """
    request = getattr(record, "request", None)
    is_public = getattr(request, "path_info", "").startswith(PREFIXES)
    return not is_public or record.levelno >= logging.ERROR
