"""The story of a campaign on its page: its head, its creators as a table and as a board, and what people do there."""
