"""The drawing vocabulary: what a picture is made of. Knows nothing of what is drawn, nor of how."""
