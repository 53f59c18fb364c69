"""Torch's own operators under layouts that their tests do not try: every OpInfo sample, laid out anew."""
