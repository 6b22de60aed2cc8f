"""Every path of the schema, called with generated values: no 5xx, and no response that the schema does not describe."""

import pytest
import schemathesis
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, settings
from rest_framework_simplejwt.tokens import AccessToken

from tests import factories

schema = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(request=None, public=True))
CHECKS = [
    schemathesis.checks.not_a_server_error,
    schemathesis.checks.CHECKS.get_one("status_code_conformance"),
    schemathesis.checks.CHECKS.get_one("content_type_conformance"),
    schemathesis.checks.CHECKS.get_one("response_schema_conformance"),
]


@pytest.mark.django_db(transaction=True)
@schema.parametrize()
@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_no_question_breaks_the_service_or_its_schema(case, live_server, fake_llm, worker):
    from django.contrib.auth.models import User

    user = User.objects.filter(username="ken").first() or factories.user("ken", is_superuser=True)
    factories.load()
    headers = {"Authorization": f"Bearer {AccessToken.for_user(user)}"}
    case.call_and_validate(base_url=live_server.url, headers=headers, checks=CHECKS, timeout=10)
