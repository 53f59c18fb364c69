"""Where elements lie: shape, strides, offset and itemsize, as integers. Imports the standard library only."""
