"""The web server with deadlines so short that a test can wait for them."""

from famekeeda.serving import bodies, responses, rsgi

bodies.MAX_BODY_SECONDS = 3
bodies.MAX_CHUNK_SECONDS = 1
bodies.MAX_SKIPPED_SECONDS = 1
responses.MAX_PAUSE_SECONDS = 1
rsgi.MAX_UPLOAD_WAIT_SECONDS = 0.5
application = rsgi.application
