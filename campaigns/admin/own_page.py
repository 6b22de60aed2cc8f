"""Sends people from Django's pages of a row, which show all of its fields, to the page that shows what they may see."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from unfold.admin import ModelAdmin

from campaigns.event_types import FEE


class PageOfItsOwn(ModelAdmin):
    """A table whose rows have a page of their own: Django's form is for users who may change the row there, its history
    for users who may see fees."""

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.has_change_permission(request):
            return super().change_view(request, object_id, *args, **kwargs)
        return self.own_page(request, object_id)

    def history_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.has_perm(FEE):
            return super().history_view(request, object_id, *args, **kwargs)
        return self.own_page(request, object_id)

    def own_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = self.get_object(request, unquote(object_id))
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return redirect(self.address_of(row))

    def address_of(self, row: Any) -> str:
        return row.get_absolute_url()
