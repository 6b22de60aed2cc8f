"""The pages of loads in the admin. Django's autodiscovery imports this package, which registers the tables."""

from loads.admin import tables

__all__ = ["tables"]
