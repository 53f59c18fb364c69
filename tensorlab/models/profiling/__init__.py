"""Modules told layer by layer: layouts, arithmetic, bytes, seconds, and what is alive when."""
