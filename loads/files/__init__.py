"""Files as people's programs write them, read as lines of text."""
