"""Where log lines are found: paths of log files, which shippers name as code names its own files."""

from __future__ import annotations

import re
from functools import lru_cache

#: What packed files end with, but for archives of several (RE2).
PACKINGS = "gz|zst|bz2|xz|lz4"
#: The folders of logs, and what their files end with: rotated, dated, packed or not.
_LOG_FILE = re.compile(
    r"""/var/(?:log|lib/docker)/.+ | (?:.*[/\\])?[^/\\]+\.(?:log|out|err)(?:[._-][\w.-]{1,40})?""",
    re.VERBOSE,
)


@lru_cache(maxsize=4096)
def is_log_file(path: str) -> bool:
    r"""
    Return whether *path* is a log file's, and not one of a program's text.

    Promtail and Alloy call it ``filename``, Vector ``file``, which is what loggers call the file that wrote a record.

    Example:
        >>> is_log_file("/var/log/messages"), is_log_file(r"D:\\shop\\app.log.2026-01-05"), is_log_file("shop/log.py")
        (True, True, False)
    """
    return _LOG_FILE.fullmatch(path) is not None
