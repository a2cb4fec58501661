"""
Which files are of which program, and what it is called.

Whoever writes into a file of its own is called after it, or after its folder; what a web server answers and what went wrong
in it stand in two files of one folder. Copies of a program write a file each, in which the same words stand: what stands in several
of them is the program's.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from paicha.analysis.records import ANY_COPY

#: A shorter name is a word too often, unless the line says that it is a callee.
LEAST_LETTERS = 4
#: Stands in the name of two logs of one program for what tells them apart.
PAIR = "{access,error}"
_ONE_OF_PAIR = re.compile(
    r"(?<![a-z])(access|error)(?![a-z])(?!.*(?:[/\\]|(?<![a-z])(?:access|error)(?![a-z])))"
)
#: A name that is a file's.
_FILE = re.compile(r"[/\\]|\.(?:log|txt|out|err|jsonl?)(?:\.|$)")
#: When a file was begun, at the end of its name.
_DATE = re.compile(r"[-_]?(?:20\d\d[-_]?[01]\d|\d{8,10}).*$")
#: What files and folders of all programs are called.
_ANY_FILE = re.compile(
    r"(?:(?:access|error|errors|server|service|messages|syslog|kern|application|console|output|std(?:out|err)|debug|info|warn|warning"
    r"|root|main|system|events?|audit|slow|current|catalina|logs?|data|files?|home|test|prod|all|app|apps|today|node|host|localhost)"
    r"[-_]?(?:logs?)?\d*|[\W\d_]+)"
)


def called_after_files(names: Iterable[str]) -> dict[str, str]:
    """
    Return what the programs are called that wrote files which are named by their paths, where that tells one from all others.

    Example:
        >>> called_after_files(["/logs/pricing.log", "/logs/kafka-2/server.log", "/logs/error.log", "gate"])
        {'/logs/pricing.log': 'pricing', '/logs/kafka-2/server.log': 'kafka-2'}
        >>> called_after_files(["/logs/nginx/error.log", "/logs/nginx/access.log", "a/gate.log", "gate"])
        {}
        >>> called_after_files(["/logs/pricing-*.log", "/logs/pricing-3.log"])
        {'/logs/pricing-*.log': 'pricing', '/logs/pricing-3.log': 'pricing-3'}
    """
    known = list(names)
    stems = {name: _stem(name.replace("\\", "/")) for name in known if _FILE.search(name)}
    told = Counter([*stems.values(), *(name for name in known if name not in stems)])
    return {name: stem for name, stem in stems.items() if stem and told[stem] == 1}


def _stem(path: str) -> str:
    """Return what a file, or else its folder, is called, but for dates; "": both are called as any other."""
    folder, _, file = path.rpartition("/")
    for part in (file.partition(".")[0], folder.rpartition("/")[2]):
        stem = _DATE.sub("", part.replace(PAIR, "")).strip(f"-_.{ANY_COPY}")
        if len(stem) >= LEAST_LETTERS and not _ANY_FILE.fullmatch(stem.casefold()):
            return stem
    return ""


def paired(files: Iterable[str]) -> dict[str, str]:
    """
    Return what an access log and the error log beside it are called together, by the file of each.

    Example:
        >>> paired(["web/access.log", "web/error.log", "web/shop_error.log", "pay/error.log", "web/app.log"])
        {'web/access.log': 'web/{access,error}.log', 'web/error.log': 'web/{access,error}.log'}
    """
    of_both: dict[str, dict[str, str]] = defaultdict(dict)
    for file in sorted(set(files)):
        found = _ONE_OF_PAIR.search(file)
        if found is not None:
            of_both[f"{file[: found.start()]}{PAIR}{file[found.end() :]}"][found[0]] = file
    return {
        file: name for name, both in of_both.items() if len(both) == 2 for file in both.values()
    }


def files_of(name: str) -> tuple[str, ...]:
    """
    Return the files that a suspect called *name* writes.

    Example:
        >>> files_of("web/{access,error}.log"), files_of("web/app.log")
        (('web/access.log', 'web/error.log'), ('web/app.log',))
    """
    if PAIR not in name:
        return (name,)
    return tuple(name.replace(PAIR, one) for one in ("access", "error"))
