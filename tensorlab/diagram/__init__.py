"""Records to scenes: decides what is drawn, not how."""
