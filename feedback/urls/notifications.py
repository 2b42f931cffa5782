from django.urls import path

from feedback.views import notifications as views

urlpatterns = [
    path("notifications/", views.notification_list, name="notification_list"),
    path("notifications.csv", views.notification_export, name="notification_export"),
    path("notifications/choices/", views.notification_choices, name="notification_choices"),
    path("notifications/read/", views.notification_read_all, name="notification_read_all"),
    path("notifications/<int:pk>/", views.notification_open, name="notification_open"),
]
