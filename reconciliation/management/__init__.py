"""Commands of the manage.py script."""
