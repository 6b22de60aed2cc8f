"""Deliverables as the API takes and shows them."""

from __future__ import annotations

from rest_framework import serializers

from campaigns.models import Deliverable
from campaigns.models.revised import MAX_NOTE
from campaigns.serializers.fields import DayField, Line, LinkField, PlatformField, Text
from famekeeda.api import PageQuery, StrictSerializer


class DeliverablesQuery(PageQuery):
    state = serializers.ChoiceField(Deliverable.State.choices, required=False)


class NewDeliverable(StrictSerializer):
    """What a creator is to deliver. It begins as planned."""

    format = Line(max_length=60, help_text="Such as reel, story, post or video")
    platform = PlatformField(required=False, allow_blank=True, max_length=40, help_text="Such as instagram")
    dueOn = DayField(required=False, allow_null=True, source="due_on")
    draftUrl = LinkField(required=False, source="draft_url", help_text="Where the draft can be seen")
    postUrl = LinkField(required=False, source="post_url", help_text="Where the post can be seen")
    note = Text(required=False, allow_blank=True, max_length=MAX_NOTE)


class DeliverableFields(NewDeliverable):
    """What a deliverable may be changed to. An empty text and null take away what was there."""

    state = serializers.ChoiceField(Deliverable.State.choices, required=False)


class DeliverableSerializer(serializers.Serializer):
    """Something that a creator owes a campaign, from its plan to its post."""

    id = serializers.IntegerField()
    influencerId = serializers.CharField(source="collaboration.influencer_id")
    format = serializers.CharField()
    platform = serializers.CharField(help_text="Empty: none is named")
    dueOn = serializers.DateField(source="due_on", allow_null=True)
    draftUrl = serializers.CharField(source="draft_url")
    postUrl = serializers.CharField(source="post_url")
    note = serializers.CharField()
    state = serializers.ChoiceField(Deliverable.State.choices)
    createdAt = serializers.DateTimeField(source="created_at")
