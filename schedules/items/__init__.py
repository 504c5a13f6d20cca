"""When items are due, who approves them, and what becomes of them."""
