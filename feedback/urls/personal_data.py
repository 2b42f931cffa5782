from django.urls import path

from feedback.views import personal_data as views

urlpatterns = [
    path("personal-data/", views.personal_data, name="personal_data"),
    path("personal-data/words/erase/", views.words_erase, name="words_erase"),
    path("people/<int:pk>/personal-data/", views.person_export, name="person_export"),
    path("people/<int:pk>/erase/", views.person_erase, name="person_erase"),
    path("retention/", views.retention, name="retention"),
    path("retention/apply/", views.retention_apply, name="retention_apply"),
]
