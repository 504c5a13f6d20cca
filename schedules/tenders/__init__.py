"""When people hear of a matter's steps: limits on the official calendar, prompts, what is moved, broken or overdue."""
