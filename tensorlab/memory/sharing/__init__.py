"""Whether two objects share a byte, and whether one shares bytes with itself."""
