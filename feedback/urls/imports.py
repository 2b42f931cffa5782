from django.urls import path

from feedback.views import imports as views

urlpatterns = [
    path("imports/", views.import_list, name="import_list"),
    path("imports.csv", views.import_export, name="import_export"),
    path("imports/new/", views.import_create, name="import_create"),
    path("imports/<int:pk>/", views.import_detail, name="import_detail"),
    path("imports/<int:pk>/remarks.csv", views.import_remarks, name="import_remarks"),
    path("imports/<int:pk>/repeat/", views.import_repeat, name="import_repeat"),
    path("imports/<int:pk>/undo/", views.import_undo, name="import_undo"),
]
