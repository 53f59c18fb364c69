"""What backward keeps: every saved tensor with its bytes, its owner, and who else holds them."""
