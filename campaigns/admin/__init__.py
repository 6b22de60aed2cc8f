"""The pages of campaigns in the admin. Django's autodiscovery imports this package, which registers the tables."""

from campaigns.admin import deals, deliverables

__all__ = ["deals", "deliverables"]
