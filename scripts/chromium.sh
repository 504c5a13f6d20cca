#!/bin/sh
# Makes sure that there is a Chromium for the browser tests, and says what it does:
# `chromium` on the PATH or Playwright's own build if one is there, else Debian's package where it may install one, else
# Playwright's own. (tests/browser/conftest.py looks for them in the same order.)
set -eu

find_chromium() { command -v chromium 2>/dev/null; }

playwrights_own() {
    .venv/bin/python - <<'PY'
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

with sync_playwright() as playwright:
    path = Path(playwright.chromium.executable_path)
print(path)
sys.exit(not path.exists())
PY
}

# The command that makes us root: nothing, or sudo where it asks for no password.
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_install_debians() {
    # Ubuntu's package of this name only fetches a snap, which browser tests cannot drive.
    command -v apt-get >/dev/null 2>&1 && grep -q '^ID=debian' /etc/os-release 2>/dev/null && as_root true 2>/dev/null
}

install_debians() {
    echo "No Chromium found. Installing Debian's chromium and fonts-noto-cjk for the browser tests …"
    as_root apt-get update -qq &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null
}

install_playwrights() {
    echo "No Chromium found. Fetching Playwright's own for the browser tests …"
    # As root its libraries come with it; otherwise Playwright names those that the system lacks.
    if [ "$(id -u)" = 0 ]; then set -- --with-deps; else set --; fi
    .venv/bin/python -m playwright install "$@" chromium
}

if found=$(find_chromium) || found=$(playwrights_own); then
    echo "The browser tests use $found."
    exit 0
fi
if may_install_debians && install_debians && found=$(find_chromium); then
    echo "The browser tests use $found."
    exit 0
fi
if install_playwrights && found=$(playwrights_own); then
    echo "The browser tests use $found."
    exit 0
fi
echo "There is no Chromium and none could be installed, so the browser tests cannot run." >&2
echo "Install one (Debian: apt-get install chromium fonts-noto-cjk) and run this again." >&2
exit 1
