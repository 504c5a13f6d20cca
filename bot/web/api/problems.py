"""What is said of a request that was refused: a problem (RFC 9457), in the reader's language."""

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from aiohttp import web
from pydantic import ValidationError

from bot.web.api.shapes import FaultAnswer, Problem
from messages.errors import DecidedBefore, Fault, LianxunError, NotEntitled, NotFound, Outdated, Refused
from messages.text.catalog import Catalog
from messages.text.phrase import Phrase, phrase

PROBLEM: Final = "application/problem+json"
"""The type of every answer that is a problem."""


class NotTaken(Refused):
    """A request is of its shape, but the office cannot take it as things stand: each field is named with why."""


class TooLarge(Refused):
    """A request's files are larger than is accepted: each is named."""


_STATUS: Final[Mapping[type[LianxunError], HTTPStatus]] = {
    NotEntitled: HTTPStatus.FORBIDDEN,
    NotFound: HTTPStatus.NOT_FOUND,
    DecidedBefore: HTTPStatus.CONFLICT,
    Outdated: HTTPStatus.CONFLICT,
    NotTaken: HTTPStatus.CONFLICT,
    TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Refused: HTTPStatus.UNPROCESSABLE_ENTITY,
}
_REFUSED: Final = phrase("The input was refused.")
_OF_KIND: Final = frozenset({"union_tag_invalid", "union_tag_not_found"})
_NOT_ACCEPTED: Final = phrase("This is not accepted.")
_NEEDED: Final = phrase("A value is needed here.")
_NOT_EMPTY: Final = phrase("A value that is not empty is accepted.")
_DAY: Final = phrase("A day such as 2026-09-24 is accepted.")
_OBJECT: Final = phrase("An object with named fields is accepted.")
_NUMBER: Final = phrase("A whole number is accepted.")
_QUOTED: Final = re.compile("'([^']*)'")
_SAID: Final[Mapping[str, Phrase]] = {
    "missing": _NEEDED,
    "union_tag_not_found": _NEEDED,
    "extra_forbidden": phrase("This is not known here."),
    "string_too_short": _NOT_EMPTY,
    "too_short": _NOT_EMPTY,
    "string_pattern_mismatch": phrase("Text without control characters is accepted."),
    "period_parsing": phrase("A year (2026), a quarter (2026-Q4) or a month (2026-11) is accepted."),
    "string_type": phrase("Text is accepted."),
    "list_type": phrase("A list is accepted."),
    "dict_type": _OBJECT,
    "model_type": _OBJECT,
    "int_parsing": _NUMBER,
    "int_parsing_size": _NUMBER,
    "decimal_max_places": phrase("An amount has two decimal places at most."),
    "float_type": phrase("A number is accepted."),
    "bool_type": phrase("true or false is accepted."),
    "moment_parsing": phrase("A day or an instant is accepted, such as 2026-10-12 or 2026-10-12T09:30:00+08:00."),
    "bytes_type": phrase("Base64 is accepted."),
    "date_from_datetime_parsing": _DAY,
    "date_parsing": _DAY,
    "date_type": _DAY,
}
"""By the library's names of what is wrong. Its own sentences are English only, and are never shown."""


class Denied(Exception):
    """A request is answered with a problem of this ``status``; ``headers`` go with it."""

    def __init__(self, status: HTTPStatus, why: Phrase, headers: Mapping[str, str] | None = None) -> None:
        """Keep what is answered."""
        super().__init__(status.phrase)
        self.status = status
        self.why = why
        self.headers = headers or {}


class Problems:
    """Writes problems."""

    def __init__(self, catalog: Catalog) -> None:
        """In the languages of ``catalog``."""
        self._catalog = catalog

    def of_ours(self, error: LianxunError, language: str) -> web.Response:
        """The problem that an error of the domain is."""
        status = next((known for kind, known in _STATUS.items() if isinstance(error, kind)), HTTPStatus.BAD_REQUEST)
        faults = error.faults if isinstance(error, Refused) else None
        return self.answer(status, error.phrase, language, faults=faults)

    def answer(
        self,
        status: int,
        why: Phrase,
        language: str,
        *,
        headers: Mapping[str, str] | None = None,
        faults: Sequence[Fault] | None = None,
    ) -> web.Response:
        """A problem with this status."""
        problem = Problem(
            title=HTTPStatus(status).phrase,
            status=status,
            detail=self._catalog.say(why, language),
            faults=None if faults is None else [self._fault(fault, language) for fault in faults],
        )
        body = problem.model_dump_json(exclude_none=faults is None)
        return web.Response(status=status, text=body, content_type=PROBLEM, headers=headers)

    def _fault(self, fault: Fault, language: str) -> FaultAnswer:
        message = self._catalog.say(fault.message, language)
        return FaultAnswer(field=fault.column, value=fault.shown, message=message)


def refused_by(error: ValidationError, *, of_kind: bool = False) -> Refused:
    """What is said of input that is not of its shape: each field with what it accepts.

    Where the shape is chosen by the input's kind (``of_kind``), that is no part of a field's place.
    """
    return Refused(_REFUSED, [_fault(dict(one), of_kind=of_kind) for one in error.errors(include_url=False)])


def _fault(one: Mapping[str, Any], *, of_kind: bool) -> Fault:
    value = one["input"]
    shown = str(value) if isinstance(value, str | int | float | bool) else None
    place = ("kind",) if one["type"] in _OF_KIND else one["loc"][1 if of_kind else 0 :]
    return Fault(column=".".join(map(str, place)) or None, value=shown, message=_accepted(one))


def _accepted(one: Mapping[str, Any]) -> Phrase:
    """What a field accepts, in our words."""
    context = one.get("ctx", {})
    match one["type"]:
        case "string_too_long":
            return phrase("At most {most} characters are accepted.", most=int(context["max_length"]))
        case "too_long":
            return phrase("At most {most} are accepted.", most=int(context["max_length"]))
        case "greater_than_equal":
            return phrase("At least {least} is accepted.", least=int(context["ge"]))
        case "less_than_equal":
            return phrase("At most {most} is accepted.", most=int(context["le"]))
        case "union_tag_invalid" | "enum" | "literal_error":
            return _one_of(context.get("expected_tags") or context["expected"])
        case kind:
            return _SAID.get(kind, _NOT_ACCEPTED)


def _one_of(quoted: str) -> Phrase:
    """One of the words is accepted that stand in quotes among the library's own."""
    return phrase("Accepted: {words}.", words=", ".join(_QUOTED.findall(quoted)))
