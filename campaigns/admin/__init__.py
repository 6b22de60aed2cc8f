"""The pages of campaigns in the admin. Django's autodiscovery imports this package, which registers the tables."""

from campaigns.admin import creators, deals, deliverable_table, tables

__all__ = ["creators", "deals", "deliverable_table", "tables"]
