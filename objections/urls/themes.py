from django.urls import path

from objections.views import merges, placements, proposals, themes

urlpatterns = [
    path("themes/", themes.theme_list, name="theme_list"),
    path("themes/new/", themes.theme_create, name="theme_create"),
    path("themes/unthemed/", placements.theme_unthemed, name="theme_unthemed"),
    path("themes/build/", proposals.build_create, name="build_create"),
    path("themes/<int:pk>/", themes.theme_detail, name="theme_detail"),
    path("themes/<int:pk>/edit/", themes.theme_edit, name="theme_edit"),
    path("themes/<int:pk>/merge/", merges.theme_merge, name="theme_merge"),
    path("themes/<int:pk>/split/", merges.theme_split, name="theme_split"),
    path("themes/<int:pk>/retire/", themes.theme_retire, name="theme_retire"),
    path("themes/<int:pk>/restore/", themes.theme_restore, name="theme_restore"),
    path("merges/<int:pk>/undo/", merges.merge_undo, name="merge_undo"),
    path("splits/<int:pk>/undo/", merges.split_undo, name="split_undo"),
    path("objections/<int:pk>/place/", placements.objection_place, name="objection_place"),
    path("objections/<int:pk>/take-out/", placements.objection_take_out, name="objection_take_out"),
    path("placements/<int:pk>/undo/", placements.placement_undo, name="placement_undo"),
    path("placements/<int:pk>/restore/", placements.placement_restore, name="placement_restore"),
    path("builds/<int:pk>/", proposals.build_detail, name="build_detail"),
    path("proposals/", proposals.proposal_list, name="proposal_list"),
    path("proposals/<int:pk>/accept/", proposals.proposal_accept, name="proposal_accept"),
    path("proposals/<int:pk>/reject/", proposals.proposal_reject, name="proposal_reject"),
    path("proposals/<int:pk>/undo/", proposals.proposal_undo, name="proposal_undo"),
]
