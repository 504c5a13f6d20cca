"""Telegram's wire: the transport, the table of errors, sending, keyboards and the intake of updates."""
