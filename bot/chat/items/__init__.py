"""The desks of items: who submits them, and who decides about them."""
