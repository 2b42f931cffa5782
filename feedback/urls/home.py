from django.urls import path

from feedback.views import home as views

urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("unsent/", views.unsent, name="unsent"),
    path("unsent/person/", views.unsent_person, name="unsent_person"),
]
