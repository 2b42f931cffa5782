"""The API of this app, by noun; its routes are put together in `config.api`.

A view fetches through `visible_to(user)` (404), asks a predicate (403), fills the form of the page (422), calls the
action of the page. What a page hides from a role, the serializer leaves out for it.
"""
