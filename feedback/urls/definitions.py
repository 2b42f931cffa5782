from django.urls import path

from feedback.views import definition_proposals as proposals
from feedback.views import definitions as views

urlpatterns = [
    path("definitions/", views.definition_list, name="definition_list"),
    path("definitions/propose/", proposals.definition_proposal_start, name="definition_proposal_start"),
    path("definitions/<slug:slug>/", views.definition_detail, name="definition_detail"),
    path("definitions/<slug:slug>/propose/", proposals.definition_proposal_create, name="definition_proposal_create"),
    path("definition-proposals/<int:pk>/take/", proposals.definition_proposal_take, name="definition_proposal_take"),
    path("definition-proposals/<int:pk>/leave/", proposals.definition_proposal_leave, name="definition_proposal_leave"),
]
