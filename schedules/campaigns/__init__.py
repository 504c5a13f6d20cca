"""Campaigns (专项): who starts, approves and ends one, and what follows of it by itself."""
