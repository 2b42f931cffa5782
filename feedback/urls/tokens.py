from django.urls import path

from feedback.views import tokens as views

urlpatterns = [
    path("profile/tokens/", views.token_list, name="token_list"),
    path("tokens/", views.token_all, name="token_all"),
    path("tokens/<int:pk>/revoke/", views.token_revoke, name="token_revoke"),
]
