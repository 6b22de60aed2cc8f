"""The demo servers: they stand in, on a laptop, for the services of others that the project calls."""
