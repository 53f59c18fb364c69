"""Workloads, what they cost, and what the clock said."""
