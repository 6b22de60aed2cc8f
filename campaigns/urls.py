"""The paths of the API of campaigns. An id may hold slashes, so the longer paths come first."""

from django.urls import path

from campaigns.views import campaigns, creators

urlpatterns = [
    path("creators", creators.Creators.as_view(), name="creators"),
    path("creators/<id:influencer_id>", creators.CreatorDetail.as_view(), name="creator"),
    path("campaigns", campaigns.Campaigns.as_view(), name="campaigns"),
    path("campaigns/<id:id>", campaigns.CampaignDetail.as_view(), name="campaign"),
]
