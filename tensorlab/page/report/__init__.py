"""A run as a page: tables, plots, doubts, environment, raw data."""
