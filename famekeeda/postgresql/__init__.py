"""Django's PostgreSQL backend with prepared statements and a cheaper health check for pooled connections."""
