"""The truth: tables, and queries by aggregate. Nothing outside this room knows SQL."""
