"""Language models: the client that asks them, what their servers can do, and what can go wrong there."""
