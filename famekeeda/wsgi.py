"""Django as a WSGI application, for famekeeda.serving or any WSGI server behind a front that waits for bodies."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from famekeeda.postgresql.timeouts import limit_statements

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "famekeeda.settings")

application = get_wsgi_application()
limit_statements()

# Objects that exist now live as long as the process. Unless frozen, they make a full garbage collection take 0.1 s,
# during which no request is answered.
get_resolver().url_patterns  # noqa: B018 - loads the views
gc.collect()
gc.freeze()
