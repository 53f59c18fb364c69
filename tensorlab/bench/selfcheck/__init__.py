"""What may be wrong with figures although the clocks were read well: each doubt with its penalty and a cure."""
