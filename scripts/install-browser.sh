#!/usr/bin/env bash
# Make sure that a headless Chromium and a Chinese font are there (requirements/browser.txt).
# Installs only with CI=true on Debian as root; elsewhere it says what is missing and goes on,
# and the browser tests say that they were skipped. With CI=true a missing browser fails.
set -euo pipefail
cd "$(dirname "$0")/.."

oldest=$(awk '$1 == "chromium" { print $2 }' requirements/browser.txt)

browser() {
  command -v "${CHROMIUM:-chromium}" || command -v chromium-browser || command -v google-chrome || true
}

give_up() {
  echo "$1" >&2
  if [ "${CI:-}" = "true" ]; then exit 1; fi
  exit 0
}

if [ -z "$(browser)" ] && [ "${CI:-}" = "true" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get update -qq
  awk '!/^#/ && NF { print $1 }' requirements/browser.txt \
    | DEBIAN_FRONTEND=noninteractive xargs apt-get install -y -qq --no-install-recommends >/dev/null
fi

found=$(browser)
[ -n "$found" ] || give_up "no Chromium here: the browser tests need the Debian packages chromium and fonts-noto-cjk"

version=$("$found" --version 2>/dev/null | grep -oE '[0-9]+(\.[0-9]+)+' | head -n 1)
[ "${version%%.*}" -ge "$oldest" ] || give_up "Chromium $version is older than $oldest"
echo "browser: $found $version" >&2
