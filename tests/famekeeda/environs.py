"""Two web applications that answer with the environ of their request: by WSGI, and by RSGI as famekeeda builds it."""

import json

from famekeeda.serving.environ import environ_of


def told(environ):
    of_the_request = {name: value for name, value in environ.items() if not name.startswith("wsgi.")}
    return json.dumps(of_the_request | {"scheme": environ["wsgi.url_scheme"]}).encode()


def wsgi(environ, start_response):
    start_response("200 OK", [])
    return [told(environ)]


async def rsgi(scope, proto):
    proto.response_bytes(200, [], told(environ_of(scope, None)))
