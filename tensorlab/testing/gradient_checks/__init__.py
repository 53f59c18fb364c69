"""Gradients: backward against finite differences, number by number, and whatever the layouts."""
