"""The WSGI entry point, for granian or any other WSGI server."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "famekeeda.settings")

application = get_wsgi_application()

# What is loaded now stays. Looking through all of it for garbage once stopped every request for 0.1 s.
get_resolver().url_patterns  # noqa: B018 - loads the views
gc.collect()
gc.freeze()
