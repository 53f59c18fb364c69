"""Other processes: what may crash or hang is asked of one of these."""
