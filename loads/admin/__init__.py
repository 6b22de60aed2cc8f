"""The admin of loads: Django finds it here and registers its tables."""

from loads.admin import tables

__all__ = ["tables"]
