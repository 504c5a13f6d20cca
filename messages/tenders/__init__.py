"""Matters (tenders, government procurement, recruitment): what is known of them, and what their limits come to."""
