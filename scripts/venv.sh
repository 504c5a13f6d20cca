#!/bin/sh
# Makes the virtual environment .venv, if it is not there or no longer works, with a Python 3.11 or later.
set -eu

wanted='import sys; sys.exit(sys.version_info < (3, 11))'

works() { [ -x .venv/bin/python ] && .venv/bin/python -c "$wanted" 2>/dev/null && .venv/bin/python -m pip --version >/dev/null 2>&1; }

find_python() {
    for name in ${PYTHON:-} python3.13 python3.12 python3.11 python3; do
        if command -v "$name" >/dev/null 2>&1 && "$name" -c "$wanted" 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    return 1
}

# Debian keeps `venv` in a package of its own. As root (a fresh machine, a container) it is installed; a person is told.
debian_install() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 || return 1
    echo "Installing Debian's $* …"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

works && exit 0

if ! python=$(find_python) && ! { debian_install python3 python3-venv && python=$(find_python); }; then
    echo "lianxun needs Python 3.11 or later, and none was found. Install one (Debian: apt-get install python3 python3-venv)," >&2
    echo "or name it: PYTHON=/path/to/python3.12 make …" >&2
    exit 1
fi

echo "Making .venv with $("$python" --version) ($python) …"
rm -rf .venv
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    debian_install "python$version-venv" || {
        echo "This Python cannot make virtual environments: its venv package is missing." >&2
        echo "Install it and try again: apt-get install python$version-venv" >&2
        exit 1
    }
fi
"$python" -m venv .venv
