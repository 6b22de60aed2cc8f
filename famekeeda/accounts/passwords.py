"""What a changed password ends, beside the sessions and JWTs that Django and simplejwt end themselves."""

from __future__ import annotations

from typing import Any

from famekeeda.models import Token


class EndTokens:
    """A validator of AUTH_PASSWORD_VALIDATORS for its hook alone: it validates nothing."""

    def validate(self, password: str, user: Any = None) -> None:
        pass

    def get_help_text(self) -> str:
        return "A new password signs you out everywhere and ends your API tokens."

    def password_changed(self, password: str, user: Any = None) -> None:
        """Django calls this once a new password is saved; not when it only hashes the same password anew."""
        Token.objects.filter(user=user).delete()
