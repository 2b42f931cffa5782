from django.urls import path

from feedback.views import saved_filters as views

urlpatterns = [
    path("filters/<slug:key>/new/", views.saved_filter_create, name="saved_filter_create"),
    path("filters/<int:pk>/edit/", views.saved_filter_edit, name="saved_filter_edit"),
    path("filters/<int:pk>/delete/", views.saved_filter_delete, name="saved_filter_delete"),
]
