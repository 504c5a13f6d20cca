"""The chat: one file for each person's desk, and the routing of what people do to them."""
