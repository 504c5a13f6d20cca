"""How the bot receives updates, and answers a press."""

from typing import Any, Final

from bot.sandbox.errors import bad_request
from bot.sandbox.methods.content import is_address
from bot.sandbox.updates import Webhook
from bot.sandbox.world import Params, Toast, World
from messages.text.marked import length16

_ANSWER_LONGEST: Final = 200


async def get_updates(world: World, params: Params) -> list[dict[str, Any]]:
    """What waits, by long polling."""
    return await world.updates.fetch(
        params.get("offset", 0),
        params.get("limit", 100),
        float(params.get("timeout", 0)),
        params.get("allowed_updates"),
    )


def set_webhook(world: World, params: Params) -> bool:
    """Post updates to an address; an empty one ends it. Plain HTTP is taken, as by a Bot API server of one's own."""
    if params.get("drop_pending_updates"):
        world.updates.forget()
    if not params["url"]:
        world.updates.set_webhook(None)
        return True
    if not is_address(params["url"], ("http", "https")):
        what = "bad webhook: An HTTPS URL must be provided for webhook"
        raise bad_request(what)
    secret = params.get("secret_token", "")
    if not all(sign.isascii() and (sign.isalnum() or sign in "_-") for sign in secret):
        what = "secret token contains unallowed characters"
        raise bad_request(what)
    if (kinds := params.get("allowed_updates")) is not None:
        world.updates.allow(kinds)
    connections = max(1, min(100, params.get("max_connections", 40)))
    world.updates.set_webhook(Webhook(url=params["url"], secret=secret, max_connections=connections))
    return True


def delete_webhook(world: World, params: Params) -> bool:
    """Back to long polling."""
    if params.get("drop_pending_updates"):
        world.updates.forget()
    world.updates.set_webhook(None)
    return True


def get_webhook_info(world: World, _params: Params) -> dict[str, Any]:
    """Where updates are posted to and how that fares."""
    kept, record = world.updates.kept, world.updates.record
    info: dict[str, Any] = {
        "url": kept.webhook.url if kept.webhook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(kept.pending),
    }
    if kept.webhook:
        info["max_connections"] = kept.webhook.max_connections
    if kept.allowed:
        info["allowed_updates"] = list(kept.allowed)
    if record.error_at:
        info |= {"last_error_date": int(record.error_at.timestamp()), "last_error_message": record.error}
    return info


def answer_callback_query(world: World, params: Params) -> bool:
    """Answer a press: once, while it is young, in at most 200 characters."""
    text = params.get("text") or None
    if text is not None and length16(text) > _ANSWER_LONGEST:
        what = "MESSAGE_TOO_LONG"
        raise bad_request(what)
    query = world.close_query(params["callback_query_id"])
    if query is None:
        what = "query is too old and response timeout expired or query ID is invalid"
        raise bad_request(what)
    if not query.answer.done():
        query.answer.set_result(Toast(text=text, show_alert=bool(params.get("show_alert"))))
    return True
