"""Where NaN and infinities were born, followed through the calls that were recorded."""
