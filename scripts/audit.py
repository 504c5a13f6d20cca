"""The pinned packages beside the advisories on vulnerabilities: names each one found.

pip-audit calls a package that it could not ask about "skipped" and goes on as if all were well. Here the two are told
apart: a known vulnerability always fails; packages not asked about are counted and, with ``--strict``, fail too.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

PINS: Final = Path(__file__).resolve().parent.parent / "constraints-dev.txt"
_COMMAND: Final = (
    "-m",
    "pip_audit",
    "--disable-pip",
    "--requirement",
    str(PINS),
    "--format",
    "json",
    "--progress-spinner",
    "off",
)


def ask() -> list[dict[str, Any]] | str:
    """Every pinned package with what is known of it, or why the advisory service could not be asked."""
    answer = subprocess.run([sys.executable, *_COMMAND], capture_output=True, text=True, check=False)  # noqa: S603 -- our own words
    try:
        packages: list[dict[str, Any]] = json.loads(answer.stdout)["dependencies"]
    except (ValueError, KeyError):
        return (answer.stderr.strip().splitlines() or ["no answer"])[-1]
    return packages


def main(*, strict: bool) -> int:
    """Print what was found; 1 for a known vulnerability, and under ``strict`` for a package not asked about."""
    packages = ask()
    if isinstance(packages, str):
        print(f"audit: NOT DONE, the advisory service could not be asked: {packages}")
        return int(strict)
    vulnerable = [package for package in packages if package.get("vulns")]
    for package in vulnerable:
        for found in package["vulns"]:
            fixed = ", ".join(found["fix_versions"]) or "no version yet"
            print(f"{package['name']} {package['version']}: {found['id']}, fixed in {fixed}")
    unasked = [package["name"] for package in packages if "skip_reason" in package]
    print(f"audit: {len(packages) - len(unasked)} packages asked about, {len(vulnerable)} with known vulnerabilities")
    if unasked:
        print(
            f"audit: NOT DONE for {len(unasked)} packages, the advisory service did not know them or could not be asked"
        )
    return int(bool(vulnerable) or (strict and bool(unasked)))


if __name__ == "__main__":
    sys.exit(main(strict="--strict" in sys.argv[1:]))
