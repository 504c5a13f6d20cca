"""Legal bases: what a code cites, which version a name means on a day, what is out of date and what took its place."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from messages.errors import Refused
from messages.register.bases import Bases, Basis, Cited, cited_said, superseded_said
from messages.text.catalog import Catalog
from messages.text.phrase import english
from schedules.policy import load

BASES = load(None).legal_bases
TODAY = date(2026, 9, 1)


@pytest.mark.parametrize(
    ("code", "version", "articles", "begins", "ends"),
    [
        ("JLCF2003", "2003", 178, "2003-12-31", "2015-12-31"),
        ("JLCF2015", "2015", 133, "2016-01-01", "2018-09-30"),
        ("JLCF2018", "2018", 142, "2018-10-01", "2023-12-31"),
        ("JLCF2023", "2023", 158, "2024-01-01", None),
        ("GWYCF2007", "2007", 55, "2007-06-01", None),
        ("ZWCF2020", "2020", 68, "2020-07-01", None),
        ("LZCZ2010", "2010", 18, "2010-01-18", "2015-12-31"),
        ("LJZL2016", "2016", 8, "2016-01-01", None),
    ],
)
def test_the_shipped_bases_are_those_of_the_seed_and_those_in_force(
    code: str, version: str, articles: int, begins: str, ends: str | None
) -> None:
    basis = BASES.all[code]
    assert (basis.version, basis.articles, basis.effective_from.isoformat()) == (version, articles, begins)
    assert (basis.effective_to.isoformat() if basis.effective_to else None) == ends


@pytest.mark.parametrize(
    ("ended", "begun"), [("JLCF2003", "JLCF2015"), ("JLCF2015", "JLCF2018"), ("JLCF2018", "JLCF2023")]
)
def test_one_version_ends_the_day_before_the_next_begins(ended: str, begun: str) -> None:
    last = BASES.all[ended].effective_to
    assert last is not None
    first = BASES.all[begun].effective_from
    assert last + timedelta(days=1) == first
    assert BASES.all[ended].in_force(last)
    assert not BASES.all[ended].in_force(first)
    assert BASES.all[begun].in_force(first)
    assert not BASES.all[begun].in_force(last)


@pytest.mark.parametrize(
    ("day", "code"),
    [
        ("2003-12-30", "JLCF2023"),  # before any: the newest
        ("2003-12-31", "JLCF2003"),
        ("2015-12-31", "JLCF2003"),
        ("2016-01-01", "JLCF2015"),
        ("2018-09-30", "JLCF2015"),
        ("2023-12-31", "JLCF2018"),
        ("2024-01-01", "JLCF2023"),
    ],
)
@pytest.mark.parametrize("name", ["中国共产党纪律处分条例", "纪律处分条例", "党纪处分条例"])
def test_a_name_means_the_version_that_is_in_force_on_the_day(name: str, day: str, code: str) -> None:
    found = BASES.called(name, date.fromisoformat(day))
    assert found is not None
    assert found.code == code


def test_a_law_that_is_no_more_is_still_known_by_its_name() -> None:
    found = BASES.called("廉政准则", TODAY)
    assert found is not None
    assert found.code == "LZCZ2010"
    assert BASES.called("道路交通安全法", TODAY) is None


def test_the_successor_is_the_last_in_the_row_that_is_in_force_on_the_day() -> None:
    for day, successor in (("2017-05-01", "JLCF2015"), ("2019-05-01", "JLCF2018"), ("2024-01-01", "JLCF2023")):
        one = BASES.superseded(date.fromisoformat(day))["JLCF2003"]
        assert one.successor is not None
        assert (one.successor.code, one.in_force) == (successor, False)
    assert "JLCF2003" not in BASES.superseded(date(2015, 12, 31))
    assert "JLCF2018" not in BASES.superseded(date(2023, 12, 31))


def test_what_is_in_force_beside_its_successor_is_marked_and_said_so() -> None:
    assert "GWYCF2007" not in BASES.superseded(date(2020, 6, 30))
    one = BASES.superseded(date(2020, 7, 1))["GWYCF2007"]
    assert one.in_force
    assert one.successor is BASES.all["ZWCF2020"]
    said = Catalog.load().say(superseded_said(one), "zh_CN")
    assert "仍有效" in said
    assert "公职人员政务处分法" in said
    assert set(BASES.superseded(TODAY)) == {"JLCF2003", "JLCF2015", "JLCF2018", "GWYCF2007", "LZCZ2010"}


def test_what_ended_without_a_successor_is_out_of_date_from_the_day_after() -> None:
    alone = Bases([Basis(code="AB", title="旧办法", version="1", articles=3, effective_from=TODAY, effective_to=TODAY)])
    assert not alone.superseded(TODAY)
    one = alone.superseded(TODAY + timedelta(days=1))["AB"]
    assert one.successor is None
    assert english(superseded_said(one)) == "“旧办法” ended on 2026-09-01"


def test_a_law_that_is_not_known_is_answered_with_those_that_are_in_the_readers_language() -> None:
    many = [
        Basis(code=f"AB{one}", title=f"办法{one}", version="1", articles=3, effective_from=TODAY) for one in range(32)
    ]
    said = Catalog.load().say(Bases(many).accepted(), "zh_CN")
    assert "例如 AB0:1；已收录的法规：AB0 办法0、AB1 办法1、" in said
    assert said.endswith("AB29 办法29等另 2 个。")


@pytest.mark.parametrize(
    ("written", "cited"),
    [
        ("ZWCF2020:34", Cited(law="ZWCF2020", article=34)),
        ("LJZL2016", Cited(law="LJZL2016")),
        ("ZWCF2020:0", None),
        ("ZWCF2020:034", None),
        ("ZWCF2020:", None),
        ("zwcf2020:34", None),
        ("ZWCF2020:34 ", None),
        ("ZWCF2020：34", None),
        ("ZWCF2020:12345", None),
        ("", None),
    ],
)
def test_a_code_says_law_and_article(written: str, cited: Cited | None) -> None:
    assert Cited.of(written) == cited
    if cited is not None:
        assert str(cited) == written


def test_an_article_beyond_the_law_is_not_there() -> None:
    assert BASES.holds(Cited(law="ZWCF2020", article=68))
    assert BASES.holds(Cited(law="ZWCF2020"))
    assert not BASES.holds(Cited(law="ZWCF2020", article=69))
    assert not BASES.holds(Cited(law="ZWCF1999", article=1))
    assert "ZWCF1999:1" in english(cited_said(Cited(law="ZWCF1999", article=1), BASES))


def test_an_office_adds_a_version_and_says_what_it_takes_the_place_of(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(
        '[bases.JLCF2023]\neffective_to = 2029-12-31\nsuperseded_by = "JLCF2030"\n'
        '[bases.JLCF2030]\ntitle = "中国共产党纪律处分条例"\nversion = "2030"\narticles = 160\n'
        "effective_from = 2030-01-01\n",
        encoding="utf-8",
    )
    bases = load(file).legal_bases
    assert "JLCF2023" not in bases.superseded(TODAY)
    assert bases.superseded(date(2030, 1, 1))["JLCF2018"].successor is bases.all["JLCF2030"]


NEW = 'title = "新规"\nversion = "1"\narticles = 9\neffective_from = 2020-01-01\n'


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (f"[bases.xg2020]\n{NEW}", "xg2020"),
        (f'[bases.XG2020]\n{NEW}superseded_by = "XG2030"\n', "XG2020"),
        (f'[bases.XG2020]\n{NEW}superseded_by = "XG2020"\n', "XG2020"),
        (f'[bases.XG2020]\n{NEW}superseded_by = "LJZL2016"\n', "XG2020"),
        (f"[bases.XG2020]\n{NEW}effective_to = 2019-12-31\n", "XG2020"),
        (f"[bases.XG2020]\n{NEW.replace('= 9', '= 0')}", "articles"),
        (f"[bases.XG2020]\n{NEW}published = true\n", "published"),
        ('[bases.XG2020]\ntitle = "新规"\n', "version"),
    ],
)
def test_a_basis_that_cannot_be_is_refused_by_its_code_or_key(tmp_path: Path, text: str, named: str) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        load(file)
    said = [f"{fault.column} {english(fault.message)}" for fault in refused.value.faults]
    assert any(named in one for one in said), said
