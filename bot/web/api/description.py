"""The interface's description (OpenAPI 3.1), made from the very shapes that read requests and write answers."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from bot.web.api.door import MOST_BYTES, ROOT
from bot.web.api.item_shapes import ITEM_GIVEN, ItemAnswer, ItemPage
from bot.web.api.items import KEY_PATTERN, LONGEST_KEY
from bot.web.api.problems import PROBLEM
from bot.web.api.shapes import LONGEST_CODE, Paging, Problem, Shape
from bot.web.api.warning_shapes import PostWarnings
from messages.api_tokens import KEY_HEADER, ApiScope
from messages.file_types import MOST_FILE_BYTES, MOST_FILES_BYTES

_JSON: Final = "application/json"
_ANSWERS: Final = (ItemAnswer, ItemPage, PostWarnings, Problem)
_ITEM_GIVEN: Final = "ItemGiven"
_REFERENCE: Final = "#/components/schemas/{model}"
_WAIT: Final = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}}
_WHERE: Final = {"Location": {"description": "Where the item is.", "schema": {"type": "string"}}}
_AGAIN: Final = {
    "Idempotent-Replayed": {
        "description": "Given with an answer that was given before.",
        "schema": {"type": "string", "const": "true"},
    }
}
_LEADS: Final = {
    "links": {"show": {"operationId": "showItem", "parameters": {"id": "$response.body#/id"}}},
}
_EXAMPLES: Final = {
    "caution": {
        "value": {
            "ref": "SJ-2026-018",
            "kind": "audit",
            "title": "经济责任审计发现的问题",
            "text": "请对照检查。",
            "date": "2026-09-18",
            "audience": "unit:财政局",
        }
    },
    "reminder": {
        "value": {
            "kind": "complaints",
            "title": "群众投诉举报相对集中",
            "text": "请自查自纠，并书面说明。",
            "date": "2026-09-18",
            "grade": "blue",
            "posts": ["CZ-012"],
        }
    },
}
_PROBLEMS: Final[Mapping[HTTPStatus, str]] = {
    HTTPStatus.BAD_REQUEST: "The body is no JSON.",
    HTTPStatus.UNAUTHORIZED: "There is no good token: none was given, or it has expired or been revoked.",
    HTTPStatus.FORBIDDEN: "The token is not good for this, or its person may not do it.",
    HTTPStatus.NOT_FOUND: "There is nothing of that kind; or it is an item that is not open to the token's person: "
    "the one is not told from the other.",
    HTTPStatus.METHOD_NOT_ALLOWED: "The address does not take this method.",
    HTTPStatus.REQUEST_TIMEOUT: "The body did not arrive in time.",
    HTTPStatus.CONFLICT: "It is of the right shape, but the office cannot take it as things stand: each field is named "
    "with why, such as a file whose content is not of its type. Or the key of the request came with another body "
    "before.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: f"The body is larger than {MOST_BYTES} bytes, a file than "
    f"{MOST_FILE_BYTES} or all files together than {MOST_FILES_BYTES}.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is not of the type application/json.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Fields are not accepted: each is named with what is. A name that stands twice is "
    "one of them.",
    HTTPStatus.TOO_MANY_REQUESTS: "The token was used too often within a minute.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "It failed on our side.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The database is away for the moment.",
}
_ALWAYS: Final = (401, 403, 405, 429, 500, 503)
_LATER: Final = (429, 503)


def described() -> dict[str, Any]:
    """The whole description."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "廉讯 lianxun",
            "version": "1",
            "description": "Items submitted by other systems, and how they stand. Every instant has its offset; every "
            "refusal is a problem of RFC 9457, with the fields that are not accepted.",
        },
        "servers": [{"url": ROOT}],
        "security": [{"token": []}],
        "paths": {
            "/items": {"post": _submitting(), "get": _listing()},
            "/items/{id}": {"get": _showing()},
            "/posts/{code}/warnings": {"get": _looking()},
        },
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


def _submitting() -> dict[str, Any]:
    key = {
        "name": KEY_HEADER,
        "in": "header",
        "description": "A key of the request's own: the same key with the same body gets the same answer again, for "
        "30 days; with another body it is refused.",
        "schema": {"type": "string", "pattern": KEY_PATTERN, "maxLength": LONGEST_KEY},
    }
    return {
        "operationId": "submitItem",
        "summary": "Submit an item",
        "description": _scope(ApiScope.SUBMIT),
        "parameters": [key],
        "requestBody": {"required": True, "content": {_JSON: {"schema": _named(_ITEM_GIVEN), "examples": _EXAMPLES}}},
        "responses": {
            "201": _answered("It was submitted.", ItemAnswer, _WHERE | _AGAIN) | _LEADS,
            "200": _answered("It was submitted before, under the same ref.", ItemAnswer, _WHERE | _AGAIN) | _LEADS,
            **_refusals(400, 408, 409, 413, 415, 422),
        },
    }


def _listing() -> dict[str, Any]:
    return {
        "operationId": "listItems",
        "summary": "The own items, the newest first",
        "description": _scope(ApiScope.READ),
        "parameters": _paging(),
        "responses": {"200": _answered("A page of them.", ItemPage), **_refusals(422)},
    }


def _showing() -> dict[str, Any]:
    number = {"type": "integer", "minimum": 0, "maximum": 10**18 - 1}
    return {
        "operationId": "showItem",
        "summary": "One item",
        "description": _scope(ApiScope.READ),
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": number}],
        "responses": {"200": _answered("The item as it stands.", ItemAnswer), **_refusals(404)},
    }


def _looking() -> dict[str, Any]:
    code = {"type": "string", "minLength": 1, "maxLength": LONGEST_CODE}
    return {
        "operationId": "showWarnings",
        "summary": "The warnings of a post",
        "description": "Open to the post's holder, to posts of the same or a higher level, and to those who look after "
        "the unit. That somebody looked is recorded. " + _scope(ApiScope.SEE_WARNINGS),
        "parameters": [{"name": "code", "in": "path", "required": True, "schema": code}, *_paging()],
        "responses": {"200": _answered("A page of them.", PostWarnings), **_refusals(404, 422)},
    }


def _scope(scope: ApiScope) -> str:
    return f"The token's scope: {scope.value}."


def _paging() -> list[dict[str, Any]]:
    fields = Paging.model_json_schema()["properties"]
    return [{"name": name, "in": "query", "schema": schema} for name, schema in fields.items()]


def _answered(what: str, shape: type[Shape], headers: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {"description": what, "headers": headers or {}, "content": {_JSON: {"schema": _named(shape)}}}


def _refusals(*more: int) -> dict[str, Any]:
    return {str(status): {"$ref": f"#/components/responses/{status}"} for status in sorted((*_ALWAYS, *more))}


def _problem(status: HTTPStatus) -> dict[str, Any]:
    headers = _WAIT if status in _LATER else {}
    return {"description": _PROBLEMS[status], "headers": headers, "content": {PROBLEM: {"schema": _named(Problem)}}}


def _named(shape: type[Shape] | str) -> dict[str, str]:
    return {"$ref": _REFERENCE.format(model=shape if isinstance(shape, str) else shape.__name__)}


def _schemas() -> dict[str, Any]:
    """Every shape by its name: of a request as it is read, of an answer as it is written."""
    answers: list[tuple[str, JsonSchemaMode, TypeAdapter[Any]]] = [
        (answer.__name__, "serialization", TypeAdapter(answer)) for answer in _ANSWERS
    ]
    given: tuple[str, JsonSchemaMode, TypeAdapter[Any]] = (_ITEM_GIVEN, "validation", ITEM_GIVEN)
    found, rest = TypeAdapter.json_schemas([given, *answers], by_alias=True, ref_template=_REFERENCE)
    return {**rest["$defs"], _ITEM_GIVEN: found[_ITEM_GIVEN, "validation"]}
