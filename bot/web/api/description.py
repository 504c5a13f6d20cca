"""The interface's description (OpenAPI 3.1), made from the very shapes that read requests and write answers."""

import json
from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from typing import Any, Final

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from bot.web.api import item_shapes, matter_given
from bot.web.api.door import MOST_BYTES, ROOT
from bot.web.api.item_shapes import ItemAnswer, ItemPage
from bot.web.api.matter_shapes import MatterAnswer, MatterPage
from bot.web.api.matters import MOST_BYTES as MOST_OF_MATTER
from bot.web.api.operations import ITEM_GIVEN, MATTER_GIVEN, REFERENCE, operations
from bot.web.api.problems import PROBLEM
from bot.web.api.shapes import Problem
from bot.web.api.statistics_shapes import StatisticsAnswer
from bot.web.api.warning_shapes import PostWarnings
from messages.api_tokens import ApiScope
from messages.file_types import MOST_FILE_BYTES, MOST_FILES_BYTES

_ANSWERS: Final = (ItemAnswer, ItemPage, PostWarnings, MatterAnswer, MatterPage, StatisticsAnswer, Problem)
_GIVEN: Final[Mapping[str, TypeAdapter[Any]]] = {
    ITEM_GIVEN: item_shapes.ITEM_GIVEN,
    MATTER_GIVEN: matter_given.MATTER_GIVEN,
}
_WAIT: Final = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}}
_PROBLEMS: Final[Mapping[HTTPStatus, str]] = {
    HTTPStatus.BAD_REQUEST: "The body is no JSON.",
    HTTPStatus.UNAUTHORIZED: "There is no good token: none was given, or it has expired or been revoked.",
    HTTPStatus.FORBIDDEN: "The token is not good for this, or its person may not do it.",
    HTTPStatus.NOT_FOUND: "There is nothing of that kind; or it is one that is not open to the token's person: "
    "the one is not told from the other.",
    HTTPStatus.METHOD_NOT_ALLOWED: "The address does not take this method.",
    HTTPStatus.REQUEST_TIMEOUT: "The body did not arrive in time.",
    HTTPStatus.CONFLICT: "It is of the right shape, but the office cannot take it as things stand: each field is named "
    "with why, such as a file whose content is not of its type. Or the key of the request came with another body "
    "before.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: f"The body of an item is larger than {MOST_BYTES} bytes, a "
    f"file than {MOST_FILE_BYTES} or all files together than {MOST_FILES_BYTES}; or the body of a matter is larger "
    f"than {MOST_OF_MATTER} bytes.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is not of the type application/json.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Fields are not accepted: each is named with what is. A name that stands twice is "
    "one of them.",
    HTTPStatus.TOO_MANY_REQUESTS: "The token was used too often within a minute.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "It failed on our side.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The database is away for the moment.",
}
_LATER: Final = (429, 503)


def described() -> dict[str, Any]:
    """The whole description."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "廉讯 lianxun",
            "version": "1",
            "description": "Items submitted and tenders told by other systems, and how they stand; statistics. Every "
            "instant has its offset; every refusal is a problem of RFC 9457, with the fields that are not accepted.",
        },
        "servers": [{"url": ROOT}],
        "security": [{"token": []}],
        "paths": operations(),
        "components": {
            "schemas": _schemas(),
            "responses": {str(status.value): _problem(status) for status in _PROBLEMS},
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A token that «lianxun tokens issue» shows. Its scopes: " + ", ".join(ApiScope),
                }
            },
        },
    }


@cache  # a test process makes the service many times over
def written() -> str:
    """The same, as it is served."""
    return json.dumps(described(), ensure_ascii=False)


def _problem(status: HTTPStatus) -> dict[str, Any]:
    headers = _WAIT if status in _LATER else {}
    schema = {"$ref": REFERENCE.format(model=Problem.__name__)}
    return {"description": _PROBLEMS[status], "headers": headers, "content": {PROBLEM: {"schema": schema}}}


def _schemas() -> dict[str, Any]:
    """Every shape by its name: of a request as it is read, of an answer as it is written."""
    answers: list[tuple[str, JsonSchemaMode, TypeAdapter[Any]]] = [
        (answer.__name__, "serialization", TypeAdapter(answer)) for answer in _ANSWERS
    ]
    given: list[tuple[str, JsonSchemaMode, TypeAdapter[Any]]] = [
        (name, "validation", shape) for name, shape in _GIVEN.items()
    ]
    found, rest = TypeAdapter.json_schemas([*given, *answers], by_alias=True, ref_template=REFERENCE)
    named = {name: found[name, "validation"] for name in _GIVEN if "$ref" not in found[name, "validation"]}
    return {**rest["$defs"], **named}
