"""One file a command; a command reads its arguments, asks or acts once, and prints."""
