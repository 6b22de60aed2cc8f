"""The web server, which waits so long for granian to begin a download that a test notices threads that wait."""

from famekeeda.serving import responses, rsgi

responses.MAX_OPENING_SECONDS = 600
application = rsgi.application
