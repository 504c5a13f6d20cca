"""Settings: every variable and its file, and refusals that name the variable, never its value."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.settings import PREFIX, PUBLIC_API, Settings, SettingsRefused, load

SECRET = "123456:AAvery-secret-indeed"
GOOD = {
    "DATABASE_URL": ("postgresql://u:pw@db/lianxun", "database", "postgresql://u:pw@db/lianxun"),
    "DATA_DIR": ("/srv/lianxun", "data_dir", Path("/srv/lianxun")),
    "TELEGRAM_TOKEN": (SECRET, "telegram_token", None),
    "TELEGRAM_API_URL": ("http://127.0.0.1:9000/", "telegram_api_root", "http://127.0.0.1:9000"),
    "TELEGRAM_MODE": ("webhook", "telegram_mode", "webhook"),
    "PUBLIC_URL": ("https://office.example/", "public_url", None),
    "WEBHOOK_SECRET": (SECRET, "webhook_secret", None),
    "TOKEN_KEY": (f"{'a' * 43}=,{'b' * 42}A=", "token_key", None),
    "HTTP_HOST": ("0.0.0.0", "http_host", "0.0.0.0"),  # noqa: S104 -- read, not bound
    "HTTP_PORT": ("9001", "http_port", 9001),
    "TIMEZONE": ("Europe/Berlin", "zone", ZoneInfo("Europe/Berlin")),
    "LOCALE": ("en", "locale", "en"),
    "COUNTRY": ("DE", "country", "DE"),
    "SEND_RATE": ("12.5", "send_rate", 12.5),
    "POLICY": ("/etc/lianxun/policy.toml", "policy", Path("/etc/lianxun/policy.toml")),
    "CLOCK": ("2026-09-21T09:09:00+08:00", "start", datetime(2026, 9, 21, 9, 9, tzinfo=ZoneInfo("Asia/Shanghai"))),
    "LOG_FORMAT": ("json", "log_format", "json"),
}
BAD = {
    "TELEGRAM_API_URL": "not-a-url",
    "TELEGRAM_MODE": "pigeon",
    "PUBLIC_URL": "office",
    "TOKEN_KEY": "no-key-but-secret-all-the-same",
    "HTTP_PORT": "70000",
    "TIMEZONE": "Mars/Olympus",
    "LOCALE": "tlh",
    "COUNTRY": "China",
    "SEND_RATE": "-1",
    "CLOCK": "2026-09-31T09:09:00",
    "LOG_FORMAT": "xml",
}


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in GOOD:
        monkeypatch.delenv(PREFIX + name, raising=False)
        monkeypatch.delenv(f"{PREFIX}{name}_FILE", raising=False)


def check(name: str, settings: Settings) -> None:
    value, attribute, expected = GOOD[name]
    found = getattr(settings, attribute)
    if expected is not None:
        assert found == expected
    elif attribute == "public_url":
        assert str(found) == value
    else:
        assert found.get_secret_value() == value


def test_every_setting_is_tried_here() -> None:
    assert {name.lower() for name in GOOD} == set(Settings.model_fields)


@pytest.mark.parametrize("name", GOOD)
def test_a_variable_is_read(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PREFIX + name, GOOD[name][0])
    check(name, load())


@pytest.mark.parametrize("name", GOOD)
def test_a_variables_file_is_read(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "value"
    file.write_text(f"{GOOD[name][0]}\n", encoding="utf-8")
    monkeypatch.setenv(f"{PREFIX}{name}_FILE", str(file))
    check(name, load())


def test_a_plain_variable_stands_before_its_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "locale").write_text("zh_CN", encoding="utf-8")
    monkeypatch.setenv("LIANXUN_LOCALE_FILE", str(tmp_path / "locale"))
    monkeypatch.setenv("LIANXUN_LOCALE", "en")
    assert load().locale == "en"


def test_what_is_given_in_code_stands_before_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANXUN_HTTP_PORT", "1")
    assert load(http_port=2).http_port == 2


def test_the_defaults_are_those_of_the_contract() -> None:
    settings = load()
    assert settings.database == "sqlite:///data/lianxun.db"
    assert settings.telegram_api_root == PUBLIC_API
    assert (settings.telegram_mode, settings.log_format) == ("polling", "console")
    assert (settings.timezone, settings.locale, settings.country) == ("Asia/Shanghai", "zh_CN", "CN")
    assert (settings.send_rate, settings.start, settings.policy) == (30, None, None)


def test_a_country_is_taken_in_any_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANXUN_COUNTRY", "cn")
    assert load().country == "CN"


def test_a_clock_without_an_offset_is_the_offices(monkeypatch: pytest.MonkeyPatch) -> None:
    """It was refused with the library's own English, while ``demo --clock`` took the same."""
    monkeypatch.setenv("LIANXUN_TIMEZONE", "Europe/Berlin")
    monkeypatch.setenv("LIANXUN_CLOCK", "2026-09-30T18:22")
    assert load().start == datetime(2026, 9, 30, 18, 22, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize("name", BAD)
def test_a_value_that_cannot_be_used_is_refused_by_its_variables_name(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PREFIX + name, BAD[name])
    with pytest.raises(SettingsRefused) as refusal:
        load()
    assert PREFIX + name in str(refusal.value)
    assert BAD[name] not in str(refusal.value)


def test_every_fault_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in BAD.items():
        monkeypatch.setenv(PREFIX + name, value)
    with pytest.raises(SettingsRefused) as refusal:
        load()
    assert [name for name in BAD if PREFIX + name not in str(refusal.value)] == []


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_read_is_refused_by_its_variables_name(
    content: bytes | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "token"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setenv("LIANXUN_TELEGRAM_TOKEN_FILE", str(file))
    with pytest.raises(SettingsRefused, match="LIANXUN_TELEGRAM_TOKEN_FILE"):
        load()


def test_a_file_of_no_setting_of_ours_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANXUN_SOMETHING_FILE", "/nowhere")
    load()


def test_a_clock_of_ones_own_is_refused_with_a_token_and_the_public_bot_api(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANXUN_CLOCK", GOOD["CLOCK"][0])
    load()
    monkeypatch.setenv("LIANXUN_TELEGRAM_TOKEN", SECRET)
    with pytest.raises(SettingsRefused, match="LIANXUN_CLOCK") as refusal:
        load()
    assert SECRET not in str(refusal.value)
    monkeypatch.setenv("LIANXUN_TELEGRAM_API_URL", "http://127.0.0.1:9000")
    assert load().start is not None


@pytest.mark.parametrize(
    "url", ["https://api.telegram.org", "https://API.telegram.org/", "https://api.telegram.org:443"]
)
def test_the_public_bot_api_is_known_however_it_is_written(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANXUN_CLOCK", GOOD["CLOCK"][0])
    monkeypatch.setenv("LIANXUN_TELEGRAM_TOKEN", SECRET)
    monkeypatch.setenv("LIANXUN_TELEGRAM_API_URL", url)
    with pytest.raises(SettingsRefused):
        load()


@pytest.mark.parametrize("name", ["DATABASE_URL", "TELEGRAM_TOKEN", "WEBHOOK_SECRET"])
def test_a_secret_does_not_show_in_the_settings_text(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PREFIX + name, GOOD[name][0])
    assert GOOD[name][0] not in f"{load()!r} {load()}"
