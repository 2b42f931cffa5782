"""Every URL × every role. A URL that is missing here fails, so nothing is opened by accident."""

import pytest
from django.conf import settings
from django.db import transaction
from django.urls import get_resolver, reverse

from feedback.views import handouts
from tests.standing import *  # noqa: F403  its people and scene, by their usual names

ROLES = ("rep", "other_rep", "manager", "marketer", "leader", "admin")
ALL = "yyyyyy"  # who is let in, in the order of ROLES: y yes, 3 answers 403, 4 answers 404
CURATORS = "333yyy"
OWN = "y3y33y"

PUBLIC = {
    "healthz": {},
    "readyz": {},
    "metrics": {},
    "login": {},
    "second_factor": {},
    "feedback:feed": {"token": "unknown"},
    "oidc_login": {},
    "oidc_callback": {},
    "password_reset": {},
    "password_reset_done": {},
    "password_reset_confirm": {"uidb64": "x", "token": "y"},
    "password_reset_complete": {},
    "feedback:first_run": {"token": "spent"},
    "feedback:digest_off": {"token": "unknown"},
    "feedback:invitation_accept": {"token": "unknown"},
    "objections:share_link_open": {"token": "unknown"},
    "objections:manifest": {},
    "objections:service_worker": {},
    "objections:offline": {},
}

# name: (the rows its address needs, GET or POST, who is let in)
PAGES = {
    "logout": ({}, "post", ALL),
    "password_change": ({}, "get", ALL),
    "password_change_done": ({}, "get", ALL),
    "feedback:home": ({}, "get", ALL),
    "feedback:search": ({}, "get", ALL),
    "feedback:unsent": ({}, "get", ALL),
    "feedback:unsent_person": ({}, "get", ALL),
    "feedback:profile": ({}, "get", ALL),
    "feedback:profile_theme": ({}, "post", ALL),
    "feedback:profile_digest": ({}, "post", ALL),
    "feedback:security": ({}, "get", ALL),
    "feedback:sessions_end": ({}, "post", ALL),
    "feedback:feed_create": ({}, "post", ALL),
    "feedback:feed_end": ({}, "post", ALL),
    "feedback:second_factor_create": ({}, "get", ALL),
    "feedback:second_factor_end": ({}, "get", ALL),
    "feedback:recovery_codes": ({}, "get", ALL),
    "feedback:person_unlock": ({"pk": "rep"}, "post", "33333y"),
    "feedback:second_factor_reset": ({"pk": "rep"}, "post", "33333y"),
    "feedback:company": ({}, "get", "33333y"),
    "feedback:settings": ({}, "get", "3333yy"),
    "feedback:person_list": ({}, "get", "3333yy"),
    "feedback:person_create": ({}, "get", "33333y"),
    "feedback:person_detail": ({"pk": "rep"}, "get", "3333yy"),
    "feedback:person_edit": ({"pk": "rep"}, "get", "33333y"),
    "feedback:person_invite": ({"pk": "invited"}, "post", "33333y"),
    "feedback:person_deactivate": ({"pk": "rep"}, "post", "33333y"),
    "feedback:person_reactivate": ({"pk": "rep"}, "post", "33333y"),
    "feedback:person_hand_over": ({"pk": "rep"}, "get", "33333y"),
    "feedback:invitation_revoke": ({"pk": "invitation"}, "post", "33333y"),
    "feedback:team_list": ({}, "get", "3333yy"),
    "feedback:team_create": ({}, "get", "33333y"),
    "feedback:team_edit": ({"pk": "team"}, "get", "33333y"),
    "feedback:team_delete": ({"pk": "team"}, "get", "33333y"),
    "feedback:service_levels": ({}, "get", "33333y"),
    "feedback:holiday_list": ({}, "get", "3333yy"),
    "feedback:holiday_delete": ({"pk": "holiday"}, "post", "33333y"),
    "feedback:segment_list": ({}, "get", "3333yy"),
    "feedback:segment_edit": ({"pk": "segment"}, "get", "33333y"),
    "feedback:segment_merge": ({"pk": "segment"}, "post", "33333y"),
    "feedback:segment_delete": ({"pk": "segment"}, "post", "33333y"),
    "feedback:audit_list": ({}, "get", "3333yy"),
    "feedback:audit_export": ({}, "get", "3333yy"),
    "feedback:personal_data": ({}, "get", "33333y"),
    "feedback:words_erase": ({}, "post", "33333y"),
    "feedback:person_export": ({"pk": "rep"}, "get", "y4444y"),
    "feedback:person_erase": ({"pk": "rep"}, "get", "33333y"),
    "feedback:retention": ({}, "get", "33333y"),
    "feedback:retention_apply": ({}, "post", "33333y"),
    "feedback:opportunity_list": ({}, "get", ALL),
    "feedback:opportunity_export": ({}, "get", ALL),
    "feedback:review_owed_export": ({}, "get", ALL),
    "feedback:review_export": ({}, "get", ALL),
    "feedback:import_export": ({}, "get", "3333yy"),
    "feedback:meeting_export": ({}, "get", ALL),
    "feedback:notification_export": ({}, "get", ALL),
    "feedback:saved_filter_create": ({"key": "=deals"}, "get", ALL),
    "feedback:saved_filter_edit": ({"pk": "saved_filter"}, "get", "y44444"),
    "feedback:saved_filter_delete": ({"pk": "saved_filter"}, "post", "y44444"),
    "objections:objection_export": ({}, "get", ALL),
    "objections:theme_export": ({}, "get", ALL),
    "objections:theme_triage_export": ({}, "get", ALL),
    "objections:theme_quotes_export": ({"pk": "theme"}, "get", ALL),
    "objections:theme_unthemed_export": ({}, "get", ALL),
    "objections:proposal_export": ({}, "get", CURATORS),
    "objections:request_export": ({}, "get", ALL),
    "objections:collateral_export": ({}, "get", ALL),
    "feedback:opportunity_create": ({}, "get", "yyy3yy"),
    "feedback:opportunity_detail": ({"pk": "owed"}, "get", ALL),
    "feedback:opportunity_edit": ({"pk": "owed"}, "get", "y3y3yy"),
    "feedback:opportunity_exclude": ({"pk": "owed"}, "get", "y3y3yy"),
    "feedback:opportunity_reassign": ({"pk": "owed"}, "get", "33y3yy"),
    "feedback:opportunity_snooze": ({"pk": "owed"}, "get", OWN),
    "feedback:snooze_end": ({"pk": "snooze"}, "post", OWN),
    "feedback:exclusion_undo": ({"pk": "exclusion"}, "post", "y3y3yy"),
    "feedback:review_owed": ({}, "get", ALL),
    "feedback:review_list": ({}, "get", ALL),
    "feedback:review_coverage": ({}, "get", "yyy3yy"),
    "feedback:review_detail": ({"pk": "draft"}, "get", "y4y44y"),
    "feedback:review_withdraw": ({"pk": "review"}, "post", OWN),
    "feedback:review_edit": ({"deal": "owed"}, "get", OWN),
    "feedback:review_submit": ({"deal": "owed"}, "post", OWN),
    "feedback:review_answer": ({"deal": "owed", "question": "=change"}, "post", OWN),
    "feedback:import_list": ({}, "get", "3333yy"),
    "feedback:import_create": ({}, "get", "33333y"),
    "feedback:import_detail": ({"pk": "import_"}, "get", "4444yy"),
    "feedback:import_remarks": ({"pk": "import_"}, "get", "4444yy"),
    "feedback:import_repeat": ({"pk": "trial"}, "post", "44443y"),
    "feedback:import_undo": ({"pk": "import_"}, "post", "44443y"),
    "feedback:meeting_list": ({}, "get", ALL),
    "feedback:meeting_create": ({}, "get", CURATORS),
    "feedback:meeting_trends": ({}, "get", ALL),
    "feedback:meeting_trends_export": ({}, "get", ALL),
    "feedback:meeting_summary": ({"pk": "closed"}, "get", ALL),
    "feedback:summary_send": ({"pk": "closed"}, "get", CURATORS),
    "feedback:judgement_create": ({"pk": "decision"}, "get", "444yyy"),
    "feedback:judgement_undo": ({"pk": "judgement"}, "post", "444yyy"),
    "feedback:becoming_undo": ({"pk": "becoming"}, "post", "y44yyy"),
    "feedback:becoming_restore": ({"pk": "becoming"}, "post", "y44yyy"),
    "feedback:definition_proposal_start": ({}, "get", CURATORS),
    "feedback:definition_proposal_create": ({"slug": "=win-rate"}, "get", CURATORS),
    "feedback:definition_proposal_take": ({"pk": "definition_proposal"}, "post", "3333yy"),
    "feedback:definition_proposal_leave": ({"pk": "definition_proposal"}, "get", "3333yy"),
    "feedback:taxonomy_promised": ({}, "get", "33333y"),
    "objections:routing_start": ({}, "get", CURATORS),
    "feedback:meeting_detail": ({"pk": "meeting"}, "get", "444yyy"),
    "feedback:meeting_edit": ({"pk": "meeting"}, "get", "444yyy"),
    "feedback:meeting_calendar": ({"pk": "meeting"}, "get", "444yyy"),
    "feedback:meeting_remind": ({"pk": "meeting"}, "post", "444yyy"),
    "feedback:meeting_delete": ({"pk": "unstarted"}, "get", "4443yy"),
    "feedback:series_list": ({}, "get", CURATORS),
    "feedback:series_create": ({}, "get", CURATORS),
    "feedback:series_detail": ({"pk": "series"}, "get", "444yyy"),
    "feedback:series_edit": ({"pk": "series"}, "get", "444yyy"),
    "feedback:action_update": ({"pk": "action"}, "get", "y44yyy"),
    "feedback:meeting_slides": ({"pk": "meeting"}, "get", "444yyy"),
    "feedback:meeting_pdf": ({"pk": "meeting"}, "get", "444yyy"),
    "feedback:meeting_markdown": ({"pk": "meeting"}, "get", "444yyy"),
    "feedback:meeting_agenda": ({"pk": "meeting"}, "get", "444yyy"),
    "feedback:agenda_template_save": ({"pk": "meeting"}, "post", "4443yy"),
    "feedback:agenda_section_edit": ({"pk": "meeting", "key": "=coverage"}, "get", "444yyy"),
    "feedback:agenda_section_move": ({"pk": "meeting", "key": "=coverage"}, "post", "444yyy"),
    "feedback:agenda_section_leave_out": ({"pk": "meeting", "key": "=coverage"}, "post", "444yyy"),
    "feedback:agenda_section_take_in": ({"pk": "meeting", "key": "=coverage"}, "post", "444yyy"),
    "feedback:preparation_detail": ({"pk": "meeting"}, "get", "444yyy"),
    "feedback:preparation_create": ({"pk": "meeting"}, "post", "444yyy"),
    "feedback:meeting_run": ({"pk": "meeting"}, "get", "444yyy"),
    "feedback:meeting_news": ({"pk": "meeting"}, "get", "444yyy"),
    "feedback:clock_show": ({"pk": "meeting", "key": "=coverage"}, "post", "444yyy"),
    "feedback:clock_lead": ({"pk": "meeting", "key": "=coverage"}, "post", "444yyy"),
    "feedback:clock_pause": ({"pk": "meeting"}, "post", "444yyy"),
    "feedback:clock_resume": ({"pk": "meeting"}, "post", "444yyy"),
    "feedback:clock_reset": ({"pk": "meeting"}, "post", "444yyy"),
    "feedback:meeting_note": ({"pk": "meeting", "section": "=coverage"}, "post", "444yyy"),
    "feedback:meeting_deals": ({"pk": "meeting"}, "get", "444yyy"),
    "feedback:meeting_deal_remove": ({"pk": "meeting", "deal": "owed"}, "post", "444yyy"),
    "feedback:meeting_deal_move": ({"pk": "meeting", "deal": "owed"}, "post", "444yyy"),
    "feedback:second_coding_list": ({"pk": "meeting"}, "get", "444yyy"),
    "feedback:second_coding_create": ({"pk": "meeting", "review": "review"}, "get", "444yyy"),
    "feedback:meeting_close": ({"pk": "meeting"}, "post", "4443yy"),
    "feedback:meeting_reopen": ({"pk": "closed"}, "post", "3333yy"),
    "feedback:pack_detail": ({"pk": "closed", "version": "=1"}, "get", ALL),
    "feedback:decision_create": ({"pk": "meeting"}, "post", "444yyy"),
    "feedback:action_create": ({"pk": "meeting"}, "post", "444yyy"),
    "feedback:decision_edit": ({"pk": "decision"}, "get", "444yyy"),
    "feedback:decision_delete": ({"pk": "decision"}, "post", "444yyy"),
    "feedback:action_edit": ({"pk": "action"}, "get", "344yyy"),
    "feedback:action_delete": ({"pk": "action"}, "post", "344yyy"),
    "feedback:action_done": ({"pk": "action"}, "post", "y44yyy"),
    "feedback:action_undo": ({"pk": "action"}, "post", "y44yyy"),
    "feedback:webhook_list": ({}, "get", "3333yy"),
    "feedback:webhook_create": ({}, "get", "33333y"),
    "feedback:webhook_detail": ({"pk": "endpoint"}, "get", "3333yy"),
    "feedback:webhook_edit": ({"pk": "endpoint"}, "get", "33333y"),
    "feedback:webhook_secret": ({"pk": "endpoint"}, "post", "33333y"),
    "feedback:webhook_test": ({"pk": "endpoint"}, "post", "33333y"),
    "feedback:webhook_delete": ({"pk": "endpoint"}, "get", "33333y"),
    "feedback:delivery_detail": ({"pk": "delivery"}, "get", "3333yy"),
    "feedback:delivery_again": ({"pk": "delivery"}, "post", "33333y"),
    "feedback:token_list": ({}, "get", ALL),
    "feedback:token_all": ({}, "get", "33333y"),
    "feedback:token_revoke": ({"pk": "token"}, "post", "y4444y"),
    "api:docs": ({}, "get", ALL),
    "feedback:definition_list": ({}, "get", ALL),
    "feedback:definition_detail": ({"slug": "=win-rate"}, "get", ALL),
    "feedback:notification_list": ({}, "get", ALL),
    "feedback:notification_choices": ({}, "get", ALL),
    "feedback:notification_read_all": ({}, "post", ALL),
    "feedback:notification_open": ({"pk": "notification"}, "post", "y44444"),
    "feedback:competitor_list": ({}, "get", ALL),
    "feedback:competitor_create": ({}, "get", "33333y"),
    "feedback:competitor_detail": ({"pk": "competitor"}, "get", ALL),
    "feedback:competitor_edit": ({"pk": "competitor"}, "get", "33333y"),
    "feedback:competitor_merge": ({"pk": "competitor"}, "get", "33333y"),
    "feedback:alias_remove": ({"pk": "alias"}, "post", "33333y"),
    "feedback:competitor_merge_undo": ({"pk": "competitor_merge"}, "post", "33333y"),
    "feedback:exclusion_rule_list": ({}, "get", "3333yy"),
    "feedback:exclusion_rule_create": ({}, "get", "33333y"),
    "feedback:exclusion_rule_detail": ({"pk": "rule"}, "get", "4444yy"),
    "feedback:exclusion_rule_edit": ({"pk": "rule"}, "get", "44443y"),
    "feedback:exclusion_rule_start": ({"pk": "rule"}, "post", "44443y"),
    "feedback:exclusion_rule_end": ({"pk": "rule"}, "post", "44443y"),
    "feedback:exclusion_rule_delete": ({"pk": "rule"}, "post", "44443y"),
    "feedback:taxonomy_list": ({}, "get", "3333yy"),
    "feedback:taxonomy_start": ({}, "post", "33333y"),
    "feedback:taxonomy_detail": ({"pk": "draft_taxonomy"}, "get", "4444yy"),
    "feedback:taxonomy_compare": ({"pk": "draft_taxonomy"}, "get", "4444yy"),
    "feedback:taxonomy_publish": ({"pk": "draft_taxonomy"}, "post", "44443y"),
    "feedback:taxonomy_discard": ({"pk": "draft_taxonomy"}, "post", "44443y"),
    "feedback:row_create": ({"pk": "draft_taxonomy", "kind": "=reasons"}, "get", "44443y"),
    "feedback:row_edit": ({"kind": "=reasons", "pk": "reason_row"}, "get", "44443y"),
    "feedback:row_retire": ({"kind": "=reasons", "pk": "reason_row"}, "get", "44443y"),
    "feedback:row_restore": ({"kind": "=reasons", "pk": "retired_row"}, "post", "44443y"),
    "feedback:row_remove": ({"kind": "=reasons", "pk": "new_row"}, "post", "44443y"),
    "feedback:row_move": ({"kind": "=reasons", "pk": "reason_row"}, "post", "44443y"),
    "objections:objection_list": ({}, "get", ALL),
    "objections:objection_create": ({}, "get", ALL),
    "objections:mail_address": ({}, "get", ALL),
    "objections:mail_address_renew": ({}, "post", ALL),
    "objections:objection_deals": ({}, "get", ALL),
    "objections:objection_suggest": ({}, "post", ALL),
    "objections:objection_same": ({"pk": "objection"}, "post", "y3yyyy"),
    "objections:objection_detail": ({"pk": "objection"}, "get", ALL),
    "objections:objection_edit": ({"pk": "objection"}, "get", OWN),
    "objections:objection_withdraw": ({"pk": "objection"}, "post", OWN),
    "objections:objection_restore": ({"pk": "withdrawn"}, "post", "y4444y"),
    "objections:heard_create": ({"deal": "open"}, "post", ALL),
    "objections:objection_place": ({"pk": "objection"}, "get", CURATORS),
    "objections:objection_take_out": ({"pk": "objection"}, "post", CURATORS),
    "objections:placement_undo": ({"pk": "placement"}, "post", CURATORS),
    "objections:placement_restore": ({"pk": "placement"}, "post", CURATORS),
    "objections:theme_list": ({}, "get", ALL),
    "objections:theme_create": ({}, "get", CURATORS),
    "objections:theme_unthemed": ({}, "get", ALL),
    "objections:theme_triage": ({}, "get", ALL),
    "objections:theme_routed": ({}, "get", ALL),
    "objections:pin_create": ({"pk": "theme"}, "get", CURATORS),
    "objections:pin_undo": ({"pk": "pin"}, "post", CURATORS),
    "objections:pin_restore": ({"pk": "pin"}, "post", CURATORS),
    "objections:routing_create": ({"pk": "theme"}, "get", CURATORS),
    "objections:theme_take_back": ({"pk": "routed_theme"}, "post", CURATORS),
    "objections:routing_undo": ({"pk": "routing"}, "post", CURATORS),
    "objections:routing_restore": ({"pk": "routing"}, "post", CURATORS),
    "objections:routing_note_create": ({"pk": "routing"}, "get", CURATORS),
    "objections:pile": ({}, "get", CURATORS),
    "objections:pile_place": ({}, "post", CURATORS),
    "objections:pile_theme_create": ({}, "post", CURATORS),
    "objections:pile_refuse": ({}, "post", CURATORS),
    "objections:pile_skip": ({}, "post", CURATORS),
    "objections:pile_again": ({}, "post", CURATORS),
    "objections:sorting_undo": ({"pk": "sorting"}, "post", CURATORS),
    "objections:objection_set_aside": ({"pk": "objection"}, "post", CURATORS),
    "objections:objection_bring_back": ({"pk": "objection"}, "post", CURATORS),
    "objections:objection_mine": ({}, "get", ALL),
    "objections:usage_answer": ({"pk": "usage"}, "get", "y44444"),
    "objections:likely": ({"deal": "open"}, "get", ALL),
    "objections:reason_check": ({"deal": "owed"}, "get", OWN),
    "objections:reason_check_answer": ({"review": "review"}, "post", OWN),
    "objections:two_split": ({"pk": "two"}, "post", "y3yyyy"),
    "objections:two_keep": ({"pk": "two"}, "post", "y3yyyy"),
    "objections:two_undo": ({"pk": "two"}, "post", "y3yyyy"),
    "objections:noted_detail": ({"deal": "owed"}, "get", OWN),
    "objections:noted_log": ({"pk": "noted"}, "post", "y4y44y"),
    "objections:noted_decline": ({"pk": "noted"}, "post", "y4y44y"),
    "objections:noted_undo": ({"pk": "noted"}, "post", "y4y44y"),
    "objections:theme_detail": ({"pk": "theme"}, "get", ALL),
    "objections:theme_impact": ({"pk": "theme"}, "get", ALL),
    "objections:theme_impact_export": ({"pk": "theme"}, "get", ALL),
    "objections:collateral_impact": ({"pk": "collateral"}, "get", ALL),
    "objections:collateral_impact_export": ({"pk": "unpublished"}, "get", "444yyy"),
    "objections:request_impact": ({"pk": "request"}, "get", ALL),
    "objections:request_impact_export": ({"pk": "request"}, "get", ALL),
    "objections:theme_edit": ({"pk": "theme"}, "get", CURATORS),
    "objections:theme_merge": ({"pk": "theme"}, "get", CURATORS),
    "objections:theme_split": ({"pk": "theme"}, "get", CURATORS),
    "objections:theme_retire": ({"pk": "theme"}, "post", CURATORS),
    "objections:theme_restore": ({"pk": "theme"}, "post", CURATORS),
    "objections:merge_undo": ({"pk": "merge"}, "post", CURATORS),
    "objections:split_undo": ({"pk": "split"}, "post", CURATORS),
    "objections:theme_loop": ({}, "get", ALL),
    "objections:theme_learning": ({}, "get", ALL),
    "objections:theme_loop_export": ({}, "get", ALL),
    "objections:map": ({}, "get", ALL),
    "objections:map_draw": ({}, "post", CURATORS),
    "objections:build_create": ({}, "post", CURATORS),
    "objections:build_list": ({}, "get", CURATORS),
    "objections:build_detail": ({"pk": "build"}, "get", CURATORS),
    "objections:proposal_list": ({}, "get", CURATORS),
    "objections:proposal_accept_many": ({}, "get", CURATORS),
    "objections:proposal_accept": ({"pk": "proposal"}, "post", CURATORS),
    "objections:proposal_reject": ({"pk": "proposal"}, "post", CURATORS),
    "objections:proposal_undo": ({"pk": "proposal"}, "post", CURATORS),
    "objections:answer_edit": ({"pk": "theme"}, "get", CURATORS),
    "objections:answer_undo": ({"pk": "theme", "answer": "answer"}, "post", CURATORS),
    "objections:request_list": ({}, "get", ALL),
    "objections:request_calendar": ({}, "get", ALL),
    "objections:request_create": ({}, "get", ALL),
    "objections:request_detail": ({"pk": "request"}, "get", ALL),
    "objections:request_edit": ({"pk": "request"}, "get", CURATORS),
    "objections:request_move": ({"pk": "request"}, "post", CURATORS),
    "objections:request_merge_undo": ({"pk": "merged_request"}, "post", CURATORS),
    "objections:brief_edit": ({"pk": "request"}, "get", CURATORS),
    "objections:sign_off_create": ({"pk": "reviewed_request"}, "post", "y33333"),  # the rep is its sales co-owner
    "objections:join_create": ({"pk": "request"}, "get", ALL),
    "objections:join_leave": ({"pk": "join"}, "post", "y44444"),
    "objections:comment_create": ({"pk": "request"}, "post", ALL),
    "objections:comment_edit": ({"pk": "comment"}, "get", "y33333"),
    "objections:comment_withdraw": ({"pk": "comment"}, "post", "y3333y"),
    "objections:comment_restore": ({"pk": "withdrawn_comment"}, "post", "y33333"),
    "objections:item_create": ({"pk": "request"}, "post", CURATORS),
    "objections:item_tick": ({"pk": "item"}, "post", CURATORS),
    "objections:item_remove": ({"pk": "item"}, "post", CURATORS),
    "objections:item_restore": ({"pk": "removed_item"}, "post", CURATORS),
    "objections:item_up": ({"pk": "second_item"}, "post", CURATORS),
    "objections:collateral_list": ({}, "get", ALL),
    "objections:collateral_create": ({}, "get", CURATORS),
    "objections:collateral_detail": ({"pk": "unpublished"}, "get", "444yyy"),
    "objections:collateral_edit": ({"pk": "collateral"}, "get", CURATORS),
    "objections:version_create": ({"pk": "collateral"}, "get", CURATORS),
    "objections:version_file": ({"pk": "version"}, "get", "444yyy"),
    "objections:collateral_publish": ({"pk": "collateral"}, "post", CURATORS),
    "objections:publication_undo": ({"pk": "collateral", "publication": "publication"}, "post", CURATORS),
    "objections:publication_restore": ({"pk": "collateral", "publication": "publication"}, "post", CURATORS),
    "objections:collateral_retire": ({"pk": "collateral"}, "post", CURATORS),
    "objections:collateral_use": ({"pk": "collateral"}, "post", "yyy3yy"),
    "objections:battlecard": ({"pk": "competitor"}, "get", ALL),
    "objections:share_link_create": ({"pk": "collateral"}, "post", ALL),
    "objections:share_link_end": ({"pk": "share_link"}, "post", "y44yyy"),
    "objections:share_link_restore": ({"pk": "share_link"}, "post", "y44yyy"),
    "objections:usage_undo": (
        {"pk": "collateral", "usage": "usage"},
        "post",
        "yyy3yy",
    ),  # of one's own; nothing happens to another's
}


def names(resolver=None, prefix=""):
    """The names of all URLs but those of Django's admin, which only superusers enter."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if hasattr(pattern, "url_patterns"):
            if pattern.namespace != "admin":
                yield from names(pattern, f"{pattern.namespace}:" if pattern.namespace else prefix)
        else:
            yield f"{prefix}{pattern.name}"


def address(name, scene, needs):
    given = {key: row[1:] if row.startswith("=") else getattr(scene, row).pk for key, row in needs.items()}
    return reverse(name, kwargs=given)


def answer_of(client, method, url):
    """The status of one request, whose writes are taken back."""
    with transaction.atomic():
        answer = getattr(client, method)(url)
        if answer.streaming:
            list(answer.streaming_content)  # read to its end, a file is closed
        transaction.set_rollback(True)
    return answer.status_code


@pytest.fixture(autouse=True)
def _draws(monkeypatch):
    """Who may take a PDF does not hang on whether this machine draws any."""
    monkeypatch.setattr(handouts, "can_draw", lambda: True)
    monkeypatch.setattr(handouts, "pdf", lambda handout: b"%PDF")


def test_every_url_has_a_row_here():
    """Those of the API have theirs in `test_api_access`."""
    pages = {name for name in names() if not name.startswith("api:")} | {"api:docs"}
    assert pages == set(PAGES) | set(PUBLIC)


@pytest.mark.parametrize("name", sorted(PAGES))
def test_it_lets_in_by_role(name, scene, request, sign_in):
    needs, method, let_in = PAGES[name]
    url = address(name, scene, needs)
    letters = {200: "y", 302: "y", 422: "y", 204: "y", 403: "3", 404: "4"}
    got = {}
    for role in ROLES:
        status = answer_of(sign_in(request.getfixturevalue(role)), method, url)
        got[role] = letters.get(status, str(status))
    assert got == dict(zip(ROLES, let_in, strict=True))


@pytest.mark.parametrize("name", sorted(PAGES))
def test_it_sends_strangers_to_the_sign_in_page(name, scene, sign_in):
    needs, method, _ = PAGES[name]
    url = address(name, scene, needs)
    stranger = sign_in(None)
    for asked in {method, "get"}:
        answer = getattr(stranger, asked)(url)
        if name == "logout":
            assert answer.status_code in (302, 405)
        else:
            assert answer.status_code == 302, asked
            assert answer.url.startswith(reverse(settings.LOGIN_URL)), asked


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("healthz", 200),
        ("readyz", 503),
        ("metrics", 404),
        ("login", 200),
        ("second_factor", 302),
        ("objections:manifest", 200),
        ("objections:service_worker", 200),
        ("objections:offline", 200),
        ("password_reset", 200),
        ("password_reset_done", 200),
        ("password_reset_complete", 200),
    ]
    + [("password_reset_confirm", 200), ("feedback:first_run", 404), ("second_factor", 302)]
    + [("feedback:invitation_accept", 404), ("feedback:feed", 404), ("feedback:digest_off", 404)]
    + [("objections:share_link_open", 404), ("oidc_login", 404), ("oidc_callback", 404)],
)
def test_public_pages_answer_strangers(name, status, company, sign_in):
    assert sign_in(None).get(reverse(name, kwargs=PUBLIC[name])).status_code == status


@pytest.mark.parametrize("name", [n for n, (_, method, _) in sorted(PAGES.items()) if method == "post"])
def test_what_changes_something_is_never_done_by_a_link(name, scene, admin, sign_in):
    needs, _, _ = PAGES[name]
    assert answer_of(sign_in(admin), "get", address(name, scene, needs)) in (200, 302, 404, 405)


def test_the_admin_site_is_for_admins_only(rep, leader, marketer, admin, sign_in):
    url = reverse("admin:index")
    assert [sign_in(u).get(url).status_code for u in (rep, leader, marketer, admin)] == [302, 302, 302, 200]
