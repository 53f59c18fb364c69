"""What broke a backward, and why a gradient is not there."""
