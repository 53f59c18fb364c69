"""What an object is in memory: adapters that read a layout from a list, an array, a buffer or a tensor."""
