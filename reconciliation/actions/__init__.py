"""One function for each thing that can happen; the only room that writes."""
