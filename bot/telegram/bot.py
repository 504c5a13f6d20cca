"""The bot: python-telegram-bot's, over our transport, and without the token."""

from typing import Final

from telegram.ext import BaseRateLimiter, ExtBot

from bot.telegram.transport import HIDDEN, AiohttpRequest

_POLLING_CONNECTIONS: Final = 2
"""One for the long poll, one for a poll that begins while the last is being given up."""


def build_bot(
    token: str,
    api_root: str,
    meter: BaseRateLimiter[str] | None = None,
    *,
    connections: int = 64,
    read_timeout: float = 10,
) -> ExtBot[str]:
    """A bot for ``token`` at ``api_root`` (no trailing slash); ``initialize`` it before use, ``shutdown`` it after.

    The library logs the bot's URL and shows the token in the bot's text and in errors, so it is given neither: the
    transport alone knows the token. ``connections`` is also the most requests at a time. Without a ``meter``, which
    counts what is sent, it may only ask.
    """
    return ExtBot(
        HIDDEN,
        base_url=lambda hidden: f"{api_root}/bot{hidden}",
        base_file_url=lambda hidden: f"{api_root}/file/bot{hidden}",
        request=AiohttpRequest(token=token, connections=connections, read_timeout=read_timeout),
        get_updates_request=AiohttpRequest(token=token, connections=_POLLING_CONNECTIONS, read_timeout=read_timeout),
        rate_limiter=meter,
    )


async def hang_up(bot: ExtBot[str]) -> None:
    """Close what a bot has open, also where it never reached the Bot API: the library closes only what greeted."""
    await bot.shutdown()
    for request in bot._request:  # noqa: SLF001 -- both of its pools; the library names one of them only
        await request.shutdown()
