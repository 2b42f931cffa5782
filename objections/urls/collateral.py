from django.urls import path

from objections.views import battlecards, impact, sharing, usages
from objections.views import collateral as views

urlpatterns = [
    path("collateral/", views.collateral_list, name="collateral_list"),
    path("collateral.csv", views.collateral_export, name="collateral_export"),
    path("collateral/new/", views.collateral_create, name="collateral_create"),
    path("collateral/<int:pk>/", views.collateral_detail, name="collateral_detail"),
    path("collateral/<int:pk>/impact/", impact.collateral_impact, name="collateral_impact"),
    path("collateral/<int:pk>/impact.csv", impact.collateral_impact_export, name="collateral_impact_export"),
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
    path("collateral/<int:pk>/share/", sharing.share_link_create, name="share_link_create"),
    path("share-links/<int:pk>/end/", sharing.share_link_end, name="share_link_end"),
    path("share-links/<int:pk>/restore/", sharing.share_link_restore, name="share_link_restore"),
    path("shared/<str:token>/", sharing.share_link_open, name="share_link_open"),
    path("competitors/<int:pk>/battlecard/", battlecards.battlecard, name="battlecard"),
    path("usages/<int:pk>/", usages.usage_answer, name="usage_answer"),
    path("collateral/<int:pk>/use/", views.collateral_use, name="collateral_use"),
    path("collateral/<int:pk>/usages/<int:usage>/undo/", views.usage_undo, name="usage_undo"),
    path("versions/<int:pk>/file/", views.version_file, name="version_file"),
]
