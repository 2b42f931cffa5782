from objections.urls import answers, collateral, content, objections, reason_checks, themes

app_name = "objections"
urlpatterns = [
    *objections.urlpatterns,
    *themes.urlpatterns,
    *content.urlpatterns,
    *collateral.urlpatterns,
    *answers.urlpatterns,
    *reason_checks.urlpatterns,
]
