"""Links, and who earned what."""
