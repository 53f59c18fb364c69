"""Capturing autograd graphs: the networks, the tools, and one capture in a process of its own."""
