"""The limits of this machine: measured, kept with its fingerprint, and which of them binds a piece of work."""
