"""The HTTP interface for other systems, below ``/api/v1`` (decision 26)."""
