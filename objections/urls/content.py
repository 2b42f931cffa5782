from django.urls import path

from objections.views import briefs, calendar, checklists, comments, impact, joins, sign_offs
from objections.views import content as views

urlpatterns = [
    path("content/", views.request_list, name="request_list"),
    path("content.csv", views.request_export, name="request_export"),
    path("content/calendar/", calendar.request_calendar, name="request_calendar"),
    path("content/new/", views.request_create, name="request_create"),
    path("content/<int:pk>/", views.request_detail, name="request_detail"),
    path("content/<int:pk>/impact/", impact.request_impact, name="request_impact"),
    path("content/<int:pk>/impact.csv", impact.request_impact_export, name="request_impact_export"),
    path("content/<int:pk>/edit/", views.request_edit, name="request_edit"),
    path("content/<int:pk>/move/", views.request_move, name="request_move"),
    path("content/<int:pk>/merge/undo/", views.request_merge_undo, name="request_merge_undo"),
    path("content/<int:pk>/brief/", briefs.brief_edit, name="brief_edit"),
    path("content/<int:pk>/sign-offs/", sign_offs.sign_off_create, name="sign_off_create"),
    path("content/<int:pk>/join/", joins.join_create, name="join_create"),
    path("content/joins/<int:pk>/leave/", joins.join_leave, name="join_leave"),
    path("content/<int:pk>/comments/", comments.comment_create, name="comment_create"),
    path("content/comments/<int:pk>/edit/", comments.comment_edit, name="comment_edit"),
    path("content/comments/<int:pk>/withdraw/", comments.comment_withdraw, name="comment_withdraw"),
    path("content/comments/<int:pk>/restore/", comments.comment_restore, name="comment_restore"),
    path("content/<int:pk>/checklist/", checklists.item_create, name="item_create"),
    path("content/checklist/<int:pk>/tick/", checklists.item_tick, name="item_tick"),
    path("content/checklist/<int:pk>/remove/", checklists.item_remove, name="item_remove"),
    path("content/checklist/<int:pk>/restore/", checklists.item_restore, name="item_restore"),
    path("content/checklist/<int:pk>/up/", checklists.item_up, name="item_up"),
]
