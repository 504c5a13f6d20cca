"""A policy without quiet hours and with days off like others: for tests whose clock moves on through the night."""

from pathlib import Path
from typing import Final

from schedules.policy import Policy, load

_HOURS: Final = load().quiet_hours
AWAKE: Final[Policy] = load().model_copy(
    update={"quiet_hours": _HOURS.model_copy(update={"start": _HOURS.end, "days_off": False})}
)


def policy_file(folder: Path) -> str:
    """The same as a file, for a service to go by."""
    file = folder / "awake.toml"
    file.write_text(f"[quiet_hours]\nstart = {_HOURS.end}\ndays_off = false\n", encoding="utf-8")
    return str(file)
