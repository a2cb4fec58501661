"""What stands in examples/ is what the program takes, and keeps what it promises."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.docs.test_docs import commands, shown_commands

from paicha.interfaces.http.api.health import router
from paicha.wiring.reading import load_settings

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
UNIT = EXAMPLES / "systemd" / "paicha.service"
CONTAINER = EXAMPLES / "container" / "Containerfile"
MANIFESTS = EXAMPLES / "kubernetes" / "paicha.yaml"
#: Exposure of the hardened unit as `systemd-analyze security` counts it, in tenths; 100 is the worst.
MOST_EXPOSED = 20


def manifests() -> list[dict[str, Any]]:
    """Return every object of the Kubernetes example."""
    return list(yaml.safe_load_all(MANIFESTS.read_text("utf-8")))


def of_kind(kind: str) -> dict[str, Any]:
    """Return the one object of that kind."""
    [found] = [each for each in manifests() if each["kind"] == kind]
    return found


def unit() -> configparser.RawConfigParser:
    """Return the unit; a key that stands twice keeps its last value."""
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(UNIT.read_text("utf-8"))
    return parser


def container() -> list[tuple[str, str]]:
    """Return the instructions of the image with their arguments, long lines joined."""
    text = re.sub(r"\\\n\s*", "", CONTAINER.read_text("utf-8"))
    lines = [line for line in text.split("\n") if line and not line.startswith("#")]
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1]) for line in lines]


def refuse_unknown(words: list[str]) -> None:
    """Fail when *words* are no command of the command line with options that it has."""
    known = commands()
    name = " ".join(["paicha", *words[:2]])
    name = name if name in known else f"paicha {words[0]}"
    options = {word for word in words if word.startswith("--")}
    assert name in known
    assert options <= known[name]


def test_every_command_of_the_examples_is_a_real_one() -> None:
    """
    In the unit, the image, the manifests and the page.
    """
    start = shlex.split(unit()["Service"]["ExecStart"])
    assert start[0].endswith("/paicha")
    image = dict(container())
    assert ["paicha"] == yaml.safe_load(image["ENTRYPOINT"])
    [pod] = of_kind("Deployment")["spec"]["template"]["spec"]["containers"]

    for words in (start[1:], yaml.safe_load(image["CMD"]), pod["args"]):
        refuse_unknown(words)
    page = (EXAMPLES / "README.md").read_text("utf-8")
    shown = re.findall(r"paicha (tokens create [^\n]+)", page)
    assert len(shown) == 3
    for line in shown:
        refuse_unknown(shlex.split(line))
    assert shown_commands(EXAMPLES / "compose" / "README.md")


@pytest.mark.parametrize("folder", ["unit", "image", "pod"])
def test_the_settings_of_the_examples_are_read(tmp_path: Path, folder: str) -> None:
    """
    The files, and the variables that go with them; a mistake in either would be told.
    """
    file = tmp_path / "paicha.toml"
    file.write_text((EXAMPLES / "paicha.toml").read_text("utf-8"), "utf-8")
    environ = {}
    if folder == "image":
        environ = dict(pair.split("=", 1) for pair in dict(container())["ENV"].split())
    if folder == "pod":
        file.write_text(of_kind("ConfigMap")["data"]["paicha.toml"], "utf-8")
        [pod] = of_kind("Deployment")["spec"]["template"]["spec"]["containers"]
        environ = {each["name"]: each["value"] for each in pod["env"]}
        secret = tmp_path / "logs-password"
        secret.write_text("x", "utf-8")
        environ["PAICHA_SOURCES_LOGS_PASSWORD_FILE"] = str(secret)

    settings = load_settings(file, environ, tmp_path)

    expected = (
        ("/var/lib/paicha", "127.0.0.1:8420") if folder == "unit" else ("/data", "0.0.0.0:8420")
    )
    assert expected == (settings.service.data, settings.service.listen)
    assert ["host", "logs"] == [source.name for source in settings.sources]


def test_the_unit_takes_away_what_the_service_does_not_need(tmp_path: Path) -> None:
    """
    Checked by its keys, and where systemd is there by `systemd-analyze` itself.
    """
    service = unit()["Service"]

    assert "" == service["CapabilityBoundingSet"]
    for key in ("NoNewPrivileges", "PrivateTmp", "PrivateDevices", "RestrictNamespaces"):
        assert "yes" == service[key]
    assert "strict" == service["ProtectSystem"]
    if shutil.which("systemd-analyze"):
        # It looks whether the program is there; on this machine another one is.
        copy = tmp_path / UNIT.name
        copy.write_text(
            UNIT.read_text("utf-8").replace("/opt/paicha/bin/paicha", sys.executable), "utf-8"
        )
        verified = analyze("verify", "--man=no", str(copy))
        exposed = analyze(
            "security", "--offline=true", f"--threshold={MOST_EXPOSED}", "--no-pager", str(copy)
        )
        # What it says of other units on this machine is about those.
        said = [line for line in verified.stderr.splitlines() if UNIT.name in line]
        assert (0, []) == (verified.returncode, said)
        assert 0 == exposed.returncode, exposed.stdout + exposed.stderr


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="it knows the groups of calls")
def test_the_unit_lets_runs_stand_back() -> None:
    """
    What a run asks the system for (`niceness`) is among the calls that the unit leaves it.
    """
    allowed: set[str] = set()
    for line in UNIT.read_text("utf-8").splitlines():
        key, _, words = line.partition("=")
        if key == "SystemCallFilter":
            named = {call for word in words.lstrip("~").split() for call in calls(word)}
            allowed = allowed - named if words.startswith("~") else allowed | named

    assert {"setpriority", "sched_setscheduler", "prctl", "setsid"} <= allowed
    assert not {"mount", "reboot", "setrlimit", "ptrace"} & allowed


def calls(word: str) -> set[str]:
    """Return the system calls of a group, or the one of that name."""
    if not word.startswith("@"):
        return {word}
    lines = (line.strip() for line in analyze("syscall-filter", word).stdout.splitlines()[1:])
    return {call for line in lines if line and line[0] != "#" for call in calls(line)}


def analyze(*words: str) -> subprocess.CompletedProcess[str]:
    """Run systemd-analyze."""
    return subprocess.run(
        ["systemd-analyze", *words], capture_output=True, text=True, check=False, timeout=300
    )


def test_the_image_runs_without_root_and_from_what_is_there() -> None:
    """
    A numeric user, sources that exist, extras that exist, an answer that is asked for on its port.
    """
    instructions = container()
    image = dict(instructions)
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"][
        "optional-dependencies"
    ]

    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", image["USER"])
    for name, words in instructions:
        if name == "COPY":
            assert [] == [part for part in words.split()[:-1] if not (ROOT / part).exists()]
        for found in re.findall(r"\[([a-z,]+)\]\"", words):
            assert set(found.split(",")) <= set(extras)
    assert image["EXPOSE"] in image["HEALTHCHECK"]
    assert "/healthz" in image["HEALTHCHECK"]


def test_the_manifests_fit_together() -> None:
    """
    Kinds with their versions, labels that are selected, volumes that are mounted, names that exist.
    """
    objects = manifests()
    kinds = {(each["apiVersion"], each["kind"]) for each in objects}
    deployment = of_kind("Deployment")["spec"]
    pod = deployment["template"]["spec"]
    [main] = pod["containers"]
    labels = deployment["template"]["metadata"]["labels"]

    assert kinds == {
        *(("v1", kind) for kind in ("Namespace", "ServiceAccount", "ConfigMap", "Secret")),
        *(("v1", kind) for kind in ("PersistentVolumeClaim", "Service")),
        ("apps/v1", "Deployment"),
        ("networking.k8s.io/v1", "NetworkPolicy"),
    }
    namespace = of_kind("Namespace")["metadata"]["name"]
    assert {namespace} == {
        each["metadata"]["namespace"] for each in objects if each["kind"] != "Namespace"
    }
    selectors = (
        deployment["selector"]["matchLabels"],
        of_kind("Service")["spec"]["selector"],
        of_kind("NetworkPolicy")["spec"]["podSelector"]["matchLabels"],
    )
    assert [labels] * 3 == list(selectors)
    volumes = {volume["name"]: volume for volume in pod["volumes"]}
    assert set(volumes) == {mount["name"] for mount in main["volumeMounts"]}
    assert volumes["settings"]["configMap"]["name"] == of_kind("ConfigMap")["metadata"]["name"]
    assert volumes["secrets"]["secret"]["secretName"] == of_kind("Secret")["metadata"]["name"]
    claim = of_kind("PersistentVolumeClaim")["metadata"]["name"]
    assert claim == volumes["data"]["persistentVolumeClaim"]["claimName"]
    assert pod["serviceAccountName"] == of_kind("ServiceAccount")["metadata"]["name"]


def test_the_pod_is_restricted_and_asked_how_it_is() -> None:
    """
    What the restricted pod security standard wants, probes at addresses that exist, limits.
    """
    pod = of_kind("Deployment")["spec"]["template"]["spec"]
    [main] = pod["containers"]
    known = {getattr(route, "path", "") for route in router.routes}
    ports = {port["name"]: port["containerPort"] for port in main["ports"]}

    assert True is pod["securityContext"]["runAsNonRoot"]
    assert "RuntimeDefault" == pod["securityContext"]["seccompProfile"]["type"]
    assert {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    } == main["securityContext"]
    assert False is pod["automountServiceAccountToken"]
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        asked = main[probe]["httpGet"]
        assert asked["path"] in known
        assert asked["port"] in ports
    assert "memory" in main["resources"]["limits"]
    listen = next(e["value"] for e in main["env"] if e["name"] == "PAICHA_SERVICE_LISTEN")
    [opened] = of_kind("NetworkPolicy")["spec"]["ingress"][0]["ports"]
    assert {int(listen.rsplit(":", 1)[1])} == {ports["http"], opened["port"]}
