"""WHEN it is said, to whom again, and how fast. Pure decisions in, effects through ports."""
