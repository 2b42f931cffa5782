from django.urls import path

from feedback.views import exclusion_rules as views

urlpatterns = [
    path("exclusion-rules/", views.exclusion_rule_list, name="exclusion_rule_list"),
    path("exclusion-rules/new/", views.exclusion_rule_create, name="exclusion_rule_create"),
    path("exclusion-rules/<int:pk>/", views.exclusion_rule_detail, name="exclusion_rule_detail"),
    path("exclusion-rules/<int:pk>/edit/", views.exclusion_rule_edit, name="exclusion_rule_edit"),
    path("exclusion-rules/<int:pk>/start/", views.exclusion_rule_start, name="exclusion_rule_start"),
    path("exclusion-rules/<int:pk>/end/", views.exclusion_rule_end, name="exclusion_rule_end"),
    path("exclusion-rules/<int:pk>/delete/", views.exclusion_rule_delete, name="exclusion_rule_delete"),
]
