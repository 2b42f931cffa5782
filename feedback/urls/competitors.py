from django.urls import path

from feedback.views import competitors as views

urlpatterns = [
    path("competitors/", views.competitor_list, name="competitor_list"),
    path("competitors/new/", views.competitor_create, name="competitor_create"),
    path("competitors/<int:pk>/", views.competitor_detail, name="competitor_detail"),
    path("competitors/<int:pk>/edit/", views.competitor_edit, name="competitor_edit"),
    path("competitors/<int:pk>/merge/", views.competitor_merge, name="competitor_merge"),
    path("competitors/aliases/<int:pk>/remove/", views.alias_remove, name="alias_remove"),
    path("competitors/merges/<int:pk>/undo/", views.competitor_merge_undo, name="competitor_merge_undo"),
]
