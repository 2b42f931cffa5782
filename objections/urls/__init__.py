from objections.urls import collateral, content, objections, themes

app_name = "objections"
urlpatterns = [
    *objections.urlpatterns,
    *themes.urlpatterns,
    *content.urlpatterns,
    *collateral.urlpatterns,
]
