"""What tests of briefs share."""

import pytest


@pytest.fixture
def empty_catalogues(db):
    """Without the trends, personas and angles that the migrations bring."""
    from briefs.models import Angle, Persona, Trend

    for catalogue in (Trend, Persona, Angle):
        catalogue.objects.all().delete()
