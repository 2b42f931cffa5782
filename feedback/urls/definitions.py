from django.urls import path

from feedback.views import definitions as views

urlpatterns = [
    path("definitions/", views.definition_list, name="definition_list"),
    path("definitions/<slug:slug>/", views.definition_detail, name="definition_detail"),
]
