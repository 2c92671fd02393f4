"""Doors to systems of others."""
