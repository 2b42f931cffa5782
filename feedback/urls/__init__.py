from feedback.urls import definitions, home, imports, meetings, notifications, opportunities, people, reviews

app_name = "feedback"
urlpatterns = [
    *home.urlpatterns,
    *people.urlpatterns,
    *opportunities.urlpatterns,
    *reviews.urlpatterns,
    *imports.urlpatterns,
    *meetings.urlpatterns,
    *definitions.urlpatterns,
    *notifications.urlpatterns,
]
