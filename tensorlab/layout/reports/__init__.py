"""What a layout's integers tell, gathered in records: what it touches, and which memory formats it is in."""
