"""The settings: environment variables with the prefix ``LIANXUN_``, each also as ``…_FILE``. Read once, here only."""

import os
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final, Self
from zoneinfo import ZoneInfo

from pydantic import AnyHttpUrl, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from messages.errors import LianxunError
from messages.organisation.tokens import are_keys
from messages.text.catalog import LANGUAGES
from messages.text.phrase import phrase

PREFIX: Final = "LIANXUN_"
PUBLIC_API: Final = "https://api.telegram.org"
CLOCK_YEARS: Final = range(2000, 2100)
"""The years in which a clock may be set to start."""


class SettingsRefused(LianxunError):
    """A setting has a value that cannot be used."""


class TelegramMode(StrEnum):
    """How updates come in: asked for, or delivered to us."""

    POLLING = "polling"
    WEBHOOK = "webhook"


class LogFormat(StrEnum):
    """How log lines look: for a person at a terminal, or for a collector of logs."""

    CONSOLE = "console"
    JSON = "json"


class Settings(BaseSettings):
    """Every setting, parsed and checked. Secrets do not show in its text."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", hide_input_in_errors=True, frozen=True)

    database_url: SecretStr = SecretStr("")
    data_dir: Path = Path("data")
    telegram_token: SecretStr = SecretStr("")
    telegram_api_url: AnyHttpUrl = AnyHttpUrl(PUBLIC_API)
    telegram_mode: TelegramMode = TelegramMode.POLLING
    public_url: AnyHttpUrl | None = None
    webhook_secret: SecretStr = SecretStr("")
    token_key: SecretStr = SecretStr("")
    http_host: str = "127.0.0.1"
    http_port: int = Field(default=8080, ge=0, le=65535)
    timezone: str = "Asia/Shanghai"
    locale: str = "zh_CN"
    country: str = Field(default="CN", min_length=2, max_length=2)
    send_rate: float = Field(default=30, ge=0, le=1000)
    policy: Path | None = None
    clock: datetime | None = None
    log_format: LogFormat = LogFormat.CONSOLE

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            message = "a time zone's name is accepted, such as Asia/Shanghai"
            raise ValueError(message) from None
        return value

    @field_validator("country")
    @classmethod
    def _in_capitals(cls, value: str) -> str:
        return value.upper()

    @field_validator("clock", mode="before")
    @classmethod
    def _clock_in_reach(cls, value: object) -> object:
        try:
            at = datetime.fromisoformat(value) if isinstance(value, str) else value
        except ValueError:
            message = "an ISO instant is accepted, such as 2026-09-21T09:00 or 2026-09-21T09:00+08:00"
            raise ValueError(message) from None
        if isinstance(at, datetime) and at.year not in CLOCK_YEARS:
            message = f"an instant in the years {CLOCK_YEARS[0]} to {CLOCK_YEARS[-1]} is accepted"
            raise ValueError(message)
        return at

    @field_validator("token_key")
    @classmethod
    def _known_keys(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and not are_keys(value.get_secret_value()):
            message = "keys that «lianxun bots key» made are accepted, with commas between them"
            raise ValueError(message)
        return value

    @field_validator("locale")
    @classmethod
    def _known_locale(cls, value: str) -> str:
        if value not in LANGUAGES:
            message = f"one of {', '.join(LANGUAGES)} is accepted"
            raise ValueError(message)
        return value

    @model_validator(mode="after")
    def _clock_only_off_the_public_api(self) -> Self:
        if self.clock and self.telegram_token.get_secret_value() and self.telegram_api_root == PUBLIC_API:
            message = "LIANXUN_CLOCK is refused with the public Bot API: people there live in the present"
            raise ValueError(message)
        return self

    @property
    def telegram_api_root(self) -> str:
        """The Bot API's root without a trailing slash."""
        return str(self.telegram_api_url).rstrip("/")

    @property
    def zone(self) -> ZoneInfo:
        """The office's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def start(self) -> datetime | None:
        """Where the process's clock starts; None for the present. Without an offset it is the office's time."""
        return self.clock if self.clock is None or self.clock.tzinfo else self.clock.replace(tzinfo=self.zone)

    @property
    def database(self) -> str:
        """The database's address: SQLite in the data folder unless another one is set."""
        return self.database_url.get_secret_value() or f"sqlite:///{self.data_dir / 'lianxun.db'}"


def _with_files(environment: Mapping[str, str]) -> dict[str, str]:
    """The values of ``…_FILE`` variables, read; a plain variable stands before its file."""
    values: dict[str, str] = {}
    for name, path in environment.items():
        if not (name.startswith(PREFIX) and name.endswith("_FILE")):
            continue
        field = name.removeprefix(PREFIX).removesuffix("_FILE").lower()
        if name.removesuffix("_FILE") in environment or field not in Settings.model_fields:
            continue
        try:
            values[field] = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsRefused(phrase("{name}: the file cannot be read.", name=name)) from error
    return values


def load(**overrides: object) -> Settings:
    """Read the environment (and the files it names).

    Raises ``SettingsRefused`` naming every variable that cannot be used and what is accepted, never its value.
    """
    try:
        return Settings(**{**_with_files(os.environ), **overrides})  # type: ignore[arg-type]
    except ValidationError as error:
        faults = "; ".join(
            f"{PREFIX}{'_'.join(map(str, fault['loc'])).upper()}: {said}" if fault["loc"] else said
            for fault in error.errors(include_url=False, include_input=False)
            if (said := str(fault["msg"]).removeprefix("Value error, "))  # the library's prefix to our own words
        )
        raise SettingsRefused(phrase("Settings refused: {faults}", faults=faults)) from None
