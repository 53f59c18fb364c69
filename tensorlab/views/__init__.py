"""View operations as functions on layouts: a view, or the reason why the elements must be copied."""
