"""The pages of briefs in the admin. Django's autodiscovery imports this package, which registers the tables."""

from briefs.admin import catalogues, tables

__all__ = ["catalogues", "tables"]
