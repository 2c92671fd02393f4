#!/bin/sh
# Compiling again must change nothing, and no lock file may name a host.
set -eu
if grep -nE 'https?://|--index-url|--extra-index-url|--find-links' requirements/*.txt; then
  echo "A lock file names a host." >&2; exit 1
fi
before=$(cat requirements/*.txt | sha256sum)
copy=$(mktemp -d); cp requirements/*.txt "$copy"
sh scripts/lock.sh
after=$(cat requirements/*.txt | sha256sum)
if [ "$before" != "$after" ]; then
  cp "$copy"/*.txt requirements/; rm -r "$copy"
  echo "The lock files do not match requirements/*.in; run make lock." >&2; exit 1
fi
rm -r "$copy"
