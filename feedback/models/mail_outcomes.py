from django.db import models


class MailOutcome(models.TextChoices):
    """How a mail that was to be sent once ended."""

    SENT = "sent", "Sent"
    NO_MAIL = "no mail", "No mail is set up"
    REFUSED = "refused", "The mail server refused it"
