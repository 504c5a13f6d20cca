"""WHAT is said, about whom, and what was answered. No clock, no network."""
