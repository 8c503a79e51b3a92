"""The one map of the site. Each app writes its own addresses from the root on."""

from django.contrib.auth.views import LogoutView
from django.urls import include, path

from config.health import up
from config.sign_in import SignIn

urlpatterns = [
    path("up", up, name="up"),
    path("sign-in/", SignIn.as_view(), name="sign-in"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("", include("approvals.urls")),
    path("", include("exceptions.urls")),
    path("", include("runs.urls")),
]

handler403 = "config.sign_in.forbidden"
