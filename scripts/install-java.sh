#!/usr/bin/env bash
# Make sure that a Java for Spark is there (requirements/java.txt).
# Installs only with CI=true on Debian as root; elsewhere it says what is missing and goes on,
# and the Spark tests say that they were skipped. With CI=true a missing Java fails.
set -euo pipefail
cd "$(dirname "$0")/.."

give_up() {
  echo "$1" >&2
  if [ "${CI:-}" = "true" ]; then exit 1; fi
  exit 0
}

package=$(awk '!/^#/ && NF { print $1 }' requirements/java.txt)
oldest=$(awk '!/^#/ && NF { print $2 }' requirements/java.txt)

if ! command -v java >/dev/null && [ "${CI:-}" = "true" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >/dev/null
fi

command -v java >/dev/null || give_up "no Java here: the Spark tests need the Debian package $package"

version=$(java -version 2>&1 | sed -nE 's/.* version "([0-9]+).*/\1/p')
[ "${version:-0}" -ge "$oldest" ] || give_up "Java $version is older than $oldest"
echo "java: $version" >&2
