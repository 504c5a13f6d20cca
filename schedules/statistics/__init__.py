"""What notices have come to (成效评估): counted as it happens, and looked at by units, periods, categories, people."""
