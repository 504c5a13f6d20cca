"""``lianxun calendar`` and ``lianxun forecast`` as a person or a script calls them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from bot.cli import calendar, forecast

Call = Callable[..., Result]

DAYS_2027 = [
    ("元旦", "2027-01-01", True),
    ("春节", "2027-02-05", True),
    ("春节", "2027-02-08", True),
    ("清明节", "2027-04-05", True),
    ("劳动节", "2027-05-01", True),
    ("端午节", "2027-06-09", True),
    ("中秋节", "2027-09-15", True),
    *(("国庆节", f"2027-10-0{n}", True) for n in range(1, 8)),
    ("国庆节", "2027-10-09", False),
]


@pytest.fixture
def call(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Call the commands of an office in its own folder and database."""
    monkeypatch.setenv("LIANXUN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("LIANXUN_DATABASE_URL", database_url)
    cli = typer.Typer()
    cli.add_typer(calendar.app)
    forecast.register(cli)
    return lambda *arguments: CliRunner().invoke(cli, arguments)


@pytest.fixture
def notice(tmp_path: Path) -> Path:
    """A file with the official days of 2027."""
    file = tmp_path / "2027.json"
    days = [{"name": name, "date": day, "isOffDay": off} for name, day, off in DAYS_2027]
    file.write_text(json.dumps({"year": 2027, "days": days}, ensure_ascii=False), encoding="utf-8")
    return file


def document(result: Result) -> Any:  # noqa: ANN401 -- any JSON
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_show_gives_the_contracts_document(call: Call) -> None:
    year = document(call("calendar", "show", "2026", "--json"))
    assert (year["year"], year["provisional"], year["days_off"][0]) == (2026, False, "2026-01-01")
    assert len(year["days_off"]) == 33
    assert "2026-09-20" in year["makeup_workdays"]


def test_an_import_makes_the_year_official_and_tells_what_moved(call: Call, notice: Path) -> None:
    assert document(call("calendar", "show", "2027", "--json"))["provisional"]
    imported = document(call("calendar", "import", str(notice), "--json"))
    assert [change["holiday"] for change in imported["changed"]][-1] == "national-day"
    assert imported["changed"][-1]["after"] == {"first": "2027-10-01", "last": "2027-10-07"}
    year = document(call("calendar", "show", "2027", "--json"))
    assert not year["provisional"]
    assert year["makeup_workdays"] == ["2027-10-09"]


def test_a_forecast_follows_the_imported_days(call: Call, notice: Path) -> None:
    days = "--from", "2027-09-21", "--to", "2027-09-21"
    before = document(call("forecast", *days, "--json"))["occasions"]
    assert [(occasion["key"], occasion["provisional"]) for occasion in before] == [
        ("holiday:2027:national-day:formal", True)
    ]
    call("calendar", "import", str(notice))
    after = document(call("forecast", *days, "--json"))["occasions"]
    assert [(occasion["key"], occasion["provisional"]) for occasion in after] == [
        ("holiday:2027:national-day:formal", False)
    ]


def test_a_forecast_gives_the_contracts_document(call: Call) -> None:
    (occasion,) = document(call("forecast", "--from", "2026-09-21", "--to", "2026-09-21", "--json"))["occasions"]
    assert occasion["key"] == "holiday:2026:national-day:formal"
    assert (occasion["wave"], occasion["category"]) == ("first", "prompt")
    assert occasion["at"] == "2026-09-21T09:10:00+08:00"
    assert (occasion["recipients"], occasion["provisional"]) == (0, False)


def test_a_faulty_file_is_refused_whole_with_each_fault(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "bad.json"
    file.write_text('{"year": 2027, "days": [{"name": "元旦", "date": "2027-13-01", "isOffDay": 1}]}', encoding="utf-8")
    refused = call("calendar", "import", str(file), "--json")
    assert refused.exit_code == 1
    faults = json.loads(refused.stdout)["faults"]
    assert [fault["column"] for fault in faults] == ["days[0].date", "days[0].isOffDay"]
    assert document(call("calendar", "show", "2027", "--json"))["provisional"]


def test_a_file_in_another_encoding_is_refused(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "gb.json"
    file.write_bytes('{"year": 2027, "days": "元旦"}'.encode("gb18030"))
    assert call("calendar", "import", str(file)).exit_code == 1


def test_days_are_imported_for_china_only(call: Call, notice: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANXUN_COUNTRY", "DE")
    assert call("calendar", "import", str(notice)).exit_code == 1
    assert "2026-12-25" in document(call("calendar", "show", "2026", "--json"))["days_off"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("calendar", "show", "soon"),
        ("calendar", "import", "nowhere.json"),
        ("forecast", "--from", "2026-09-21"),
        ("forecast", "--from", "2026-09-21", "--to", "2026-09-20"),
        ("forecast", "--from", "21.9.2026", "--to", "2026-09-30"),
    ],
)
def test_wrong_usage_is_exit_2(call: Call, arguments: tuple[str, ...]) -> None:
    assert call(*arguments).exit_code == 2


def test_a_person_reads_tables(call: Call, notice: Path) -> None:
    assert "2026-10-07" in call("calendar", "show", "2026").stdout
    assert "2027-10-07" in call("calendar", "import", str(notice)).stdout
    assert "2026-09-21 09:10" in call("forecast", "--from", "2026-09-01", "--to", "2026-10-10").stdout
