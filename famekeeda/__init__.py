"""What the apps share: settings, URLs, Celery, local services, the API's manners and the pages that gather panels."""
