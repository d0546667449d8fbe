"""The site's settings with the linter of migrations, which is no part of the site."""

from backend_practice import settings as site

globals().update({name: value for name, value in vars(site).items() if name.isupper()})

INSTALLED_APPS = [*site.INSTALLED_APPS, "django_migration_linter"]
MIGRATION_LINTER_OPTIONS = {
    "project_root_path": str(site.BASE_DIR),
    "no_cache": True,
    "include_apps": ["accounts", "books", "chat", "events", "http", "identity", "jobs", "uploads"],
    # Older than the first release: no old version ever runs beside them.
    "ignore_name": ["0002_user_email_verified", "0003_user_version", "0003_cover_index"],
    "quiet": ["ok", "ignore"],
}
