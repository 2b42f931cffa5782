"""The mail that brings an invitation, where the portal can send mail at all."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string

from feedback.models import Company, Invitation
from feedback.permissions import can_use_password

log = logging.getLogger(__name__)
NO_MAIL = ("console", "dummy")  # these write to a log or nowhere: a link has no business there
PATIENCE = 10  # seconds


def mail_works() -> bool:
    """Whether mail leaves the portal, as far as the settings say."""
    return settings.EMAIL_BACKEND.rsplit(".", 2)[-2] not in NO_MAIL


def mail_connection():
    """To the mail server; one that does not answer is not waited for long."""
    return get_connection(timeout=PATIENCE) if "smtp" in settings.EMAIL_BACKEND else get_connection()


def mail_invitation(invitation: Invitation, link: str) -> bool:
    """Sends the link to the invited person; False where no mail is set up or the mail server refuses."""
    if not mail_works():
        return False
    company_sign_in = "" if can_use_password(invitation.person) else settings.OIDC_NAME
    context = {"invitation": invitation, "link": link, "company": Company.current(), "company_sign_in": company_sign_in}
    message = EmailMessage(
        subject=" ".join(render_to_string("feedback/people/invitation_subject.txt", context).split()),
        body=render_to_string("feedback/people/invitation_mail.txt", context),
        to=[invitation.person.email],
        connection=mail_connection(),
    )
    try:
        return message.send() == 1
    except (SMTPException, OSError) as error:
        log.warning("an invitation could not be mailed: %s", type(error).__name__)
        return False
