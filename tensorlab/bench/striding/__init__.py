"""What strides and other layouts cost: measured, and predicted from cache lines, pages and elements."""
