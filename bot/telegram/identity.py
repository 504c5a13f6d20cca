"""Who a token belongs to, asked from the Bot API by a command that does nothing else with the bot."""

from bot.telegram.bot import build_bot


async def username_of(token: str, api_root: str) -> str:
    """The user name of the token's bot. Raises the library's ``TelegramError``, without the token in its text."""
    async with build_bot(token, api_root, connections=1) as bot:
        return bot.username
