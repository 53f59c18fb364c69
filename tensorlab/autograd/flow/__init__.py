"""Gradients as numbers: how large they are at each node and parameter, and what that means."""
