"""The policy file: shipped, laid over, refused."""

import re
from datetime import time
from pathlib import Path

import pytest

from messages.errors import Fault, Refused
from messages.text.catalog import Catalog
from messages.text.phrase import english
from schedules.policy import load


def faults_of(tmp_path: Path, text: str) -> tuple[Fault, ...]:
    file = tmp_path / "office.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refusal:
        load(file)
    return refusal.value.faults


def test_the_shipped_policy_has_the_waves_of_a_holiday() -> None:
    holidays = load().holidays
    assert (holidays.formal.days_before, holidays.formal.time, holidays.formal.audience) == (10, time(9, 10), "all")
    assert holidays.short.time == time(15, 20)
    assert (holidays.duty.audience, holidays.duty.acknowledge) == ("role:duty", False)


def test_an_office_names_only_what_differs(tmp_path: Path) -> None:
    file = tmp_path / "office.toml"
    file.write_text('version = "our-3"\n[holidays.formal]\ndays_before = 7\n', encoding="utf-8")
    policy = load(file)
    assert policy.version == "our-3"
    assert (policy.holidays.formal.days_before, policy.holidays.formal.time) == (7, time(9, 10))
    assert policy.reminders.workdays == (1, 2)


def test_broken_toml_is_refused_with_its_line(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, "[holidays.formal]\ndays_before = = 7\n")
    assert (fault.sheet, fault.line) == ("office.toml", 2)


def test_an_unknown_key_is_refused_by_name(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, "[holidays.formal]\ndays_befor = 7\n")
    assert fault.column == "holidays.formal.days_befor"


def test_every_fault_is_told_with_its_value(tmp_path: Path) -> None:
    text = "[holidays.formal]\ndays_before = 0\ntime = 09:30:00\n[reminders]\nworkdays = [2, 1]\n"
    faults = {fault.column: fault.value for fault in faults_of(tmp_path, text)}
    assert faults == {
        "holidays.formal.days_before": "0",
        "holidays.formal.time": "09:30:00",
        "reminders": None,
    }


def test_a_time_at_the_full_hour_is_refused(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, "[holidays.short]\ntime = 15:00:00\n")
    assert "09:10" in english(fault.message)


def test_working_hours_that_end_before_they_start_are_refused(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, "[working_hours]\nstart = 18:00:00\n")
    assert fault.column == "working_hours"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("version = 7\n", "text in quotation marks"),
        ("[delivery]\nconcurrency = 1.5\n", "a whole number"),
        ("[delivery]\nconcurrency = 0\n", "a number from 1"),
        ("[delivery]\nconcurrency = 5000\n", "a number up to 1000"),
        ("[delivery]\nretry_seconds = []\n", "at least 1 value"),
        ("[quiet_hours]\nstart = 'soon'\n", "09:10:00"),
        ("[quiet_hours]\ndays_off = 'often'\n", "true or false"),
        ("[bases.ABC]\ntitle = 'A'\n", "missing"),
        ("[bases.abc]\ntitle = 'A'\nversion = '1'\narticles = 3\neffective_from = 2020-01-01\n", "capital letters"),
        ("[bases.ZWCF2020]\nsuperseded_by = 'JLCF2003'\n", "a later one"),
        ("[bases.ZWCF2020]\neffective_from = 'soon'\n", "2026-09-24"),
        ("[warnings.blue]\nsteps = 3\n", "a list"),
        ("interface = 3\n", "a table"),
    ],
)
def test_what_is_accepted_is_said_in_our_words_and_in_chinese(tmp_path: Path, text: str, said: str) -> None:
    faults = faults_of(tmp_path, text)
    assert any(said in english(fault.message) for fault in faults)
    chinese = [Catalog.load().say(fault.message, "zh_CN") for fault in faults]
    assert not any(re.search("(?i)input|should|valid", one) for one in chinese)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refusal:
        load(tmp_path / "none.toml")
    assert refusal.value.faults[0].sheet == "none.toml"


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "office.toml"
    file.write_bytes('version = "策略"'.encode("gb18030"))
    with pytest.raises(Refused):
        load(file)


@pytest.mark.parametrize("day", ["13-01", "02-29", "1 November", "11-1"])
def test_a_day_that_not_every_year_has_is_refused(tmp_path: Path, day: str) -> None:
    (fault,) = faults_of(tmp_path, f'[calendar]\nask_from = "{day}"\n')
    assert (fault.column, fault.value) == ("calendar.ask_from", day)


def test_the_shipped_policy_keeps_deliveries_for_two_years() -> None:
    terms = load().retention
    assert (terms.months, terms.step) == (24, 1000)


@pytest.mark.parametrize(("key", "value"), [("months", 5), ("months", 601), ("step", 99), ("step", 10_001)])
def test_terms_of_retention_that_are_out_of_bounds_are_refused(tmp_path: Path, key: str, value: int) -> None:
    (fault,) = faults_of(tmp_path, f"[retention]\n{key} = {value}\n")
    assert (fault.column, fault.value) == (f"retention.{key}", str(value))
