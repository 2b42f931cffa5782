from django.urls import path

from feedback.views import digests, feeds, second_factor, security
from feedback.views import people as views

urlpatterns = [
    path("profile/", views.profile, name="profile"),
    path("profile/theme/", views.profile_theme, name="profile_theme"),
    path("profile/digest/", digests.profile_digest, name="profile_digest"),
    path("digest/off/<str:token>/", digests.digest_off, name="digest_off"),
    path("profile/security/", security.security, name="security"),
    path("profile/security/sessions/end/", security.sessions_end, name="sessions_end"),
    path("profile/security/second-factor/", second_factor.second_factor_create, name="second_factor_create"),
    path("profile/security/second-factor/end/", second_factor.second_factor_end, name="second_factor_end"),
    path("profile/security/recovery-codes/", second_factor.recovery_codes, name="recovery_codes"),
    path("people/<int:pk>/second-factor/reset/", second_factor.second_factor_reset, name="second_factor_reset"),
    path("people/<int:pk>/unlock/", second_factor.person_unlock, name="person_unlock"),
    path("profile/security/calendar/", feeds.feed_create, name="feed_create"),
    path("profile/security/calendar/end/", feeds.feed_end, name="feed_end"),
    path("calendar/<str:token>.ics", feeds.feed, name="feed"),
    path("first-run/<str:token>/", views.first_run, name="first_run"),
]
