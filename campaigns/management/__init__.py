"""What campaigns offers on the command line."""
