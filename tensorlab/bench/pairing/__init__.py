"""Calls side by side: blocks in random turns, ratios of pairs, and what may be wrong with them."""
