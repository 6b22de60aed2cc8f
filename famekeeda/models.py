"""What famekeeda itself stores: nothing but the right to forget a creator."""

from django.db import models


class Creator(models.Model):
    """Stands for creators, who have no table of their own, so that there can be a right to forget one."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions = [("forget_creator", "Can forget a creator for good")]

    def __str__(self) -> str:
        return f"creator {self.pk}"
