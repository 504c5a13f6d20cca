"""What a risk point has to be by itself, whether a person writes it or a sheet gives it: a fault's column is the field.

Texts of several lines keep their lines; everything else stands on one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from messages.errors import Fault, Refused
from messages.organisation.records import LONGEST_NODE
from messages.register.bases import Bases, Cited, articles_accepted
from messages.register.records import LONGEST_DUTY, LONGEST_NAME, LONGEST_SHORT, LONGEST_TEXT, Content
from messages.text.phrase import Phrase, phrase

MOST_BASES: Final = 20
MOST_DUTIES: Final = 50
"""So many articles one point may cite."""
_LINES: Final[Mapping[str, int]] = MappingProxyType(
    {
        "name": LONGEST_NAME,
        "category": LONGEST_SHORT,
        "node": LONGEST_NODE,
        "duty": LONGEST_DUTY,
        "section": LONGEST_NAME,
        "responsible": LONGEST_SHORT,
        "leading": LONGEST_SHORT,
    }
)
"""Fields of one line, and how many characters each may have."""
_TEXTS: Final = ("description", "controls", "indicators")


def tidied(content: Content) -> Content:
    """The same, without what says nothing: spaces around it, and in one line more than one; articles cited twice."""
    lines: dict[str, Any] = {field: " ".join(getattr(content, field).split()) for field in _LINES}
    texts: dict[str, Any] = {field: getattr(content, field).replace("\r\n", "\n").strip() for field in _TEXTS}
    return replace(content, **lines, **texts, bases=tuple(dict.fromkeys(content.bases)))


def faults_of(content: Content, bases: Bases) -> list[Fault]:
    """What is wrong with a point, tidied, that may cite ``bases``."""
    found = [fault for field, most in _LINES.items() for fault in _of_line(field, getattr(content, field), most)]
    for field in _TEXTS:
        found += _of_text(field, getattr(content, field))
    return [*found, *_of_bases(content.bases, bases)]


def checked(content: Content, bases: Bases) -> Content:
    """A point as it is kept. Raises ``Refused`` with every fault."""
    tidy = tidied(content)
    if faults := faults_of(tidy, bases):
        raise Refused(phrase("The input was refused."), faults)
    return tidy


def line_of(column: str, given: str, most: int) -> str:
    """One line of 1 to ``most`` characters, tidied. Raises ``Refused``."""
    line = " ".join(given.split())
    faults = [*_of_line(column, line, most)] if line else [_length(column, line, 1, most)]
    if faults:
        raise Refused(phrase("The input was refused."), faults)
    return line


def _of_line(field: str, line: str, most: int) -> Iterator[Fault]:
    least = 1 if field == "name" else 0
    if not least <= len(line) <= most:
        yield _length(field, line, least, most)
    elif not line.isprintable():
        yield _unprintable(field)


def _of_text(field: str, text: str) -> Iterator[Fault]:
    if len(text) > LONGEST_TEXT:
        yield _length(field, text, 0, LONGEST_TEXT)
    elif not all(sign.isprintable() or sign in "\n\t\u3000\xa0" for sign in text):
        yield _unprintable(field)


def _of_bases(cited: tuple[Cited, ...], bases: Bases) -> Iterator[Fault]:
    if len(cited) > MOST_BASES:
        what = phrase("At most {most} articles are accepted.", most=MOST_BASES)
        yield Fault(column="bases", value=str(len(cited)), message=what)
    for one in cited:
        if not bases.holds(one):
            yield Fault(column="bases", value=str(one), message=_accepted(one, bases))


def _accepted(cited: Cited, bases: Bases) -> Phrase:
    """What would be accepted instead: an article that the law has, or a law that is known."""
    basis = bases.all.get(cited.law)
    if basis is not None:
        return articles_accepted(basis)
    return bases.accepted()


def _length(column: str, value: str, least: int, most: int) -> Fault:
    if least:
        what = phrase("A text of 1 to {most} characters is accepted.", most=most)
    else:
        what = phrase("A text of at most {most} characters is accepted.", most=most)
    return Fault(column=column, value=value or None, message=what)


def _unprintable(column: str) -> Fault:
    return Fault(column=column, message=phrase("Signs that cannot be printed are not accepted."))
