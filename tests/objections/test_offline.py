"""What makes the portal an app: manifest, service worker, and the page that is shown when the network is away."""

import json

from django.urls import reverse


def test_the_manifest_lets_it_be_installed_and_shared_to(client, db):
    answer = client.get(reverse("objections:manifest"))
    described = json.loads(answer.content)
    assert answer["Content-Type"] == "application/manifest+json"
    assert (described["display"], described["start_url"], described["scope"]) == ("standalone", "/", "/")
    assert {icon["purpose"] for icon in described["icons"]} == {"any", "maskable"}
    assert described["share_target"]["method"] == "POST"
    assert described["share_target"]["action"].startswith(reverse("objections:objection_create"))


def test_what_is_shared_is_never_part_of_an_address(client, db):
    assert json.loads(client.get(reverse("objections:manifest")).content)["share_target"]["method"] != "GET"


def test_the_script_is_asked_for_anew_and_keeps_no_page(client, db):
    answer = client.get("/service-worker.js")
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("text/javascript", "no-cache")
    assert b'"/static/"' in answer.content


def test_the_offline_page_says_nothing_of_anybody_for_it_stays_in_the_browser(company, rep, sign_in):
    for user in (None, rep):
        page = sign_in(user).get(reverse("objections:offline")).content.decode()
        assert rep.name not in page
        assert "data-person" not in page
        assert "csrfmiddlewaretoken" not in page


def test_pages_name_their_manifest(rep, sign_in):
    for url in ("/", "/sign-in/"):
        assert b'rel="manifest" href="/manifest.webmanifest"' in sign_in(rep).get(url, follow=True).content
