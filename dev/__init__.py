"""What only a laptop needs: `make run`, the embedded PostgreSQL and Valkey, the demo servers."""
