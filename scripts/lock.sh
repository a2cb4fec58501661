#!/usr/bin/env bash
# Write requirements/run.txt and requirements/dev.txt: exact versions with hashes, for Python 3.11 and newer,
# every platform, and no address of any registry. Needs uv; nothing else in this project does.
set -euo pipefail
cd "$(dirname "$0")/.."

command -v uv >/dev/null || { echo "make lock needs uv: pip install uv" >&2; exit 1; }

compile() {
  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-header --no-annotate --upgrade "$@"
}

compile pyproject.toml requirements/build.in --output-file requirements/run.txt
compile pyproject.toml requirements/build.in --all-extras --group dev \
  --constraint requirements/run.txt --output-file requirements/dev.txt

if grep -n '://' requirements/*.txt; then
  echo "a lock file holds an address" >&2
  exit 1
fi
