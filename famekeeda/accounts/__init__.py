"""Who signs in, with what, and what they may do: passwords, JWTs, long-lived tokens, rights."""
