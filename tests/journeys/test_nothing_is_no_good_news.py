"""What could not be read or was not there is said as that, and never reads like good news."""

from __future__ import annotations

from tests.journeys.conftest import WINDOW, CommandLine, Serve, gateway_settings


def test_a_monitor_that_gives_no_value_at_all_is_no_whole_answer(
    paicha: CommandLine, serve: Serve
) -> None:
    """It used to end with 0, while a monitor that lacks a few points ends with 3."""
    (paicha.folder / "paicha.toml").write_text(gateway_settings(serve("empty_series")), "utf-8")
    found = paicha("investigate", *WINDOW, "--lang", "zh", COLUMNS="200")

    assert 3 == found.code, found.err
    assert "证据不全：host 数据不完整：时间窗口内没有返回任何指标数据" in found.out


def test_an_index_set_without_aliases_is_not_called_verified(
    paicha: CommandLine, serve: Serve
) -> None:
    """It used to say that 0 pairs were verified on 0 rows and nothing was wrong."""
    (paicha.folder / "paicha.toml").write_text(gateway_settings(serve("no_level_field")), "utf-8")
    report = paicha("investigate", *WINDOW, "--lang", "zh", "--format", "md").out

    assert "没有声明字段别名，无需验证" in report
    assert "均无问题" not in report


def test_index_sets_that_hold_the_same_records_are_named(paicha: CommandLine, serve: Serve) -> None:
    """Every count was doubled, and the report said "duplicates 0"."""
    server = serve()
    two = (
        gateway_settings(server)
        + gateway_settings(server)
        .replace("[sources.logs]", "[sources.group]")
        .partition("[sources.host]")[0]
    )
    (paicha.folder / "paicha.toml").write_text(two, "utf-8")
    asked = ("investigate", *WINDOW, "--lang", "en", "--source", "logs")
    once = paicha(*asked)
    both = paicha(*asked, "--source", "group")

    assert "overlap" not in once.out
    assert 3 == both.code, both.err
    assert "the sources logs and group overlap: at least 1,800 records are documents" in both.err


def test_of_two_index_sets_each_is_read(paicha: CommandLine, serve: Serve) -> None:
    """The first was read twice; the other is unknown to the gateway, which is said now."""
    server = serve()
    other = gateway_settings(server).replace("[sources.logs]", "[sources.jobs]")
    two = gateway_settings(server) + other.partition("[sources.host]")[0].replace("2545", "2546")
    (paicha.folder / "paicha.toml").write_text(two, "utf-8")
    said = paicha("investigate", *WINDOW, "--lang", "en", "--source", "logs", "--source", "jobs")

    assert 1 == said.code, said.out
    assert "2546" in said.err.splitlines()[1]
