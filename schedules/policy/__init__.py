"""The policy: when, to whom and how often (as data). ``shipped.toml``: our defaults; an office's file lies over it."""

import re
import tomllib
from importlib import resources
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from messages.errors import Fault, Refused
from messages.text.phrase import phrase
from schedules.policy.faults import said
from schedules.policy.model import Policy

__all__ = ["Policy", "load"]

_PLACE: Final = re.compile(r"\(at line (\d+), column (\d+)\)")


def load(path: Path | None = None) -> Policy:
    """Read the shipped policy, with the tables and keys of the file at ``path`` laid over it.

    Raises ``Refused`` with one fault for each key (as ``column``) that is unknown or out of bounds; broken TOML is
    refused with its line and column.
    """
    values = tomllib.loads((resources.files(__package__) / "shipped.toml").read_text(encoding="utf-8"))
    if path is not None:
        values = _laid_over(values, _read(path))
    try:
        return Policy.model_validate(values)
    except ValidationError as error:
        raise _refused(*_faults(error, path)) from None


def _laid_over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Tables are merged key by key; any other value is replaced."""
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        merged[key] = _laid_over(under, value) if isinstance(under, dict) and isinstance(value, dict) else value
    return merged


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        fault = Fault(sheet=path.name, message=phrase("The file cannot be read: {why}.", why=error.strerror or ""))
    except UnicodeDecodeError:
        fault = Fault(sheet=path.name, message=phrase("a file in UTF-8 is accepted"))
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        line, column = place.groups() if place else (None, None)
        reason = _PLACE.sub("", str(error)).strip()
        message = phrase("this is not well-formed TOML: {reason}", reason=reason)
        fault = Fault(sheet=path.name, line=int(line) if line else None, column=column, message=message)
    raise _refused(fault)


def _faults(error: ValidationError, path: Path | None) -> list[Fault]:
    return [
        Fault(
            sheet=path.name if path else "shipped.toml",
            column=".".join(str(part) for part in fault["loc"]),
            value=None if isinstance(fault["input"], dict) else str(fault["input"]),
            message=phrase(
                "this is not accepted: {reason}", reason=said(fault["type"], fault["msg"], fault.get("ctx", {}))
            ),
        )
        for fault in error.errors(include_url=False)
    ]


def _refused(*faults: Fault) -> Refused:
    return Refused(phrase("The policy file was refused."), faults)
