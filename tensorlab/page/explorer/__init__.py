"""The stride explorer: one page that works from a file, with a start put into it."""
