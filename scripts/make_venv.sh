#!/bin/sh
# Make .venv; on Debian the venv module is a package of its own, which root may install.
set -eu
python=$(command -v python3.11 || command -v python3)
"$python" -m venv .venv 2>/dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null
  exec "$python" -m venv --clear .venv
fi
echo "Python's venv module is missing. Install it with: apt install python3-venv" >&2
exit 1
