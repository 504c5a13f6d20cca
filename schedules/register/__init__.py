"""The risk register at work: who writes, submits, reviews and publishes, and who is told and asked of it."""
