"""Autograd graphs as values: what was recorded, what it saved, what it keeps alive, and why backward failed."""
