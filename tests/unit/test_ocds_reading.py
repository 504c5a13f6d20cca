"""Files of releases, in whatever way they are wrapped, encoded or broken."""

import gzip
import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from messages.errors import Fault, Refused
from messages.tenders.ocds import window
from messages.tenders.ocds.reading import Found, Reader

ONE: dict[str, Any] = {"ocid": "ocds-a-1", "id": "1", "date": "2026-01-02T00:00:00Z", "tag": ["tender"]}
TWO: dict[str, Any] = {"ocid": "ocds-a-2", "id": "2", "date": "2026-01-03T00:00:00Z", "tag": ["tender"]}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "file.json"


def read(file: Path, content: str | bytes) -> tuple[list[Found], list[Fault]]:
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    reader = Reader(file)
    return [*reader.read()], reader.faults


def ocids(file: Path, content: object) -> list[str]:
    found, faults = read(file, content if isinstance(content, str | bytes) else json.dumps(content))
    assert not faults
    return [one.ocid for one in found if one.body is not None]


def places(faults: list[Fault]) -> list[tuple[int | None, str | None]]:
    return [(fault.line, fault.column) for fault in faults]


def versions(*values: object) -> list[dict[str, object]]:
    """The values of a field in a versioned release, a day after another."""
    return [
        {"releaseID": str(day), "releaseDate": f"2026-01-{day:02}T00:00:00Z", "releaseTag": ["tender"], "value": value}
        for day, value in enumerate(values, 1)
    ]


WRAPPED: dict[str, object] = {
    "a package of releases": {"uri": "u", "releases": [ONE, TWO], "publisher": {"name": "p"}},
    "a package whose metadata come last": {"releases": [ONE, TWO], "version": "1.1", "extensions": ["e"]},
    "a package of records with what was compiled": {
        "records": [{"ocid": one["ocid"], "compiledRelease": one} for one in (ONE, TWO)],
        "uri": "u",
    },
    "records with what was compiled and links": {
        "records": [{"compiledRelease": one, "releases": [{"url": "http://x"}]} for one in (ONE, TWO)]
    },
    "records with their releases": {"records": [{"ocid": one["ocid"], "releases": [one]} for one in (ONE, TWO)]},
    "compiled without its own ocid": {
        "records": [{"compiledRelease": {"id": "1"}, "ocid": one["ocid"]} for one in (ONE, TWO)]
    },
    "a list of releases": [ONE, TWO],
    "a list of packages": [{"releases": [ONE]}, {"records": [{"compiledRelease": TWO}]}],
    "the answer of an interface": {"results": [{"releases": [ONE]}, {"releases": [TWO]}], "count": 2},
    "releases with fields that are called as wrappers are": [
        {"items": [{"id": "1"}] * 200, **ONE},
        {**TWO, "value": {"x": 1}},
    ],
    "records that have only versions": {
        "records": [
            {"ocid": one["ocid"], "versionedRelease": {"tender": {"title": versions(one["id"])}}} for one in (ONE, TWO)
        ]
    },
    "a package in a wrapper": {"releasePackage": {"releases": [ONE, TWO]}},
    "one after another": json.dumps(ONE, indent=2) + json.dumps({"releases": [TWO]}),
    "one a line": f"{json.dumps(ONE)}\r\n{json.dumps(TWO)}\n\n",
    "a text sequence": f"\x1e{json.dumps(ONE)}\n\x1e{json.dumps(TWO)}\n",
    "with a mark of UTF-8": b"\xef\xbb\xbf" + json.dumps([ONE, TWO]).encode(),
    "in UTF-16": json.dumps([ONE, TWO]).encode("utf-16"),
    "in UTF-16 without a mark": json.dumps([ONE, TWO]).encode("utf-16-be"),
    "packed": gzip.compress(json.dumps([ONE, TWO]).encode()),
    "with numbers of any size": json.dumps([ONE, TWO]).replace('"id": "1"', f'"id": {"9" * 5000}'),
    "with a key twice": json.dumps([ONE, TWO]).replace('"ocid": "ocds-a-1"', '"ocid": "x", "ocid": "ocds-a-1"'),
}


@pytest.mark.parametrize("how", WRAPPED)
def test_releases_are_found_however_they_are_wrapped(file: Path, how: str) -> None:
    assert ocids(file, WRAPPED[how]) == ["ocds-a-1", "ocds-a-2"]


def test_they_are_found_wherever_the_pieces_of_the_file_end(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    odd = {**ONE, "tender": {"title": 'é\U0001f600\\"\n', "value": {"amount": -1.5e-7}, "x": [None, True]}}
    content = json.dumps([odd, TWO], ensure_ascii=False) + json.dumps(TWO)
    for piece in (1, 2, 3, 7):
        monkeypatch.setattr(window, "_PIECE", piece)
        monkeypatch.setattr("messages.tenders.ocds.opening._PIECE", piece)
        assert ocids(file, content) == ["ocds-a-1", "ocds-a-2", "ocds-a-2"]


def test_records_that_have_only_links_are_named(file: Path) -> None:
    links = {"ocid": "ocds-a-1", "releases": [{"url": "http://x", "date": "2026-01-01", "tag": ["tender"]}] * 2}
    empty = {"ocid": "ocds-a-3", "versionedRelease": {"ocid": "ocds-a-3"}}
    found, faults = read(file, json.dumps({"records": [links, {"compiledRelease": TWO}, empty]}))
    said = [(one.ocid, one.body is None) for one in found]
    assert (said, faults) == ([("ocds-a-1", True), ("ocds-a-2", False), ("ocds-a-3", True)], [])


def test_of_a_versioned_release_the_last_values_are_read(file: Path) -> None:
    tender = {"id": "t", "title": versions("a", "b"), "items": versions([{"id": "1"}])}
    whole = {"ocid": "ocds-a-1", "tender": tender, "awards": [{"id": "1", "date": versions("2026-03-01", None, "x")}]}
    ((found,), faults) = read(file, json.dumps({"releases": [whole]}))
    assert (found.compiled, faults) == (True, [])
    assert found.body == {
        "ocid": "ocds-a-1",
        "date": "2026-01-03T00:00:00Z",
        "tag": ["tender"],
        "tender": {"id": "t", "title": "b", "items": [{"id": "1"}]},
        "awards": [{"id": "1", "date": "x"}],
    }


BROKEN: dict[str, tuple[str | bytes, int, int]] = {
    "cut off": ('{"releases": [\n {"ocid": "a", "id"', 2, 20),
    "a comma too many": ('[{"ocid": "a"},\n]', 2, 1),
    "no number": ('[{"ocid": "a",\n "tender": {"title": "NaN", "value": NaN}}]', 2, 38),
    "no text": (b'[{"ocid": "a"},\n {"ocid": "\xff"}]', 2, 12),
    "a zero": ('{"ocid": "a"}\n\0', 2, 1),
    "no quotes": ("{ocid: 1}", 1, 2),
    "a text across lines": ('{"ocid": "a\nb"}', 1, 12),
    "nested too deep": ("[" * 5000, 1, 8),
    "nested too deep in a release": ('{"ocid":' + "[" * 100_000, 1, 9),
    "wrapped too deep": ('{"items":' * 1000 + "1" + "}" * 1000, 1, 64),
    "cut off in a text": ('[{"ocid": "a"},\n {"ocid": "b', 2, 11),
    "another bracket": ('{"releases": [{"ocid": "a"}}', 1, 28),
    "no JSON": ("<html>\n", 1, 1),
    "spaces": (" \n ", 2, 2),
}


@pytest.mark.parametrize("how", BROKEN)
def test_what_is_broken_is_told_with_its_line_and_column(file: Path, how: str) -> None:
    content, line, column = BROKEN[how]
    (fault,) = read(file, content)[1]
    assert places([fault]) == [(line, str(column))]
    assert ("the file ends" in fault.message.message) is ("cut off" in how)


def test_each_release_without_an_ocid_is_a_fault_at_its_place(file: Path) -> None:
    lines = ['{"releases": [', '{"id": "1"},', '{"ocid": "a"},', '  {"ocid": null},', '{"ocid": ""}, {"ocid": "']
    found, faults = read(file, "\n".join(lines) + "x" * 121 + '"}, 3]}')
    assert places(faults) == [(2, "1"), (4, "3"), (5, "1"), (5, "15"), (5, "150")]
    assert [one.ocid for one in found] == ["a"]


@pytest.mark.parametrize(
    "content", ['{"uri": "u"}', "7", '"text"', "null", "[[1]]", '{"releases": {}}', '{"data": [{"a": 1}]}']
)
def test_what_holds_no_release_is_a_fault(file: Path, content: str) -> None:
    found, faults = read(file, content)
    assert (found, len(faults)) == ([], 1)


def test_what_is_wrong_in_a_wrapper_is_told(file: Path) -> None:
    _, faults = read(file, json.dumps({"results": [{"id": "1"}] * 150, "ocid": "a"}) + "{}")
    assert len(faults) == 101


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04xxxx"])
def test_what_is_no_such_file_is_refused(file: Path, content: bytes) -> None:
    with pytest.raises(Refused):
        read(file, content)


def test_a_packed_file_that_is_broken_is_a_fault(file: Path) -> None:
    packed = gzip.compress(json.dumps([ONE, TWO] * 50).encode())
    assert len(read(file, packed[:-20])[1]) == 1


def test_a_release_that_is_too_long_is_told_at_its_beginning(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window, "LONGEST_VALUE", 2000)
    monkeypatch.setattr(window, "_PIECE", 100)
    monkeypatch.setattr("messages.tenders.ocds.opening._PIECE", 100)
    found, faults = read(file, '[{"ocid": "a"},\n {"ocid": "b", "x": "' + "y" * 9000 + '"}]')
    assert ([one.ocid for one in found], places(faults)) == (["a"], [(2, "21")])


def test_a_large_file_is_read_little_by_little(file: Path) -> None:
    release = json.dumps({**ONE, "tender": {"description": "x" * 50_000}})
    with file.open("w") as out:
        out.write('{"releases": [' + ",".join([release] * 400) + "]}")

    def held() -> Iterator[int]:
        for count, _ in enumerate(Reader(file).read(), 1):
            yield count

    tracemalloc.start()
    try:
        assert max(held()) == 400
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < file.stat().st_size / 2


def test_a_file_of_something_else_is_not_looked_at_to_its_end(file: Path) -> None:
    _, faults = read(file, "{}\n" * 5000)
    assert places(faults)[-2:] == [(100, "1"), (None, None)]
    assert len(faults) == 101


def test_what_is_shown_of_a_fault_moves_no_terminal(file: Path) -> None:
    _, faults = read(file, '{"id": "\\u001b[2J\\u0000x"}\n\0\x1b[2J')
    assert [fault.value for fault in faults] == ["[2Jx", "[2J"]


def test_a_value_that_is_in_sight_as_a_whole_may_be_too_long(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window, "LONGEST_VALUE", 2000)
    found, faults = read(file, '[{"ocid": "a"},\n {"ocid": "b", "x": "' + "y" * 9000 + '"}]')
    assert ([one.ocid for one in found], places(faults)) == (["a"], [(2, "21")])
