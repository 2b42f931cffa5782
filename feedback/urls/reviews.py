from django.urls import path

from feedback.views import coverage
from feedback.views import reviews as views

urlpatterns = [
    path("reviews/", views.review_owed, name="review_owed"),
    path("reviews/owed.csv", views.review_owed_export, name="review_owed_export"),
    path("reviews/all.csv", views.review_export, name="review_export"),
    path("reviews/all/", views.review_list, name="review_list"),
    path("reviews/coverage/", coverage.review_coverage, name="review_coverage"),
    path("reviews/<int:pk>/", views.review_detail, name="review_detail"),
    path("reviews/<int:pk>/withdraw/", views.review_withdraw, name="review_withdraw"),
    path("deals/<int:deal>/review/", views.review_edit, name="review_edit"),
    path("deals/<int:deal>/review/submit/", views.review_submit, name="review_submit"),
    path("deals/<int:deal>/review/<slug:question>/", views.review_answer, name="review_answer"),
]
