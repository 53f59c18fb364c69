"""What nodes save for backward, one slot a tensor."""
