"""All that is recorded about a person, for that person: collected, and told as text and as a file for programs."""
