from django.urls import path

from objections.views import reason_checks as views

urlpatterns = [
    path("deals/<int:deal>/reason-check/", views.reason_check, name="reason_check"),
    path("reviews/<int:review>/reason-check/answer/", views.reason_check_answer, name="reason_check_answer"),
]
