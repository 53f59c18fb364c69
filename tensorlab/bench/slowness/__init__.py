"""Why one call takes as long as it does: what ran, what was moved, and what would help, measured."""
