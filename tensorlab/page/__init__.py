"""Whole pages: self-contained HTML with a program inside."""
