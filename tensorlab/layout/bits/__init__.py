"""Numbers as bit patterns: read exactly, rounded exactly, by integers alone."""
