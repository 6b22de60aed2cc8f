"""The paths of performance."""

from django.urls import path

from performance import views

urlpatterns = [
    path("top-performers", views.TopPerformers.as_view(), name="top-performers"),
    path("loads", views.Loads.as_view(), name="loads"),
    path("loads/<int:pk>", views.LoadDetail.as_view(), name="load"),
    path("loads/<int:pk>/rejects", views.Rejects.as_view(), name="load-rejects"),
]
