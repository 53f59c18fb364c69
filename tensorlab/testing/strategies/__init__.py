"""Hypothesis strategies: numbers are drawn first, then the object is built; the extra ``testing`` has Hypothesis."""
