"""A repeated POST of a campaign shows no budget to a user who may not see budgets any more."""

import pytest
from django.contrib.auth.models import Permission

from campaigns.models import Campaign

NEW = {"name": "Spring", "budget": "1200.00", "currency": "EUR"}


@pytest.mark.parametrize("right", ["view_fee", "add_campaign", "view_campaign"])
def test_a_repeat_is_judged_by_todays_rights(ask, mara, right):
    assert ask("post", "/campaigns", NEW, Idempotency_Key="k").json()["budget"] == "1200.00"
    mara.user_permissions.remove(Permission.objects.get(codename=right))

    repeat = ask("post", "/campaigns", NEW, Idempotency_Key="k")

    assert repeat.status_code == 403
    assert f"campaigns.{right}" in repeat.json()["detail"]
    assert "1200.00" not in repeat.content.decode()
    assert Campaign.objects.count() == 1
