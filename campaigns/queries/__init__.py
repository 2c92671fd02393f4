"""One function for each question; returns rows or values."""
