"""Which storages and which bytes belong together."""
