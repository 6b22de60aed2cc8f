"""The paths of the API of briefs."""

from django.urls import path

from briefs import views

urlpatterns = [
    path("generate-brief", views.GenerateBrief.as_view(), name="generate-brief"),
    path("briefs", views.Briefs.as_view(), name="briefs"),
    path("briefs/<int:pk>", views.BriefDetail.as_view(), name="brief"),
]
