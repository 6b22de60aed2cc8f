"""The paths of performance."""

from django.urls import path
from django.views.decorators.http import conditional_page

from performance import views

urlpatterns = [
    path("top-performers", conditional_page(views.TopPerformers.as_view()), name="top-performers"),
]
