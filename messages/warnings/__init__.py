"""Warnings (预警): a graded reminder about one post, from its issue to its release."""
