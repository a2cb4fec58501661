"""How Elasticsearch and OpenSearch start: bare distributions, heap 512 MB, as nobody."""

from __future__ import annotations

import shutil
from pathlib import Path

import httpx
from tests.servers.catalogue import ServerEntry, installed, java_for
from tests.servers.process import Start, free_port

# One node on loopback; the disk of a test machine may be nearly full.
_SETTINGS = """\
discovery.type: single-node
network.host: 127.0.0.1
http.port: {port}
transport.port: {transport}
path.data: {folder}/data
path.logs: {folder}/logs
cluster.routing.allocation.disk.threshold_enabled: false
"""
# Serial collector and the first compiler alone: half the processor time of a start.
_JVM = """\
-Xms{heap}
-Xmx{heap}
{machine}
-Djava.io.tmpdir={folder}/tmp
-Xlog:disable
-Xlog:all=error:stderr
"""
LEAN = "-XX:+UseSerialGC\n-XX:TieredStopAtLevel=1"
_OPENSEARCH = """\
18-:-Djava.security.manager=allow
20-:--add-modules=jdk.incubator.vector
-Djava.util.concurrent.ForkJoinPool.common.threadFactory=org.opensearch.secure_sm.SecuredForkJoinWorkerThreadFactory
"""


def how(
    entry: ServerEntry,
    folder: Path,
    *,
    settings: str = "",
    heap: str = "512m",
    machine: str = LEAN,
) -> Start:
    """Return how *entry* starts in *folder*, with further *settings* as YAML lines."""
    home, java = installed(entry), java_for(entry)
    assert home is not None
    assert java is not None
    program = "opensearch" if entry.name.startswith("opensearch") else "elasticsearch"
    port = free_port()
    shutil.copytree(home / "config", folder / "config")
    for name in ("data", "logs", "tmp"):
        (folder / name).mkdir()
    words = _SETTINGS.format(port=port, transport=free_port(), folder=folder) + settings
    options = _JVM.format(heap=heap, machine=machine, folder=folder)
    if program == "opensearch":
        options += _OPENSEARCH
    else:
        words += "" if "xpack.security.enabled" in settings else "xpack.security.enabled: false\n"
    (folder / "config" / f"{program}.yml").write_text(words, "utf-8")
    (folder / "config" / "jvm.options").write_text(options, "utf-8")
    named = {
        f"{maker}_{what}": str(value)
        for maker in ("ES", "OPENSEARCH")
        for what, value in (("PATH_CONF", folder / "config"), ("TMPDIR", folder / "tmp"))
    }
    named |= {"JAVA_HOME": str(java), "ES_JAVA_HOME": str(java), "OPENSEARCH_JAVA_HOME": str(java)}
    scheme = "https" if "http.ssl.enabled: true" in settings else "http"
    argv = [str(home / "bin" / program)]
    return Start(argv, port, answers, named, as_nobody=True, scheme=scheme)


def answers(url: str) -> bool:
    """Return whether the node at *url* answers searches: with health, or by asking who we are."""
    try:
        # Its own certificate is none that this machine knows.
        said = httpx.get(f"{url}/_cluster/health", timeout=5, verify=False)
    except httpx.HTTPError:
        return False
    return said.status_code in (200, 401)
