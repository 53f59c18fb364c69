"""Every live tensor of the process, who refers to it, and what changed between two points in time."""
