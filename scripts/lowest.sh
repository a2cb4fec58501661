#!/usr/bin/env bash
# The lowest versions that pyproject.toml promises, in an environment that is thrown away: each extra but Spark's is
# installed at its bound, then an error of the command line, the service's API and its page are tried. Needs uv.
set -euo pipefail
cd "$(dirname "$0")/.."

command -v uv >/dev/null || { echo "make lowest needs uv: pip install uv" >&2; exit 1; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

uv venv --quiet --python "${PYTHON:-python3}" "$folder/lowest"
install() { uv pip install --quiet --python "$folder/lowest/bin/python" "$@"; }
# Each bound as the one version that is allowed: left to choose, uv takes what goes with the newest of the others.
sed -n '/^\[project\]/,/^\[project.scripts\]/p' pyproject.toml | grep -oE '"[a-z0-9-]+(\[[a-z]+\])?>=[0-9.]+' \
  | sed -E 's/"//; s/\[[a-z]+\]//; s/>=/==/' >"$folder/bounds.txt"
install --constraints "$folder/bounds.txt" '.[clickhouse,mail,mcp,otel,postgres,serve]'
install 'pytest>=8.3' pytest-xdist hypothesis html5lib jsonschema pyyaml httpx2 # what is there already stays

"$folder/lowest/bin/paicha" demo --lang en >/dev/null
# Warnings are those of old packages; here they are no errors.
"$folder/lowest/bin/python" -W default -m pytest -q -W default -p no:cacheprovider \
  tests/journeys/test_bad_input.py tests/service/test_api.py tests/unit/interfaces "$@"
