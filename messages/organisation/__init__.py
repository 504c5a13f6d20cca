"""Who there is: units, posts, people, and who holds which post."""
