"""The site's own settings, with the kinds of the tests: for real processes."""

from backend_practice import settings as site

globals().update({name: value for name, value in vars(site).items() if name.isupper()})

INSTALLED_APPS = [*site.INSTALLED_APPS, "tests.kinds"]
