"""The command line as scripts meet it: shapes of its JSON, exit codes, and what it refuses."""

import json
import shutil
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner, Result

from bot.cli import cli
from tests.service import DUE, NOTICE, TOKEN, lines, town, write_roster

NOTICE_KEYS = {
    "id", "key", "category", "recipients", "planned", "sending", "delivered", "unreachable", "unconfirmed", "expired",
    "cancelled", "obligations", "acknowledged",
}  # fmt: skip


class Office:
    """An office at its command line."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = {
            "LIANXUN_DATA_DIR": str(folder / "data"),
            "LIANXUN_LOCALE": "en",
            "LIANXUN_CLOCK": DUE.isoformat(),
            "LIANXUN_TELEGRAM_TOKEN": "",
        }

    def call(self, *words: object, **settings: str) -> Result:
        environment = self.settings | {f"LIANXUN_{name}": value for name, value in settings.items()}
        return CliRunner().invoke(cli, [str(word) for word in words], env=environment)

    def json(self, *words: object, code: int = 0, **settings: str) -> Any:  # noqa: ANN401 -- any document
        """The one document on standard output."""
        said = self.call(*words, "--json", **settings)
        assert said.exit_code == code, said.output
        return json.loads(said.stdout)

    def broadcast(self, *words: object, text: str = "Dear all", code: int = 0) -> Any:  # noqa: ANN401 -- as above
        given = ("broadcast", "--audience", "all", "--as", "R001", "--text", text, *words)
        return self.json(*given, code=code)


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an office that has imported its roster, and nothing else."""
    folder = tmp_path_factory.mktemp("imported")
    Office(folder).json("roster", "import", write_roster(folder / "roster.csv", lines(6)))
    return folder


@pytest.fixture
def office(imported: Path, tmp_path: Path) -> Office:
    shutil.copytree(imported, tmp_path, dirs_exist_ok=True)
    return Office(tmp_path)


def test_importing_a_roster_counts_and_lists_no_faults(tmp_path: Path) -> None:
    office = Office(tmp_path)
    document = office.json("roster", "import", write_roster(tmp_path / "roster.csv", lines(6)))
    counts = {name: document[name] for name in ("units", "posts", "people", "assignments")}
    assert counts == {"units": 3, "posts": 7, "people": 6, "assignments": 7}
    assert (document["updated"], document["ended"], document["faults"]) == (0, 0, [])
    assert document["created"] >= 3 + 7 + 6 + 7


def test_a_faulty_roster_is_refused_with_each_place_and_nothing_is_imported(tmp_path: Path) -> None:
    office = Office(tmp_path)
    rows = lines(6)
    rows[3] |= {"层级": "9"}
    document = office.json("roster", "import", write_roster(tmp_path / "roster.csv", rows), code=1)
    (fault,) = document["faults"]
    assert set(fault) >= {"sheet", "line", "column", "value", "message"}
    assert (fault["line"], fault["column"], fault["value"]) == (5, "层级", "9")
    assert office.json("roster", "export", tmp_path / "out.csv")["lines"] == 0


def test_invites_are_a_table_with_the_promised_columns(office: Office) -> None:
    office.json("invites", "export", office.folder / "invites.csv", "--bot", "some_bot")
    header, *rows = (office.folder / "invites.csv").read_text(encoding="utf-8-sig").splitlines()
    assert header == "code,person_code,name,unit,post,link"
    assert len(rows) == 6
    code, person, *_, link = rows[0].split(",")
    assert person == "R001"
    assert link == f"https://t.me/some_bot?start={code}"


def test_invites_ask_for_the_bot_s_name_where_nothing_tells_it(office: Office) -> None:
    said = office.call("invites", "export", office.folder / "invites.csv")
    assert said.exit_code == 1
    assert "--bot" in said.stderr


def test_a_broadcast_tells_its_number_key_and_people(office: Office) -> None:
    document = office.broadcast()
    assert set(document) >= {"id", "key", "recipients", "unreachable"}
    assert (document["recipients"], document["unreachable"]) == (6, 6)
    shown = office.json("notice", "show", document["id"])
    assert set(shown) >= NOTICE_KEYS
    assert (shown["key"], shown["recipients"], shown["unreachable"]) == (document["key"], 6, 6)
    assert (shown["obligations"], shown["acknowledged"], shown["planned"]) == (7, 0, 0)


def test_a_broadcast_without_acknowledgement_obliges_nobody(office: Office) -> None:
    shown = office.json("notice", "show", office.broadcast("--no-ack")["id"])
    assert (shown["obligations"], shown["recipients"]) == (0, 6)


def test_a_broadcast_for_later_waits_and_is_forecast(office: Office) -> None:
    later = "2026-09-22T10:10:00+08:00"
    document = office.broadcast("--at", later)
    forecast = office.json("forecast", "--from", "2026-09-22", "--to", "2026-09-22")
    (occasion,) = [one for one in forecast["occasions"] if one["key"] == document["key"]]
    assert (occasion["at"], occasion["recipients"], occasion["wave"]) == (later, 6, "first")


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("so <b>bold", 1, 4),
        ("fine\nthen <i>not</b>", 2, 12),
        ("<script>x</script>", 1, 1),
        ("five\n\n5 < 6", 3, 3),
    ],
)
def test_markup_that_is_not_well_formed_is_refused_at_its_place(
    office: Office, text: str, line: int, column: int
) -> None:
    document = office.broadcast(text=text, code=1)
    (fault,) = document["faults"]
    assert (fault["line"], fault["column"]) == (line, str(column))
    assert office.json("notice", "list")["notices"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        ("--at", "yesterday"),
        ("--at", "2026-09-20T10:00:00+08:00"),
        ("--within", "soon"),
        ("--audience", "unit:没有这个单位"),
        ("--audience", "nonsense:x"),
        ("--audience", "level:5"),
        ("--as", "R999"),
        ("--as", "R003"),
        ("--approved-by", "R003"),
        ("--text", " "),
        ("--text", "x" * 5000),
    ],
)
def test_what_a_broadcast_cannot_take_is_refused_and_nothing_is_made(office: Office, wrong: tuple[str, str]) -> None:
    document = office.broadcast(*wrong, code=1)
    assert document["error"] or document["faults"]
    assert office.json("notice", "list")["notices"] == []


@pytest.mark.parametrize(
    "wrong",
    [("--within", "2x"), ("--audience", "person:R999"), ("--as", "R999"), ("--as", "R003"), ("--approved-by", "R003")],
)
def test_what_a_broadcast_cannot_take_is_told_by_its_option(office: Office, wrong: tuple[str, str]) -> None:
    (fault,) = office.broadcast(*wrong, code=1)["faults"]
    assert fault["column"] == wrong[0]


def test_a_notice_cancelled_twice_says_when_it_was_cancelled(office: Office) -> None:
    notice = office.broadcast()["id"]
    first = office.json("notice", "cancel", notice)
    assert office.json("notice", "cancel", notice)["cancelled_at"] == first["cancelled_at"]
    said = office.call("notice", "cancel", notice)
    assert (said.exit_code, said.stdout.count("\n")) == (0, 1)
    assert f"It was cancelled before, at {first['cancelled_at'][:10]}" in said.stdout


def test_a_notice_is_paused_resumed_and_recalled(office: Office) -> None:
    notice = office.broadcast("--at", (DUE + timedelta(hours=1)).isoformat())["id"]
    paused = office.json("notice", "pause", notice, "--as", "R001")
    assert set(paused) >= NOTICE_KEYS - {"key", "category"} | {"stopped", "paused_at", "before"}
    assert office.json("notice", "show", notice)["paused_at"] == paused["paused_at"]
    assert "It was paused before, at" in office.call("notice", "pause", notice).stdout
    assert office.json("notice", "resume", notice)["resumed_at"]
    assert "It is not paused." in office.call("notice", "resume", notice).stdout
    recalled = office.json("notice", "recall", notice)
    assert recalled["recall"] == {"wanted": 0, "done": 0, "failed": 0, "missed": []}
    assert office.json("notice", "show", notice)["recalled_at"] == recalled["recalled_at"]
    assert "still to be deleted for 0" in office.call("notice", "recall", notice).stdout
    assert office.json("notice", "pause", notice, code=1)["error"] == (
        "This notice is over; it is neither paused nor resumed."
    )


@pytest.mark.parametrize("act", ["pause", "resume", "cancel", "recall"])
def test_who_may_not_steer_is_refused(office: Office, act: str) -> None:
    notice = office.broadcast()["id"]
    assert "only administrators" in office.json("notice", act, notice, "--as", "R003", code=1)["error"]
    assert "R999" in office.json("notice", act, notice, "--as", "R999", code=1)["error"]


def test_with_nobody_silent_a_reminder_says_so(office: Office) -> None:
    said = office.call("notice", "remind", office.broadcast()["id"])
    assert said.exit_code == 0
    assert "there is nobody to remind" in said.stdout


def test_a_notice_is_shown_by_unit(office: Office) -> None:
    units = office.json("notice", "show", office.broadcast()["id"])["units"]
    assert {one["unit"]: (one["people"], one["missed"], one["silent"]) for one in units} == {
        "推进办": (1, 1, 1),
        "财政局": (3, 3, 4),
        "教育局": (2, 2, 2),
    }
    assert "财政局" in office.call("notice", "show", 1).stdout


def test_people_of_a_unit_are_listed_with_how_they_stand(office: Office) -> None:
    notice = office.broadcast()["id"]
    document = office.json("notice", "people", notice, "--unit", "教育局", "--which", "silent", "--as", "R001")
    assert {name: document[name] for name in ("id", "unit", "which", "page", "pages", "total")} == {
        "id": notice, "unit": "教育局", "which": "silent", "page": 1, "pages": 1, "total": 2,
    }  # fmt: skip
    first = document["people"][0]
    assert (first["person_code"], first["state"], first["reason"]) == ("R003", "unreachable", "never_joined")
    said = office.call("notice", "people", notice, "--unit", "教育局")
    assert "has not joined yet" in said.stdout


@pytest.mark.parametrize("wrong", [("--unit", "没有这个单位"), ("--unit", "教育局", "--as", "R999")])
def test_people_of_a_unit_or_by_a_person_that_is_not_there_are_refused(office: Office, wrong: tuple[str, ...]) -> None:
    assert office.json("notice", "people", office.broadcast()["id"], *wrong, code=1)["error"]


def test_who_looks_after_nobody_is_refused_at_the_command_line_too(office: Office) -> None:
    notice = office.broadcast()["id"]
    for words in (("people", notice, "--unit", "教育局"), ("remind", notice), ("export", notice, "out.xlsx")):
        refused = office.json("notice", *words, "--as", "R003", code=1)
        assert "This is not open to you" in refused["error"]


def test_a_notice_is_exported_as_a_workbook_and_as_a_picture(office: Office) -> None:
    notice = office.broadcast()["id"]
    book, picture = office.folder / "out.xlsx", office.folder / "out.PNG"
    document = office.json("notice", "export", notice, book, "--as", "R001")
    assert document == {"id": notice, "file": str(book), "bytes": book.stat().st_size}
    assert CalamineWorkbook.from_path(str(book)).sheet_names == ["State", "Everybody"]
    assert "Written to" in office.call("notice", "export", notice, picture).stdout
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert office.json("notice", "export", notice, office.folder / "out.pdf", code=1)["faults"]


@pytest.mark.parametrize(
    "words",
    [
        ("broadcast",),
        ("broadcast", "--audience", "all", "--as", "R001"),
        ("broadcast", "--audience", "all", "--as", "R001", "--text", "x", "--urgency", "purple"),
        ("notice", "show"),
        ("notice", "show", "one"),
        ("forecast", "--from", "2026-01-01"),
        ("forecast", "--from", "2026-02-01", "--to", "2026-01-01"),
        ("calendar", "show", "MMXXVI"),
        ("roster", "import", "/no/such/file.xlsx"),
        ("no-such-command",),
    ],
)
def test_what_is_not_said_as_the_usage_says_ends_with_two(tmp_path: Path, words: tuple[str, ...]) -> None:
    said = Office(tmp_path).call(*words)
    assert said.exit_code == 2
    assert said.stdout == ""


@pytest.mark.parametrize("command", ["show", "pause", "resume", "cancel", "recall", "remind"])
def test_a_notice_that_is_not_there_is_refused(office: Office, command: str) -> None:
    assert office.json("notice", command, 99, code=1)["error"]


def test_the_forecast_names_what_comes_when_and_to_how_many(office: Office) -> None:
    forecast = office.json("forecast", "--from", "2026-09-21", "--to", "2026-10-08", CLOCK="2026-09-01T00:00:00+08:00")
    keys = {"key", "wave", "category", "at", "recipients", "provisional"}
    assert all(set(occasion) >= keys for occasion in forecast["occasions"])
    formal = forecast["occasions"][0]
    assert {name: formal[name] for name in keys} == {
        "key": NOTICE,
        "wave": "first",
        "category": "prompt",
        "at": DUE.isoformat(),
        "recipients": 6,
        "provisional": False,
    }


def test_the_calendar_gives_the_official_days(tmp_path: Path) -> None:
    document = Office(tmp_path).json("calendar", "show", 2026)
    assert set(document) >= {"year", "provisional", "days_off", "makeup_workdays"}
    assert (document["year"], document["provisional"]) == (2026, False)
    assert "2026-10-01" in document["days_off"]
    assert "2026-01-04" in document["makeup_workdays"]


def test_a_year_without_its_notice_is_provisional(tmp_path: Path) -> None:
    assert Office(tmp_path).json("calendar", "show", 2031)["provisional"] is True


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HTTP_PORT", "http"),
        ("TIMEZONE", "Mars/Olympus"),
        ("LOCALE", "tlh"),
        ("CLOCK", "at noon"),
        ("SEND_RATE", "-1"),
        ("TELEGRAM_MODE", "pigeon"),
        ("TELEGRAM_TOKEN_FILE", "/no/such/file"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_and_ends_with_two(tmp_path: Path, name: str, value: str) -> None:
    office = Office(tmp_path)
    office.settings.pop("LIANXUN_TELEGRAM_TOKEN")
    said = office.call("notice", "list", **{name: value})
    assert said.exit_code == 2
    assert f"LIANXUN_{name}" in said.stderr
    assert said.stdout == ""


def test_a_secret_in_a_refused_setting_is_not_repeated(tmp_path: Path) -> None:
    secret = "postgresql://user:very-secret@host/db"
    said = Office(tmp_path).call("notice", "list", DATABASE_URL=secret, TELEGRAM_TOKEN=TOKEN, HTTP_PORT="no")
    assert said.exit_code == 2
    assert "very-secret" not in said.output
    assert TOKEN not in said.output


def test_a_set_clock_is_refused_with_the_public_bot_api(tmp_path: Path) -> None:
    said = Office(tmp_path).call("serve", TELEGRAM_TOKEN=TOKEN)
    assert said.exit_code == 2
    assert "LIANXUN_CLOCK" in said.stderr
    assert TOKEN not in said.output


def test_serving_needs_a_token_and_by_webhook_an_address(tmp_path: Path) -> None:
    office = Office(tmp_path)
    without = office.call("serve")
    assert without.exit_code == 2
    assert "LIANXUN_TELEGRAM_TOKEN" in without.stderr
    local = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": "http://127.0.0.1:1", "TELEGRAM_MODE": "webhook"}
    by_webhook = office.call("serve", **local)
    assert by_webhook.exit_code == 2
    assert "LIANXUN_PUBLIC_URL" in by_webhook.stderr


async def test_a_process_puts_one_document_on_standard_output_and_the_rest_on_standard_error(tmp_path: Path) -> None:
    async with town(tmp_path, people=2) as place:
        code, out, err = await place.command("roster", "import", str(tmp_path / "roster.csv"), "--json")
        assert code == 0
        assert json.loads(out)["people"] == 2
        assert err.strip()


async def test_invites_learn_the_bot_s_name_from_the_bot_api(tmp_path: Path) -> None:
    async with town(tmp_path, people=2, joined=False) as place:
        code, out, err = await place.command("invites", "export", str(tmp_path / "invites.csv"), "--json")
        assert code == 0, err
        assert json.loads(out)["bots"] == {"lianxun_demo_bot": 2}
        assert TOKEN not in out + err


def test_invites_ask_for_the_bot_s_name_where_the_bot_api_cannot_be_reached(office: Office) -> None:
    settings = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": "http://127.0.0.1:9"}
    said = office.call("invites", "export", office.folder / "invites.csv", **settings)
    assert said.exit_code == 1
    assert "--bot NAME" in said.stderr
    assert TOKEN not in said.output


def test_help_is_given_for_every_command(tmp_path: Path) -> None:
    office = Office(tmp_path)
    for words in ((), ("broadcast",), ("notice", "remind"), ("roster", "import"), ("invites", "export"), ("serve",)):
        said = office.call(*words, "--help")
        assert said.exit_code == 0
        assert "Usage" in said.stdout


def test_the_command_says_which_version_is_installed(office: Office) -> None:
    assert office.call("--version").stdout.split() == ["lianxun", version("lianxun")]
