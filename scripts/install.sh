#!/bin/sh
# Installs into .venv what a constraints file pins (every archive is checked against its hash), then this project itself.
# Use: scripts/install.sh constraints.txt
set -eu
pins=$1

scripts/venv.sh
echo "Installing what $pins pins …"
.venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r "$pins"
.venv/bin/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
