"""What the apps' admin tables share, and the tables of famekeeda itself.

Django's autodiscovery imports this package, which registers the tables."""

from famekeeda.admin import accounts, events

__all__ = ["accounts", "events"]
