#!/bin/sh
# Compile pyproject.toml into hashed lock files without index or host lines.
# Pins that are already there stay, unless called with --upgrade.
set -eu
compile() {
  .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-header --no-annotate "$@"
}
compile "$@" pyproject.toml --output-file requirements/base.txt
compile "$@" --group demo --constraint requirements/base.txt --output-file requirements/demo.txt
compile "$@" --group dev --constraint requirements/base.txt --constraint requirements/demo.txt \
  --output-file requirements/dev.txt
