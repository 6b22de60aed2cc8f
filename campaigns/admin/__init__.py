"""The pages of campaigns in the admin. Django's autodiscovery imports this package, which registers the tables."""

from campaigns.admin import creators, deal_table, deliverable_table, tables

__all__ = ["creators", "deal_table", "deliverable_table", "tables"]
