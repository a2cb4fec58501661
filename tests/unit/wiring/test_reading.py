"""Settings are read from one file and the environment, and every mistake is told at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from paicha.errors import ConfigError
from paicha.wiring.reading import load_settings, places
from paicha.wiring.settings import SOURCE_TYPES, BluekingLogsSettings, FilesSettings
from paicha.wiring.template import shown, template

GOOD = """
language = "zh"
zone = "Asia/Shanghai"
logs = ["prod"]

[sources.prod]
type = "blueking_logs"
monitor_url = "https://gateway.test/bk-monitor/prod"
bk_biz_id = 2
index_set_id = 2545
bk_app_secret = "from the file"

[sources.other]
type = "blueking_logs"
monitor_url = "https://gateway.test/bk-monitor/prod"

[sources.local]
type = "files"
paths = ["logs/*.log"]
"""


def written(folder: Path, words: str) -> Path:
    """Return a settings file that says *words*."""
    file = folder / "paicha.toml"
    file.write_text(words, "utf-8")
    return file


def mistakes_of(folder: Path, words: str, environ: dict[str, str] | None = None) -> str:
    """Return everything that is wrong with *words*, in English."""
    with pytest.raises(ConfigError) as refused:
        load_settings(written(folder, words), environ or {}, folder)
    return refused.value.text("en")


def test_several_sources_of_one_type_are_read(tmp_path: Path) -> None:
    """
    Two sources of one type keep their own names and values.
    """
    settings = load_settings(written(tmp_path, GOOD), {}, tmp_path)

    prod = settings.source("prod")
    assert isinstance(prod, BluekingLogsSettings)
    assert (2, 2545) == (prod.bk_biz_id, prod.index_set_id)
    assert isinstance(settings.source("other"), BluekingLogsSettings)
    assert isinstance(settings.source("local"), FilesSettings)


def test_a_variable_wins_over_the_file(tmp_path: Path) -> None:
    """
    The environment comes before the file, also for one key of one source.
    """
    environ = {"PAICHA_ZONE": "UTC", "PAICHA_SOURCES_PROD_BK_BIZ_ID": "-7"}

    settings = load_settings(written(tmp_path, GOOD), environ, tmp_path)

    prod = settings.source("prod")
    assert "UTC" == settings.general.zone
    assert isinstance(prod, BluekingLogsSettings)
    assert -7 == prod.bk_biz_id


def test_a_secret_can_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    """
    The variable with _FILE behind it names a file whose content is the secret.
    """
    secret = tmp_path / "secret"
    secret.write_text("s3cret\n", "utf-8")
    environ = {"PAICHA_SOURCES_PROD_BK_APP_SECRET_FILE": str(secret)}

    settings = load_settings(written(tmp_path, GOOD), environ, tmp_path)

    prod = settings.source("prod")
    assert isinstance(prod, BluekingLogsSettings)
    assert "s3cret" == prod.bk_app_secret.reveal()


def test_a_source_can_stand_in_the_environment_alone(tmp_path: Path) -> None:
    """
    Without any file, a type in a variable makes a source.
    """
    environ = {
        "PAICHA_SOURCES_PROD_LOGS_TYPE": "blueking_logs",
        "PAICHA_SOURCES_PROD_LOGS_MONITOR_URL": "https://gateway.test/prod",
    }

    settings = load_settings(None, environ, tmp_path)

    assert isinstance(settings.source("prod-logs"), BluekingLogsSettings)


def test_every_mistake_is_told_at_once_with_its_place(tmp_path: Path) -> None:
    """
    One reading names all mistakes, each with file and key.
    """
    words = """
languag = "zh"
max_records = "many"
zone = "Mars/Olympus"
logs = ["nobody"]

[sources.prod]
type = "blueking_logs"
timeout_s = -1
identity = "robot"

[sources.odd]
type = "carrier_pigeon"
"""
    told = mistakes_of(tmp_path, words, {"PAICHA_ZONES": "UTC"})

    for expected in (
        "paicha.toml: languag: no such key; did you mean language?",
        'paicha.toml: max_records: must be a whole number, not "many"',
        "paicha.toml: zone: there is no time zone called Mars/Olympus",
        "paicha.toml: logs: names the source nobody; there are: prod",
        'paicha.toml: sources.prod.identity: "robot" is none of: user, app',
        "paicha.toml: sources.prod.timeout_s: must be above 0, not -1.0",
        "paicha.toml: sources.prod.monitor_url: needed and not set; tried in this order: PAICHA_SOU",
        'paicha.toml: sources.odd: type "carrier_pigeon" is none of: blueking_logs',
        "PAICHA_ZONES: no such setting; the nearest is PAICHA_ZONE",
    ):
        assert expected in told
    assert "9 mistakes" in told


def test_variables_that_are_no_settings_are_none_of_its_business(tmp_path: Path) -> None:
    """
    Where things are kept and whether traces are shown is said in the environment, whatever is set.
    """
    environ = {"PAICHA_CACHE": "off", "PAICHA_DEBUG": "1", "PAICHA_ZONE": "UTC"}

    assert "UTC" == load_settings(written(tmp_path, ""), environ, tmp_path).general.zone


def test_mistakes_are_told_in_chinese_too(tmp_path: Path) -> None:
    """
    The same mistakes read in the reader's language.
    """
    with pytest.raises(ConfigError) as refused:
        load_settings(written(tmp_path, "zone = 7"), {}, tmp_path)

    assert "应为带引号的文本" in refused.value.text("zh")


def test_a_secret_of_the_wrong_type_is_not_shown(tmp_path: Path) -> None:
    """
    A mistake about a secret does not repeat it.
    """
    words = (
        '[sources.prod]\ntype = "blueking_logs"\nmonitor_url = "https://g.test"\nbk_token = 4711\n'
    )

    told = mistakes_of(tmp_path, words)

    assert "sources.prod.bk_token: must be text in quotes" in told
    assert "4711" not in told


def test_an_address_with_a_password_is_refused(tmp_path: Path) -> None:
    """
    Credentials belong into their own keys, never into an address.
    """
    words = '[sources.prod]\ntype = "blueking_logs"\nmonitor_url = "https://me:pw@gateway.test"\n'

    told = mistakes_of(tmp_path, words)

    assert "must start with http:// or https:// and hold no user or password" in told
    assert "pw" not in told.replace("password", "")


def test_broken_toml_names_file_and_line(tmp_path: Path) -> None:
    """
    What is no TOML is refused with the line.
    """
    told = mistakes_of(tmp_path, "zone = \n")

    assert "paicha.toml is not valid TOML" in told
    assert "line 1" in told


def test_a_named_file_that_is_missing_is_an_error(tmp_path: Path) -> None:
    """
    --config never falls back to another file silently.
    """
    with pytest.raises(ConfigError) as refused:
        load_settings(tmp_path / "nowhere.toml", {}, tmp_path)

    assert "nowhere.toml" in refused.value.what


def test_the_working_folder_comes_before_the_user(tmp_path: Path) -> None:
    """
    Without --config the working folder is looked in first, then the XDG place.
    """
    environ = {"XDG_CONFIG_HOME": "/xdg"}

    expected = (tmp_path / "paicha.toml", Path("/xdg/paicha/config.toml"))
    assert expected == places(None, environ, tmp_path)
    assert (Path("x.toml"),) == places(Path("x.toml"), environ, tmp_path)
    named = {"PAICHA_CONFIG": "y.toml"}
    assert (Path("y.toml"),) == places(None, named, tmp_path)


def test_what_is_shown_masks_secrets_and_says_where_values_come_from(tmp_path: Path) -> None:
    """
    `config show` prints what is in force, never a secret.
    """
    file = written(tmp_path, GOOD)

    words = shown(load_settings(file, {"PAICHA_ZONE": "UTC"}, tmp_path), "en")

    assert "from the file" not in words
    assert f'bk_app_secret = "***"  # {file}' in words
    assert 'zone = "UTC"  # PAICHA_ZONE' in words
    assert "attempts = 5  # default" in words


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_template_is_valid_when_every_key_is_uncommented(tmp_path: Path, language: str) -> None:
    """
    Taking every # away from the keys gives settings that can be read.
    """
    keys = []
    for line in template("zh" if language == "zh" else "en").splitlines():
        bare = line.removeprefix("# ")
        if re.fullmatch(r"\[[a-z.-]+\]", bare) or (
            " = " in bare and bare.split(" = ")[0].isidentifier()
        ):
            keys.append(bare)
    (tmp_path / "paicha.toml").write_text("\n".join(keys), "utf-8")

    settings = load_settings(None, {}, tmp_path)

    assert set(SOURCE_TYPES.values()) == {type(source) for source in settings.sources}
    assert len(SOURCE_TYPES) == len(settings.sources)


def test_patterns_of_redaction_are_checked(tmp_path: Path) -> None:
    """
    What RE2 refuses, and what matches an empty text, is told with the other mistakes.
    """
    file = tmp_path / "paicha.toml"
    file.write_text('[redaction]\npatterns = ["(?=a)", "x*"]\nexceptions = ["ok"]\n', "utf-8")

    with pytest.raises(ConfigError) as caught:
        load_settings(file, {}, tmp_path)

    told = caught.value.text("en")
    assert "redaction.patterns: (?=a) is no pattern of RE2" in told
    assert "redaction.patterns: x* matches an empty text" in told
    assert "exceptions" not in told


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ('[profiles.night]\nzone = "Mars/Phobos"', "profiles.night.zone: there is no time zone"),
        ('[profiles.night]\nbaseline = "yesterdayy"', "profiles.night.baseline: must be previous"),
        ('[webhooks.in]\nbaseline = "1-before"', "webhooks.in.baseline: must be previous"),
        ("[service]\nniceness = 30", "service.niceness: must be 19 or less, not 30"),
        (
            "[service]\nkeep_days = 1_000_000",
            "service.keep_days: must be 36500 or less, not 1000000",
        ),
        ("[service]\nmax_memory_mb = 5", "service.max_memory_mb: must be 256 or more, not 5"),
        ('[service]\nhosts = ["http://paicha"]', "service.hosts: must be names of hosts"),
        ('[service]\nhosts = ["paicha:8420"]', "service.hosts: must be names of hosts"),
        ('[profiles.night]\nmetrics = ["gone"]', "names the source gone; there are: -"),
    ],
)
def test_what_would_fail_every_run_of_the_service_is_said_when_it_starts(
    words: str, said: str, tmp_path: Path
) -> None:
    """An alert at night would be the first to find it."""
    assert said in mistakes_of(tmp_path, words)


def test_baselines_that_some_window_fits_are_taken(tmp_path: Path) -> None:
    """Which window a profile is asked with is not known yet."""
    for words in ("previous", "24h-before", "昨天", "none", "2026-01-30 09:00..2026-01-30 10:00"):
        load_settings(written(tmp_path, f'[profiles.night]\nbaseline = "{words}"'), {}, tmp_path)
