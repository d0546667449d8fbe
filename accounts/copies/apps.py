from django.apps import AppConfig


class CopiesConfig(AppConfig):
    name = "accounts.copies"
    label = "copies"
    verbose_name = "Copies of users"
