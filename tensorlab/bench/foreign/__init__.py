"""Files of runs that other programs wrote."""
