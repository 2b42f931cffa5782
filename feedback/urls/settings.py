from django.urls import path

from feedback.views import audit, company, members, settings, teams

urlpatterns = [
    path("settings/", settings.settings, name="settings"),
    path("people/", members.person_list, name="person_list"),
    path("people/new/", members.person_create, name="person_create"),
    path("people/<int:pk>/", members.person_detail, name="person_detail"),
    path("people/<int:pk>/edit/", members.person_edit, name="person_edit"),
    path("people/<int:pk>/invite/", members.person_invite, name="person_invite"),
    path("people/<int:pk>/deactivate/", members.person_deactivate, name="person_deactivate"),
    path("people/<int:pk>/reactivate/", members.person_reactivate, name="person_reactivate"),
    path("people/<int:pk>/hand-over/", members.person_hand_over, name="person_hand_over"),
    path("invitations/<int:pk>/revoke/", members.invitation_revoke, name="invitation_revoke"),
    path("invitation/<str:token>/", members.invitation_accept, name="invitation_accept"),
    path("teams/", teams.team_list, name="team_list"),
    path("teams/new/", teams.team_create, name="team_create"),
    path("teams/<int:pk>/", teams.team_edit, name="team_edit"),
    path("teams/<int:pk>/delete/", teams.team_delete, name="team_delete"),
    path("company/", company.company, name="company"),
    path("service-levels/", company.service_levels, name="service_levels"),
    path("holidays/", company.holiday_list, name="holiday_list"),
    path("holidays/<int:pk>/delete/", company.holiday_delete, name="holiday_delete"),
    path("segments/", company.segment_list, name="segment_list"),
    path("segments/<int:pk>/", company.segment_edit, name="segment_edit"),
    path("segments/<int:pk>/merge/", company.segment_merge, name="segment_merge"),
    path("segments/<int:pk>/delete/", company.segment_delete, name="segment_delete"),
    path("audit/", audit.audit_list, name="audit_list"),
    path("audit/audit.csv", audit.audit_export, name="audit_export"),
]
