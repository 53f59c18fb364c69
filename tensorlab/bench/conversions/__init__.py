"""Conversions between containers, each tried in a process of its own: what shares, what copies, what is lost."""
