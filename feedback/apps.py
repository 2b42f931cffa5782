from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "feedback"
    verbose_name = "Deals, reviews and meetings"

    def ready(self):
        from feedback import registrations

        registrations.register()
