"""Bugs that layouts bring to light, each with a twin that is right."""
