"""Screens: check the permission, clean the input, one action or a few queries, choose the answer."""
