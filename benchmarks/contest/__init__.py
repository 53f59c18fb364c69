"""Generators of layouts against each other on the planted bugs."""
