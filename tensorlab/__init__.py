"""See what a tensor really is."""
