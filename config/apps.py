from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class ConfigConfig(AppConfig):
    name = "config"


class PortalAdminConfig(AdminConfig):
    default_site = "config.admin_site.PortalAdminSite"


class PortalStaticFilesConfig(StaticFilesConfig):
    """Leaves out what packages bring and no page asks for: compressing it took most of a start."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "redoc", "rest_framework"]
