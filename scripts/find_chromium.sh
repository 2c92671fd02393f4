#!/bin/sh
# Make a Chromium available to the browser tests: one that is here, Debian's when root, else Playwright's own.
# Without any, the browser tests skip with a clear line; in CI they fail.
set -u
for name in "${CHROMIUM_PATH:-}" chromium chromium-browser google-chrome; do
  [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 && exit 0
done
ls "${HOME:-/nonexistent}"/.cache/ms-playwright/chromium-*/ >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  apt-get update -qq >/dev/null 2>&1
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-liberation >/dev/null 2>&1 && exit 0
fi
.venv/bin/playwright install chromium >/dev/null 2>&1 && exit 0
echo "No Chromium could be found or installed; the browser tests will be skipped."
