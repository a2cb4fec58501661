"""Records that name no host, where one host is asked for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from paicha.facade import Asked, carry_out, prepare

_SILENT = "".join(
    f"2025-03-04 05:0{n}:07,891 {level} shop.Order - lease {n} lost\n"
    for n, level in enumerate(["ERROR", "INFO", "ERROR"])
)
_NAMED = "".join(
    f"<11>1 2025-03-04T05:0{n}:09Z {host} keeper 812 - - lease of shard {n} is late\n"
    for n, host in enumerate(["web-3", "web-4", "web-4", "web-4"])
)
_OWN = _NAMED.partition("\n")[0] + "\n"


def said(tmp_path: Path, host: str, *logs: str) -> str:
    """Return what the first screen says, one statement after the other."""
    paths = []
    for n, log in enumerate(logs):
        paths.append(tmp_path / f"part{n}.log")
        paths[-1].write_text(log, "utf-8")
    found = carry_out(prepare(Asked(tuple(map(str, paths)), hosts=(host,), zone="UTC")))
    return "; ".join(one.text.en for one in found.findings.statements)


@pytest.mark.parametrize(
    ("host", "logs", "expected"),
    [
        ("web-9", (_SILENT,), "None of the 3 records names a host: they count as those of web-9"),
        ("web-3", (_SILENT, _OWN), "3 records of 4 name no host: they count as those of web-3"),
        ("web-3", (_SILENT, _NAMED), "the inputs also hold 3 records of other hosts"),
        ("web-9", (_SILENT, _NAMED), "No record names web-9: 3 records that name no host count"),
    ],
    ids=["nobody is named", "only the host", "others, too", "only others"],
)
def test_the_first_screen_says_that_a_host_was_taken_on_trust(
    tmp_path: Path, host: str, logs: tuple[str, ...], expected: str
) -> None:
    """Whoever misspells a host, or gives files of several, must not take the report for that host's."""
    assert expected in said(tmp_path, host, *logs)


def test_where_every_record_names_the_host_nothing_is_said_of_it(tmp_path: Path) -> None:
    """Records of others that are left out are no doubt about those that are kept."""
    assert "web-4" not in said(tmp_path, "web-4", _NAMED)
    assert "name no host" not in said(tmp_path, "web-4", _NAMED)


@pytest.mark.parametrize(
    ("logs", "expected"),
    [
        (
            (_SILENT,),
            "None of the 3 records names a service: all were kept although the question is about billing",
        ),
        ((_SILENT, _NAMED.replace("keeper", "billing")), "3 records of 7 name no service: they"),
    ],
    ids=["nobody names one", "some do"],
)
def test_the_first_screen_says_that_a_service_was_taken_on_trust(
    tmp_path: Path, logs: tuple[str, ...], expected: str
) -> None:
    """A report that is headed by a service must not be of everybody else's records without a word."""
    paths = []
    for n, log in enumerate(logs):
        paths.append(tmp_path / f"part{n}.log")
        paths[-1].write_text(log, "utf-8")
    asked = Asked(tuple(map(str, paths)), services=("billing",), zone="UTC")
    found = carry_out(prepare(asked)).findings

    assert expected in "; ".join(one.text.en for one in found.statements)


@pytest.mark.parametrize("host", ["WEB-4", "web-4"])
def test_a_host_is_asked_for_in_upper_and_lower_case_alike(host: str, tmp_path: Path) -> None:
    """`--host WEB-4` finds what `--where host:WEB-4` finds: three of the four records."""
    log = tmp_path / "keeper.log"
    log.write_text(_NAMED, "utf-8")
    asked = Asked((str(log),), zone="UTC")
    found = [
        carry_out(prepare(replace(asked, **scope))).findings.coverage.logs[0].kept
        for scope in ({"hosts": (host,)}, {"where": f"host:{host}"})
    ]

    assert [3, 3] == found
