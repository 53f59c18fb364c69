"""What is another in one graph than in another: nodes, leaves that are reached, bytes that backward keeps."""
