from django.urls import path

from objections.views import collateral as views
from objections.views import usages

urlpatterns = [
    path("collateral/", views.collateral_list, name="collateral_list"),
    path("collateral.csv", views.collateral_export, name="collateral_export"),
    path("collateral/new/", views.collateral_create, name="collateral_create"),
    path("collateral/<int:pk>/", views.collateral_detail, name="collateral_detail"),
    path("collateral/<int:pk>/edit/", views.collateral_edit, name="collateral_edit"),
    path("collateral/<int:pk>/versions/new/", views.version_create, name="version_create"),
    path("collateral/<int:pk>/publish/", views.collateral_publish, name="collateral_publish"),
    path("collateral/<int:pk>/publications/<int:publication>/undo/", views.publication_undo, name="publication_undo"),
    path(
        "collateral/<int:pk>/publications/<int:publication>/restore/",
        views.publication_restore,
        name="publication_restore",
    ),
    path("collateral/<int:pk>/retire/", views.collateral_retire, name="collateral_retire"),
    path("usages/<int:pk>/", usages.usage_answer, name="usage_answer"),
    path("collateral/<int:pk>/use/", views.collateral_use, name="collateral_use"),
    path("collateral/<int:pk>/usages/<int:usage>/undo/", views.usage_undo, name="usage_undo"),
    path("versions/<int:pk>/file/", views.version_file, name="version_file"),
]
