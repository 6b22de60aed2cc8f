"""A pytest plugin that starts the tests' own PostgreSQL and Valkey before Django reads its settings."""
