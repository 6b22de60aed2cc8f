"""What is kept, for how long, and how a creator is forgotten."""
