"""What people type, cleaned: one file a page."""
