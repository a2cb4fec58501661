"""From the settings of a store to the source that reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from paicha.errors import ConfigError
from paicha.sources.blueking import BluekingLogs
from paicha.sources.clickhouse import ClickHouseLogs
from paicha.sources.loki import LokiLogs
from paicha.sources.prometheus import PrometheusMetrics
from paicha.sources.victorialogs import VictoriaLogs
from paicha.wiring.assembly import Assembly
from paicha.wiring.reading import load_settings

STORES = """
[sources.vl]
type = "victorialogs"
url = "http://127.0.0.1:9428/proxy"
account_id = 7
token = "t0ken"
fields = ["level=sev", "level=priority", "file = src"]

[sources.loki]
type = "loki"
url = "http://127.0.0.1:3100"
selector = '{job="x"}'
tenant = "shop"

[sources.ch]
type = "clickhouse"
url = "https://127.0.0.1:8443"
database = "otel"
table = "logs"
username = "reader"
ca_file = "/etc/ca.pem"

[sources.prom]
type = "prometheus"
url = "http://127.0.0.1:9090"
tenant = "shop"
tenant_header = "THANOS-TENANT"
host_label = "host_ip"
matchers = 'cluster="a"'
"""


def assembly(folder: Path, words: str = STORES, **environ: str) -> Assembly:
    """Return what is made from a settings file."""
    (folder / "paicha.toml").write_text(words, "utf-8")
    return Assembly(load_settings(None, environ, folder))


def test_every_setting_reaches_its_source(tmp_path: Path) -> None:
    """Address, identity, tenant, fields and what only one store knows."""
    made = assembly(tmp_path, PAICHA_SOURCES_CH_PASSWORD="pw")
    vl, loki, ch = (made.log_source(name, "UTC") for name in ("vl", "loki", "ch"))
    prom = made.metric_source("prom", "UTC")

    assert isinstance(vl, VictoriaLogs)
    assert isinstance(loki, LokiLogs)
    assert isinstance(ch, ClickHouseLogs)
    assert isinstance(prom, PrometheusMetrics)
    assert {"AccountID": "7", "ProjectID": "0"} == vl.place.headers
    assert "Bearer t0ken" == vl.place.all_headers()["Authorization"]
    assert ("sev", "priority") == vl.fields.keys("level")[:2]
    assert "src" == vl.fields.keys("file")[0]
    assert ('{job="x"}', {"X-Scope-OrgID": "shop"}) == (loki.selector, loki.place.headers)
    assert ("`otel`.`logs`", "/etc/ca.pem", "pw") == (
        ch.rule.name,
        ch.place.verify,
        ch.place.password,
    )
    assert {"THANOS-TENANT": "shop"} == prom.place.headers
    assert ("host_ip", 'cluster="a"') == (prom.rule.label, prom.rule.matchers)


def test_metrics_of_a_store_go_with_logs_of_a_store(tmp_path: Path) -> None:
    """The only Prometheus there is is asked without being named; with files it is not."""
    made = assembly(tmp_path)

    assert ("prom",) == made.choices.chosen_metrics(None, ("vl",))
    assert () == made.choices.chosen_metrics(None, ())


@pytest.mark.parametrize(
    ("line", "mistake"),
    [
        ('fields = ["level"]', "level is not canonical=field"),
        ('fields = ["colour=x"]', "colour=x is not canonical=field"),
        ("attempts = 0", "must be above 0, not 0"),
        ("timeout_s = -1", "must be above 0, not -1"),
    ],
)
def test_a_wrong_setting_is_told_with_its_place(tmp_path: Path, line: str, mistake: str) -> None:
    """Before anything is asked."""
    words = f'[sources.vl]\ntype = "victorialogs"\nurl = "http://127.0.0.1:9428"\n{line}\n'

    with pytest.raises(ConfigError) as raised:
        assembly(tmp_path, words)

    assert mistake in raised.value.text("en")


@pytest.mark.parametrize("url", ["", "127.0.0.1:9428", "http://me:pw@127.0.0.1:9428"])
def test_a_store_needs_an_address_without_a_password(tmp_path: Path, url: str) -> None:
    """A password in a URL would be shown."""
    words = f'[sources.vl]\ntype = "victorialogs"\nurl = "{url}"\n'

    with pytest.raises(ConfigError) as raised:
        assembly(tmp_path, words)

    assert "sources.vl.url" in raised.value.text("en")
    assert "pw@" not in raised.value.text("en")


def test_an_index_set_of_blueking_names_its_fields_too(tmp_path: Path) -> None:
    """What the settings say comes first, then BlueKing's own names, then those of other stores."""
    words = '[sources.bk]\ntype = "blueking_logs"\nmonitor_url = "http://127.0.0.1:8000"\nidentity = "app"\nbk_app_code = "x"\n'
    made = assembly(tmp_path, words + 'fields = ["level=sev"]\n')

    source = made.log_source("bk", "UTC")
    assert isinstance(source, BluekingLogs)
    assert ("sev", "log_level", "level") == source.fields.keys("level")[:3]

    for entry in ("colour=x", "time=at"):
        with pytest.raises(ConfigError) as raised:
            assembly(tmp_path, words + f'fields = ["{entry}"]\n')
        assert f"{entry} is not canonical=field" in raised.value.text("en")
