"""What the apps share: settings, URLs, Celery, local services, the API's manners and the pages that gather panels."""

from famekeeda.celery import app as celery_app

__all__ = ["celery_app"]
