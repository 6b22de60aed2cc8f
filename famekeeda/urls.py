"""Every path of the project."""

from csp.decorators import csp_update
from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from famekeeda import act, demo_page, health, pages, search
from famekeeda.accounts import token_pages, tokens
from famekeeda.events.views import Events
from famekeeda.root import Root

admin.autodiscover()
with_inline_styles = csp_update({"style-src": ["'unsafe-inline'"]})  # which Swagger UI's page has

api: list[URLPattern | URLResolver] = [
    path("", include("performance.urls")),
    path("", include("loads.urls")),
    path("", include("briefs.urls")),
    path("", include("campaigns.urls")),
    path("events", Events.as_view(), name="events"),
    path("token", tokens.ObtainJWT.as_view(), name="token-obtain"),
    path("token/refresh", tokens.RefreshJWT.as_view(), name="token-refresh"),
    path("tokens", tokens.Tokens.as_view(), name="tokens"),
    path("tokens/<str:id>", tokens.TokenDetail.as_view(), name="token"),
    path("schema", SpectacularAPIView.as_view(), name="schema"),
    path("docs", with_inline_styles(SpectacularSwaggerSplitView.as_view(url_name="api:schema")), name="docs"),
    path("healthz", health.Healthz.as_view(), name="healthz"),
    path("readyz", health.Readyz.as_view(), name="readyz"),
    path("metrics", health.Metrics.as_view(), name="metrics"),
]

admin_pages = [url for module in (pages, search, act, demo_page, token_pages) for url in module.urlpatterns]

urlpatterns = [
    path("", include((api, "api"))),
    path("", Root.as_view()),
    path("admin", RedirectView.as_view(pattern_name="admin:index")),
    path("favicon.ico", RedirectView.as_view(url=settings.STATIC_URL + "famekeeda/icon.svg")),
    path("admin/", include((admin_pages, "pages"))),
    path("admin/", admin.site.urls),
]
