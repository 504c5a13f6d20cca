"""Scores (积分): when what counts, who closes a period, and what people are told of it."""
