from django.apps import AppConfig


class ObjectionsConfig(AppConfig):
    name = "objections"
    verbose_name = "Objections, themes and content"

    def ready(self):
        from objections import jobs, registrations

        registrations.register()
        jobs.register()
