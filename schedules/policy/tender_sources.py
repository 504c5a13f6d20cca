"""The policy's table of where matters come from by themselves: watched folders and polled addresses."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator

from messages.tenders.milestones import MatterKind
from messages.text.phrase import phrase
from schedules.policy.faults import NotAccepted
from schedules.policy.table import Table

LONGEST_SOURCE: Final = 60
_NAME: Final = rf"^[\w-]{{1,{LONGEST_SOURCE}}}$"
SourceName = Annotated[str, Field(pattern=_NAME)]

_MEBIBYTE: Final = 1024 * 1024
_SCHEMES: Final = frozenset({"http", "https"})


def is_source_name(name: str) -> bool:
    """Whether a source may be called so."""
    return re.fullmatch(_NAME, name) is not None


class SourceTerms(Table):
    """A folder or an address, looked at every so many minutes.

    ``kind`` is that of what does not say its own; ``unit`` that of matters whose buyer is no known unit. An address is
    secret: its user, path and query may hold what opens it. So no fault and no log has more of a source than its name.
    """

    folder: Path | None = None
    url: SecretStr | None = None
    every_minutes: int = Field(default=15, ge=1, le=7 * 24 * 60)
    kind: MatterKind | None = None
    unit: str | None = Field(default=None, min_length=1, max_length=200)
    most_megabytes: int = Field(default=512, ge=1, le=4096)

    @model_validator(mode="after")
    def _one_place(self) -> "SourceTerms":
        if (self.folder is None) == (self.url is None):
            raise NotAccepted(phrase('either "folder" or "url" is accepted'))
        if self.folder is not None and not self.folder.is_absolute():
            raise NotAccepted(phrase('a whole path is accepted as "folder", such as /srv/tenders'))
        if self.url is not None and not _is_web_address(self.url.get_secret_value()):
            raise NotAccepted(phrase('an address that begins with http:// or https:// is accepted as "url"'))
        return self

    @property
    def every(self) -> timedelta:
        """How often it is looked at."""
        return timedelta(minutes=self.every_minutes)

    @property
    def most_bytes(self) -> int:
        """The largest file or answer that is taken."""
        return self.most_megabytes * _MEBIBYTE


def _is_web_address(written: str) -> bool:
    try:
        parts = urlsplit(written)
        return parts.scheme in _SCHEMES and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
