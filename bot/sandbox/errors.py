"""The Bot API's refusals, in its own words: clients tell them apart by code and description."""

from typing import Any


class ApiError(Exception):
    """A refusal: HTTP status and ``error_code``, a description, and the ``parameters`` that stand beside it."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        """Keep the three parts of the answer."""
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.parameters = parameters

    def answer(self) -> dict[str, Any]:
        """The answer's JSON."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


class LineDropped(Exception):
    """The connection is to be cut without an answer."""


def bad_request(what: str) -> ApiError:
    """A 400 with the API's prefix."""
    return ApiError(400, f"Bad Request: {what}")


def too_many(retry_after: int) -> ApiError:
    """A flood error: silent for ``retry_after`` seconds, please."""
    return ApiError(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)


def blocked() -> ApiError:
    """The person has blocked the bot."""
    return ApiError(403, "Forbidden: bot was blocked by the user")


def deactivated() -> ApiError:
    """The person's account is gone."""
    return ApiError(403, "Forbidden: user is deactivated")


def kicked() -> ApiError:
    """The bot was put out of a group."""
    return ApiError(403, "Forbidden: bot was kicked from the group chat")


def migrated(chat_id: int) -> ApiError:
    """The group is a supergroup now, under another id."""
    what = "Bad Request: group chat was upgraded to a supergroup chat"
    return ApiError(400, what, migrate_to_chat_id=chat_id)


def chat_not_found() -> ApiError:
    """The bot has never met that chat."""
    return bad_request("chat not found")


def conflict(why: str) -> ApiError:
    """Two ways of receiving updates at once."""
    return ApiError(409, f"Conflict: {why}")
