from django.urls import path

from feedback.views import taxonomy as views

urlpatterns = [
    path("taxonomy/", views.taxonomy_list, name="taxonomy_list"),
    path("taxonomy/start/", views.taxonomy_start, name="taxonomy_start"),
    path("taxonomy/promised/", views.taxonomy_promised, name="taxonomy_promised"),
    path("taxonomy/<int:pk>/", views.taxonomy_detail, name="taxonomy_detail"),
    path("taxonomy/<int:pk>/compare/", views.taxonomy_compare, name="taxonomy_compare"),
    path("taxonomy/<int:pk>/publish/", views.taxonomy_publish, name="taxonomy_publish"),
    path("taxonomy/<int:pk>/discard/", views.taxonomy_discard, name="taxonomy_discard"),
    path("taxonomy/<int:pk>/<slug:kind>/new/", views.row_create, name="row_create"),
    path("taxonomy/<slug:kind>/<int:pk>/edit/", views.row_edit, name="row_edit"),
    path("taxonomy/<slug:kind>/<int:pk>/retire/", views.row_retire, name="row_retire"),
    path("taxonomy/<slug:kind>/<int:pk>/restore/", views.row_restore, name="row_restore"),
    path("taxonomy/<slug:kind>/<int:pk>/remove/", views.row_remove, name="row_remove"),
    path("taxonomy/<slug:kind>/<int:pk>/move/", views.row_move, name="row_move"),
]
