"""The clock of a device: its own events, streams, graphs and clock rates; nothing here sets any of them."""
