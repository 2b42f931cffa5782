from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path

from config.monitoring import views as monitoring
from feedback.views import oidc
from feedback.views import signing_in as views
from feedback.views.second_factor import second_factor

handler500 = "config.errors.server_error"

urlpatterns = [
    path("healthz", monitoring.healthz, name="healthz"),
    path("readyz", monitoring.readyz, name="readyz"),
    path("metrics", monitoring.metrics, name="metrics"),
    path("sign-in/", views.SignIn.as_view(), name="login"),
    path("sign-in/code/", second_factor, name="second_factor"),
    path("sign-in/company/", oidc.oidc_login, name="oidc_login"),
    path("sign-in/company/back/", oidc.oidc_callback, name="oidc_callback"),
    path("sign-out/", auth.LogoutView.as_view(), name="logout"),
    path("password/", views.PasswordChange.as_view(), name="password_change"),
    path("password/done/", auth.PasswordChangeDoneView.as_view(), name="password_change_done"),
    path("password/reset/", views.PasswordReset.as_view(), name="password_reset"),
    path("password/reset/sent/", auth.PasswordResetDoneView.as_view(), name="password_reset_done"),
    path("password/reset/<uidb64>/<token>/", views.PasswordResetConfirm.as_view(), name="password_reset_confirm"),
    path("password/reset/complete/", auth.PasswordResetCompleteView.as_view(), name="password_reset_complete"),
    path("admin/", admin.site.urls),
    path("api/", include("config.api")),
    path("", include("objections.urls")),
    path("", include("feedback.urls")),
]
