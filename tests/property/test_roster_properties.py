"""Whatever a roster says, writing it and reading it again says the same."""

import tempfile
from pathlib import Path
from unicodedata import normalize

from hypothesis import given, settings
from hypothesis import strategies as st

from messages.organisation.records import Role, UnitKind
from messages.organisation.roster.cells import text
from messages.organisation.roster.checking import cycles
from messages.organisation.roster.columns import Column
from messages.organisation.roster.export import content_of
from messages.organisation.roster.rows import RosterRow
from messages.organisation.spreadsheets import guard, unguard
from tests.rosters import rows_of

SEEN = st.characters(exclude_categories=("Cc", "Cf", "Cs", "Zl", "Zp", "Cn"))
ERRORS = {"#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!"}


def values(column: Column, most: int) -> st.SearchStrategy[str]:
    """Texts as the reading leaves them."""
    raw = st.text(SEEN, min_size=1, max_size=most).filter(lambda value: value.strip() and value not in ERRORS)
    readable = raw.filter(lambda value: '"' not in normalize("NFKC", value))
    return readable.map(lambda value: text(column, value)).filter(lambda value: 0 < len(value) <= most)


def person() -> st.SearchStrategy[tuple[str | None, str | None]]:
    vacant = st.just((None, None))
    return vacant | st.tuples(values(Column.PERSON_CODE, 20), values(Column.NAME, 20))


@st.composite
def rows(draw: st.DrawFn) -> RosterRow:
    code, name = draw(person())
    return RosterRow(
        unit=draw(values(Column.UNIT, 40)),
        parent_unit=draw(st.just("") | values(Column.PARENT_UNIT, 40)),
        unit_kind=draw(st.sampled_from(UnitKind)),
        post_code=draw(values(Column.POST_CODE, 20)),
        post=draw(values(Column.POST, 40)),
        level=draw(st.integers(1, 5)),
        risk_post=draw(st.booleans()),
        nodes=tuple(draw(st.lists(st.sampled_from(("开标", "合同签订", "a,b/c", "=1", "验 收")), unique=True))),
        reports_to=draw(st.just("") | values(Column.REPORTS_TO, 20)),
        person_code=code,
        name=name,
        roles=tuple(role for role in Role if code and draw(st.booleans())),
        language=draw(st.sampled_from(("zh_CN", "en"))) if code else None,
    )


@settings(max_examples=60)
@given(st.lists(rows(), min_size=1, max_size=4), st.sampled_from((".csv", ".xlsx")), st.sampled_from(("zh_CN", "en")))
def test_rows_written_and_read_are_the_same_rows(written: list[RosterRow], ending: str, language: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"r{ending}"
        path.write_bytes(content_of(written, ending, language))
        assert list(rows_of(path)) == written


@given(st.text())
def test_the_guard_comes_off_whatever_it_was_put_on(value: str) -> None:
    assert unguard(guard(value)) == value


@given(st.dictionaries(st.sampled_from("abcdef"), st.none() | st.sampled_from("abcdef")))
def test_circles_are_found_where_going_up_never_ends(above: dict[str, str | None]) -> None:
    def never_ends(start: str) -> bool:
        at: str | None = start
        for _ in range(7):
            at = above.get(at) if at is not None else None
        return at is not None

    found = cycles(above)
    assert bool(found) == any(map(never_ends, above))
    assert all(above[name] == circle[(at + 1) % len(circle)] for circle in found for at, name in enumerate(circle))
