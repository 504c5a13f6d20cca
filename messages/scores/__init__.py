"""Scores (积分): what the ledger says that counts, and what comes of it."""
