"""The paths of the API of campaigns.

An id may hold slashes, so paths that end in a word of ours come before those that end in an id."""

from django.urls import path

from campaigns.views import campaigns, collaborations, creators, deliverables

urlpatterns = [
    path("creators", creators.Creators.as_view(), name="creators"),
    path("creators/<id:influencerId>", creators.CreatorDetail.as_view(), name="creator"),
    path("campaigns", campaigns.Campaigns.as_view(), name="campaigns"),
    path(
        "campaigns/<id:id>/creators/<id:influencerId>/deliverables/<int:deliverableId>",
        deliverables.DeliverableDetail.as_view(),
        name="deliverable",
    ),
    path(
        "campaigns/<id:id>/creators/<id:influencerId>/deliverables",
        deliverables.Deliverables.as_view(),
        name="deliverables",
    ),
    path("campaigns/<id:id>/creators", collaborations.CreatorsOfCampaign.as_view(), name="campaign-creators"),
    path(
        "campaigns/<id:id>/creators/<id:influencerId>",
        collaborations.CreatorOfCampaign.as_view(),
        name="campaign-creator",
    ),
    path("campaigns/<id:id>", campaigns.CampaignDetail.as_view(), name="campaign"),
]
