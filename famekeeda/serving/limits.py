"""Limits of one web server process: threads, bodies in memory, uploads."""

MAX_THREADS = 32
MAX_PROBE_THREADS = 2
LARGE_BODY_BYTES = 100_000
MAX_LARGE_BODIES = 32  # at once, in memory
MAX_UPLOADS = 4  # at once: each holds a thread until its file is stored
MAX_UPLOAD_WAIT_SECONDS = 10
