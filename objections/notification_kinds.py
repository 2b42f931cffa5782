"""What this app tells people of."""

from feedback.notification_kinds import Kind, add_kind
from objections.permissions import can_curate


def register() -> None:
    add_kind(Kind("published", 10, "An answer to what you logged or asked for is live"))
    add_kind(Kind("declined", 12, "A request you asked for, or whose theme you raised, was declined"))
    add_kind(Kind("result", 14, "A request is closed: it worked, or not"))
    words = "A request you asked for went elsewhere, was merged or needs more from you"
    add_kind(Kind("moved", 16, words))
    add_kind(Kind("sign-off", 30, "Your sign-off is asked for", always="Others wait for you."))
    add_kind(Kind("signed-off", 32, "What you own was signed off, or needs changes"))
    add_kind(Kind("mention", 40, "Somebody mentions you in a comment"))
    add_kind(Kind("comment", 42, "Somebody comments on a request of yours"))
    add_kind(Kind("stale", 50, "A piece you own is to be checked again"))
    add_kind(Kind("mail", 80, "What became of an e-mail you logged by"))
    words = "It is about the safety of your account."
    add_kind(Kind("forged-mail", 82, "An e-mail in your name was not logged", always=words))
    add_kind(Kind("work", 84, "Themes you built or a map you asked for are ready", told_to=can_curate))
