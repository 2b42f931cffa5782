"""Where people are led on to is a page of the portal, whatever the request asks for."""

import pytest

from feedback.addresses import is_path_of_ours


@pytest.mark.parametrize("url", ["/", "/deals/", "/deals/?q=too dear#1", "/a\0b"])
def test_a_path_is_ours(url):
    assert is_path_of_ours(url)


@pytest.mark.parametrize(
    "url",
    ["", "x", "-1", "feedback:home", "?q=x", "//evil.example/", "/\\evil.example/", "https://evil.example/"]
    + ["http://testserver/deals/", "javascript:alert(1)", "\0/deals/", str(2**70)],
)
def test_another_site_or_a_bare_word_is_not(url):
    assert not is_path_of_ours(url)
