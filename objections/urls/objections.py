from django.urls import path

from objections.views import inbound, likely, noted, suggestions, twos
from objections.views import objections as views

urlpatterns = [
    path("objections/", views.objection_list, name="objection_list"),
    path("objections.csv", views.objection_export, name="objection_export"),
    path("objections/mine/", views.objection_mine, name="objection_mine"),
    path("objections/new/", views.objection_create, name="objection_create"),
    path("objections/by-mail/", inbound.mail_address, name="mail_address"),
    path("objections/by-mail/renew/", inbound.mail_address_renew, name="mail_address_renew"),
    path("objections/deals/", views.objection_deals, name="objection_deals"),
    path("objections/suggest/", suggestions.objection_suggest, name="objection_suggest"),
    path("objections/<int:pk>/same/", suggestions.objection_same, name="objection_same"),
    path("objections/<int:pk>/", views.objection_detail, name="objection_detail"),
    path("objections/<int:pk>/edit/", views.objection_edit, name="objection_edit"),
    path("objections/<int:pk>/withdraw/", views.objection_withdraw, name="objection_withdraw"),
    path("objections/<int:pk>/restore/", views.objection_restore, name="objection_restore"),
    path("twos/<int:pk>/split/", twos.two_split, name="two_split"),
    path("twos/<int:pk>/keep/", twos.two_keep, name="two_keep"),
    path("twos/<int:pk>/undo/", twos.two_undo, name="two_undo"),
    path("deals/<int:deal>/noted/", noted.noted_detail, name="noted_detail"),
    path("noted/<int:pk>/log/", noted.noted_log, name="noted_log"),
    path("noted/<int:pk>/decline/", noted.noted_decline, name="noted_decline"),
    path("noted/<int:pk>/undo/", noted.noted_undo, name="noted_undo"),
    path("deals/<int:deal>/likely/", likely.likely, name="likely"),
    path("deals/<int:deal>/objections/", views.heard_create, name="heard_create"),
]
