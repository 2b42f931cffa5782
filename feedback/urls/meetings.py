from django.urls import path

from feedback.views import decisions
from feedback.views import meetings as views

urlpatterns = [
    path("meetings/", views.meeting_list, name="meeting_list"),
    path("meetings.csv", views.meeting_export, name="meeting_export"),
    path("meetings/new/", views.meeting_create, name="meeting_create"),
    path("meetings/<int:pk>/", views.meeting_detail, name="meeting_detail"),
    path("meetings/<int:pk>/edit/", views.meeting_edit, name="meeting_edit"),
    path("meetings/<int:pk>/run/", views.meeting_run, name="meeting_run"),
    path("meetings/<int:pk>/notes/<slug:section>/", views.meeting_note, name="meeting_note"),
    path("meetings/<int:pk>/deals/", views.meeting_deals, name="meeting_deals"),
    path("meetings/<int:pk>/deals/<int:deal>/remove/", views.meeting_deal_remove, name="meeting_deal_remove"),
    path("meetings/<int:pk>/close/", views.meeting_close, name="meeting_close"),
    path("meetings/<int:pk>/reopen/", views.meeting_reopen, name="meeting_reopen"),
    path("meetings/<int:pk>/decisions/", decisions.decision_create, name="decision_create"),
    path("meetings/<int:pk>/actions/", decisions.action_create, name="action_create"),
    path("decisions/<int:pk>/edit/", decisions.decision_edit, name="decision_edit"),
    path("decisions/<int:pk>/delete/", decisions.decision_delete, name="decision_delete"),
    path("actions/<int:pk>/edit/", decisions.action_edit, name="action_edit"),
    path("actions/<int:pk>/delete/", decisions.action_delete, name="action_delete"),
    path("actions/<int:pk>/done/", decisions.action_done, name="action_done"),
    path("actions/<int:pk>/undo/", decisions.action_undo, name="action_undo"),
]
