from django.urls import path

from feedback.views import opportunities as views

urlpatterns = [
    path("deals/", views.opportunity_list, name="opportunity_list"),
    path("deals.csv", views.opportunity_export, name="opportunity_export"),
    path("deals/new/", views.opportunity_create, name="opportunity_create"),
    path("deals/<int:pk>/", views.opportunity_detail, name="opportunity_detail"),
    path("deals/<int:pk>/edit/", views.opportunity_edit, name="opportunity_edit"),
    path("deals/<int:pk>/exclude/", views.opportunity_exclude, name="opportunity_exclude"),
    path("deals/<int:pk>/reassign/", views.opportunity_reassign, name="opportunity_reassign"),
    path("deals/<int:pk>/snooze/", views.opportunity_snooze, name="opportunity_snooze"),
    path("snoozes/<int:pk>/end/", views.snooze_end, name="snooze_end"),
    path("exclusions/<int:pk>/undo/", views.exclusion_undo, name="exclusion_undo"),
]
