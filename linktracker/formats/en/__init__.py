"""English, as the rest of the product writes it."""
