#!/usr/bin/env bash
# Make sure that the servers that tests ask are there (tests/servers/servers.toml, requirements/servers.txt).
# Installs only with CI=true (Debian packages as root, the rest into a cache) or when asked: install-servers.sh --install [NAME …].
# Elsewhere it says what is missing and goes on, and the tests say that they were skipped. With CI=true a missing server fails.
set -euo pipefail
cd "$(dirname "$0")/.."

python=${PYTHON:-python3}
[ -x .venv/bin/python ] && python=.venv/bin/python
asked=()
install=${CI:-}
for word in "$@"; do
  if [ "$word" = --install ]; then install=true; else asked+=("$word"); fi
done

if [ "$install" != true ]; then
  "$python" -m tests.servers.install --check "${asked[@]}" || true
  exit 0
fi

if [ "$(id -u)" = 0 ] && command -v dpkg-query >/dev/null; then
  lacking=()
  while read -r package; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || lacking+=("$package")
  done < <(awk '!/^#/ && NF { print $1 }' requirements/servers.txt)
  if [ ${#lacking[@]} -gt 0 ]; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${lacking[@]}" >/dev/null
  fi
fi

"$python" -m tests.servers.install "${asked[@]}"
