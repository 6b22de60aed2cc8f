"""The API's paths of loads."""

from django.urls import path

from loads import views

urlpatterns = [
    path("loads", views.Loads.as_view(), name="loads"),
    path("loads/<int:pk>", views.LoadDetail.as_view(), name="load"),
    path("loads/<int:pk>/cancel", views.CancelLoad.as_view(), name="load-cancel"),
    path("loads/<int:pk>/rejects", views.Rejects.as_view(), name="load-rejects"),
]
