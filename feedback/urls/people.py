from django.urls import path

from feedback.views import people as views

urlpatterns = [
    path("profile/", views.profile, name="profile"),
    path("profile/theme/", views.profile_theme, name="profile_theme"),
    path("first-run/<str:token>/", views.first_run, name="first_run"),
    path("company/", views.company, name="company"),
]
