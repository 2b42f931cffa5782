from django.urls import path

from objections.views import content as views

urlpatterns = [
    path("content/", views.request_list, name="request_list"),
    path("content.csv", views.request_export, name="request_export"),
    path("content/new/", views.request_create, name="request_create"),
    path("content/<int:pk>/", views.request_detail, name="request_detail"),
    path("content/<int:pk>/edit/", views.request_edit, name="request_edit"),
    path("content/<int:pk>/move/", views.request_move, name="request_move"),
]
