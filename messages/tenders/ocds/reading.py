"""Finds the releases of a file, however they are wrapped, one after another.

A package of releases or of records, a record, a release; a list of any of these, one after another or one a line, and
the answers of publishers' interfaces that hold them under another name. The order of keys does not matter.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from messages.errors import Fault
from messages.tenders.ocds.cutting import cleaned
from messages.tenders.ocds.opening import Seen, opened, unseen
from messages.tenders.ocds.versions import latest
from messages.tenders.ocds.window import BROKEN, LONGEST_VALUE, Broken, Place, Window
from messages.tenders.records import LONGEST_REF
from messages.text.phrase import Phrase, phrase

MOST_FAULTS: Final = 100
"""Faults told of one file; one with more was meant for something else."""
_DEEPEST: Final = 6
_SHOWN: Final = 60
_LISTS: Final = frozenset({"releases", "records"})
_WRAPPERS: Final = frozenset(
    {
        "_source",
        "arrayReleasePackage",
        "content",
        "data",
        "hits",
        "items",
        "package",
        "recordPackage",
        "releasePackage",
        "result",
        "results",
        "value",
    }
)
"""What publishers call what they wrap packages in; what has an ocid and more of a release is one, whatever it has."""
_OF_RELEASE: Final = frozenset(
    {"ocid", "id", "date", "tag", "language", "buyer", "parties", "planning", "tender", "awards", "contracts"}
)
_SAYS: Final = frozenset({"date", "tag", "tender", "awards", "contracts"})
"""What a release has beside its ocid, and a wrapper has not."""
_OF_RECORD: Final = frozenset({"compiledRelease", "versionedRelease"})

_VERSIONS_LACK: Final = frozenset({"date", "tag"})
"""What each release has, and a versioned one only within its versions."""

_NO_RELEASE: Final = phrase("A release or a record of the Open Contracting Data Standard is accepted.")
_NO_OCID: Final = phrase("A release with its ocid is accepted, of at most {most} characters.", most=LONGEST_REF)


@dataclass(frozen=True, kw_only=True)
class Found:
    """A release as it stands in the file; ``compiled``: it says all that was known of its matter as of its date.

    Without ``body`` it is a record that has no releases, or only links to them.
    """

    ocid: str
    body: dict[str, Any] | None
    compiled: bool = False


class _Enough(Exception):
    """So much is wrong with a file that it is not looked at any further."""


class Reader:
    """Reads one file; its faults are gathered, and what is broken ends it."""

    def __init__(self, path: Path, seen: Seen = unseen) -> None:
        """Nothing is read yet; ``seen`` is told how many bytes of the file were."""
        self._path = path
        self._seen = seen
        self._wrappers = 0
        self.faults: list[Fault] = []

    def read(self) -> Iterator[Found]:
        """The file's releases. Raises ``Refused`` for a file that cannot be opened."""
        with opened(self._path, self._seen) as pieces:
            window = Window(pieces)
            try:
                if not window.peek():
                    self._fault(_NO_RELEASE, window.place())
                while window.peek():
                    yield from self._document(window, 0)
            except Broken as error:
                self._told(error.phrase, error.place, error.value)
            except _Enough:
                self.faults.append(Fault(message=phrase("More faults are not looked for.")))

    def _document(self, window: Window, depth: int) -> Iterator[Found]:
        if depth > _DEEPEST:
            raise Broken(_NO_RELEASE, window.place())
        begins = window.peek()
        if begins == "[":
            yield from self._list(window, depth, releases=False)
        elif begins == "{":
            yield from self._object(window, depth)
        else:
            place = window.place()
            self._fault(_NO_RELEASE, place, _shown(window.value()))

    def _list(self, window: Window, depth: int, *, releases: bool) -> Iterator[Found]:
        for _ in _members(window, "]"):
            if releases:
                place = window.place()
                yield from self._release(window.value(), place)
            else:
                yield from self._document(window, depth + 1)

    def _object(self, window: Window, depth: int) -> Iterator[Found]:
        """A package, a record or a release: which one is known at its end only."""
        place, kept, size = window.place(), dict[str, Any](), 0
        is_list, is_wrapper, embedded, linked = False, False, 0, 0
        inside: list[Fault] = []
        for key in _keys(window):
            begins = window.peek()
            if key in _LISTS and begins == "[":
                is_list = True
                for found in self._list(window, depth, releases=key == "releases"):
                    embedded += found.body is not None
                    linked += key == "releases" and found.body is None
                    if found.body is not None or key != "releases":
                        yield found
                continue
            if key in _WRAPPERS and begins in "[{":
                is_wrapper = True
                yield from self._inside(window, depth, inside)
                continue
            before = window.taken
            value = window.value()
            if key in _OF_RELEASE or key in _OF_RECORD:
                kept[key] = value
                size += window.taken - before
            if size > LONGEST_VALUE:
                raise Broken(BROKEN, place)
        if is_wrapper and not is_list and "ocid" in kept and kept.keys() & _SAYS:
            is_wrapper, inside = False, []
        self._told_of(inside)
        yield from self._whole(
            kept, place, streams=is_list or is_wrapper, embedded=embedded, only_links=linked > 0 and not embedded
        )

    def _inside(self, window: Window, depth: int, faults: list[Fault]) -> Iterator[Found]:
        """What is in what may be a wrapper; the faults are gathered apart, as it may be a part of a release as well."""
        before, self.faults = self.faults, []
        self._wrappers += 1
        try:
            yield from self._document(window, depth + 1)
        except Broken:
            before += self.faults
            raise
        else:
            faults += self.faults
        finally:
            self._wrappers -= 1
            self.faults = before

    def _told_of(self, faults: list[Fault]) -> None:
        """Tell what is wrong in what was a wrapper."""
        self.faults += faults
        del self.faults[MOST_FAULTS:]
        if faults and len(self.faults) >= MOST_FAULTS and not self._wrappers:
            raise _Enough

    def _whole(
        self, kept: dict[str, Any], place: Place, *, streams: bool, embedded: int, only_links: bool
    ) -> Iterator[Found]:
        """What an object was, by what it has beside packages."""
        compiled, versioned = (kept.pop(key, None) for key in ("compiledRelease", "versionedRelease"))
        if not isinstance(compiled, dict) and isinstance(versioned, dict) and not embedded:
            compiled = latest(versioned)
        if isinstance(compiled, dict):
            yield from self._release({"ocid": kept.get("ocid"), **compiled}, place, compiled=True)
        elif only_links or kept.keys() == {"ocid"}:
            yield Found(ocid=ocid_of(kept) or "", body=None)
        elif not streams:
            yield from self._release(kept, place)

    def _release(self, body: object, place: Place, *, compiled: bool = False) -> Iterator[Found]:
        if not isinstance(body, dict) or not body:
            self._fault(_NO_RELEASE, place, _shown(body))
            return
        ocid = ocid_of(body)
        if ocid is not None:
            plain = None if body.keys() >= _VERSIONS_LACK else latest(body)
            is_whole = compiled or plain is not None or _is_compiled(body)
            yield Found(ocid=ocid, body=plain or body, compiled=is_whole)
        elif "url" in body:
            yield Found(ocid="", body=None)
        else:
            self._fault(_NO_OCID, place, _shown(body.get("ocid") or body.get("id")))

    def _fault(self, message: Phrase, place: Place, value: str = "") -> None:
        """Tell a fault, and read on; raises ``_Enough`` where there are so many."""
        if len(self.faults) < MOST_FAULTS:
            self._told(message, place, value)
        if len(self.faults) >= MOST_FAULTS and not self._wrappers:
            raise _Enough

    def _told(self, message: Phrase, place: Place, value: str) -> None:
        shown = cleaned(value, _SHOWN) or None
        self.faults.append(Fault(message=message, line=place.line, column=str(place.column), value=shown))


def ocid_of(body: dict[str, Any]) -> str | None:
    """The OCID of a release or record; None where it has none that can be used."""
    ocid = body.get("ocid")
    if not isinstance(ocid, str):
        return None
    ocid = ocid.strip()
    return ocid if ocid.isprintable() and 0 < len(ocid) <= LONGEST_REF else None


def _is_compiled(body: dict[str, Any]) -> bool:
    tags = body.get("tag")
    return "compiled" in tags if isinstance(tags, list) else tags == "compiled"


def _members(window: Window, closing: str) -> Iterator[None]:
    """Stands before each member of a list or an object, one after another, and at last behind its end."""
    window.take("[{")
    if window.peek() == closing:
        window.take(closing)
        return
    while True:
        yield
        if window.take("," + closing) == closing:
            return


def _keys(window: Window) -> Iterator[str]:
    """The keys of an object, each with its value next."""
    for _ in _members(window, "}"):
        if window.peek() != '"':
            window.take('"')
        key = window.value()
        window.take(":")
        yield key


def _shown(value: object) -> str:
    return "" if isinstance(value, dict | list) or value is None else str(value)
