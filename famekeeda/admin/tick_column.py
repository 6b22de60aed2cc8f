"""Boxes in a table of the admin that tick creators, and below the table what can be done with those who are ticked."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin

from famekeeda.actions import ticks


class TicksCreators(ModelAdmin):
    """Tables of rows with an `influencer_id`; a base that stands before NamesCreators. The boxes stand in the column
    `tick`, which is hidden from users who may do nothing with creators. `anchor` names the table in an address."""

    list_after_template = "admin/ticks_below.html"
    anchor = "creators"

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        table = super().get_changelist_instance(request)
        table.ticks = ticks(request, self.anchor, "", [row.influencer_id for row in table.result_list])
        return table

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        columns = super().get_list_display(request)
        may_act = ticks(request, self.anchor, "", []) is not None
        return [column for column in columns if column != "tick" or may_act]

    @admin.display(description="")
    def tick(self, row: Any) -> SafeString:
        context = {"influencer_id": row.influencer_id, "names": row.table.creator_names, "ticks": row.table.ticks}
        return render_to_string("admin/tick.html", context)
