"""What each address of the interface does, takes and answers, as its description (OpenAPI 3.1) says it."""

from collections.abc import Mapping
from typing import Any, Final

from bot.web.api.item_shapes import ItemAnswer, ItemPage
from bot.web.api.keys import KEY_PATTERN, LONGEST_KEY
from bot.web.api.matter_shapes import MatterAnswer, MatterPage, MattersWanted
from bot.web.api.shapes import LONGEST_CODE, Paging, Shape
from bot.web.api.statistics_shapes import StatisticsAnswer, StatisticsWanted
from bot.web.api.warning_shapes import PostWarnings
from messages.api_tokens import KEY_HEADER, ApiScope
from messages.tenders.records import LONGEST_REF

JSON: Final = "application/json"
ITEM_GIVEN: Final = "ItemGiven"
MATTER_GIVEN: Final = "MatterGiven"
REFERENCE: Final = "#/components/schemas/{model}"

_ALWAYS: Final = (401, 403, 405, 429, 500, 503)
_AGAIN: Final = {
    "Idempotent-Replayed": {
        "description": "Given with an answer that was given before.",
        "schema": {"type": "string", "const": "true"},
    },
    "Location": {"description": "Where it is.", "schema": {"type": "string"}},
}
_LEADS_TO_ITEM: Final = {
    "links": {"show": {"operationId": "showItem", "parameters": {"id": "$response.body#/id"}}},
}
_LEADS_TO_MATTER: Final = {
    "links": {"show": {"operationId": "showTender", "parameters": {"ref": "$response.body#/ocid"}}},
}
_ITEMS: Final = {
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
_MATTERS: Final = {
    "tender": {
        "value": {
            "ref": "ZB-2026-018",
            "kind": "tender",
            "title": "滨河路改造工程",
            "buyer": "区住房和城乡建设局",
            "method": "open",
            "amount": 12000000,
            "state": "active",
            "milestones": [
                {"kind": "documents_from", "at": "2026-10-12"},
                {"kind": "bid_deadline", "at": "2026-11-03T09:30:00+08:00"},
                {"kind": "opening", "at": "2026-11-03T09:30:00+08:00"},
            ],
            "posts": {"opening": ["ZJ-012"]},
        }
    },
}


def operations() -> dict[str, Any]:
    """Every address, below the interface's own."""
    return {
        "/items": {"post": _submitting(), "get": _listing()},
        "/items/{id}": {"get": _showing()},
        "/posts/{code}/warnings": {"get": _looking()},
        "/tenders": {"post": _telling(), "get": _listing_matters()},
        "/tenders/{ref}": {"get": _showing_matter()},
        "/statistics": {"get": _showing_statistics()},
    }


def _submitting() -> dict[str, Any]:
    return {
        "operationId": "submitItem",
        "summary": "Submit an item",
        "description": _scope(ApiScope.SUBMIT),
        "parameters": [_key()],
        "requestBody": {"required": True, "content": {JSON: {"schema": _named(ITEM_GIVEN), "examples": _ITEMS}}},
        "responses": {
            "201": _answered("It was submitted.", ItemAnswer, _AGAIN) | _LEADS_TO_ITEM,
            "200": _answered("It was submitted before, under the same ref.", ItemAnswer, _AGAIN) | _LEADS_TO_ITEM,
            **_refusals(400, 408, 409, 413, 415, 422),
        },
    }


def _listing() -> dict[str, Any]:
    return {
        "operationId": "listItems",
        "summary": "The own items, the newest first",
        "description": _scope(ApiScope.READ),
        "parameters": _query(Paging),
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
        "parameters": [{"name": "code", "in": "path", "required": True, "schema": code}, *_query(Paging)],
        "responses": {"200": _answered("A page of them.", PostWarnings), **_refusals(404, 422)},
    }


def _telling() -> dict[str, Any]:
    return {
        "operationId": "tellTender",
        "summary": "Tell of a tender, a purchase or a recruitment",
        "description": "Of one that is known already what is told is taken over it, and what is not named stays; the "
        "same again changes nothing. " + _scope(ApiScope.TELL_MATTERS),
        "parameters": [_key()],
        "requestBody": {"required": True, "content": {JSON: {"schema": _named(MATTER_GIVEN), "examples": _MATTERS}}},
        "responses": {
            "201": _answered("It was not known before.", MatterAnswer, _AGAIN) | _LEADS_TO_MATTER,
            "200": _answered("It was known before.", MatterAnswer, _AGAIN) | _LEADS_TO_MATTER,
            **_refusals(400, 408, 409, 413, 415, 422),
        },
    }


def _listing_matters() -> dict[str, Any]:
    return {
        "operationId": "listTenders",
        "summary": "The matters that are open to the token's person, those that changed last first",
        "description": _scope(ApiScope.SEE_MATTERS),
        "parameters": _query(MattersWanted),
        "responses": {"200": _answered("A page of them.", MatterPage), **_refusals(422)},
    }


def _showing_matter() -> dict[str, Any]:
    ref = {"type": "string", "minLength": 1, "maxLength": LONGEST_REF}
    return {
        "operationId": "showTender",
        "summary": "One matter with its dates, limits and prompts",
        "description": _scope(ApiScope.SEE_MATTERS),
        "parameters": [{"name": "ref", "in": "path", "required": True, "schema": ref}],
        "responses": {"200": _answered("The matter as it stands.", MatterAnswer), **_refusals(404)},
    }


def _showing_statistics() -> dict[str, Any]:
    return {
        "operationId": "showStatistics",
        "summary": "What the notices of a period have come to",
        "description": "Of the units that the token's person looks after, or of one of them. A notice belongs to the "
        "day on which it is sent. " + _scope(ApiScope.SEE_STATISTICS),
        "parameters": _query(StatisticsWanted),
        "responses": {"200": _answered("The figures.", StatisticsAnswer), **_refusals(404, 422)},
    }


def _key() -> dict[str, Any]:
    return {
        "name": KEY_HEADER,
        "in": "header",
        "description": "A key of the request's own: the same key with the same body gets the same answer again, for "
        "30 days; with another body it is refused.",
        "schema": {"type": "string", "pattern": KEY_PATTERN, "maxLength": LONGEST_KEY},
    }


def _scope(scope: ApiScope) -> str:
    return f"The token's scope: {scope.value}."


def _query(shape: type[Shape]) -> list[dict[str, Any]]:
    fields = shape.model_json_schema()["properties"]
    return [{"name": name, "in": "query", "schema": schema} for name, schema in fields.items()]


def _answered(what: str, shape: type[Shape], headers: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {"description": what, "headers": headers or {}, "content": {JSON: {"schema": _named(shape)}}}


def _refusals(*more: int) -> dict[str, Any]:
    return {str(status): {"$ref": f"#/components/responses/{status}"} for status in sorted((*_ALWAYS, *more))}


def _named(shape: type[Shape] | str) -> dict[str, str]:
    return {"$ref": REFERENCE.format(model=shape if isinstance(shape, str) else shape.__name__)}
