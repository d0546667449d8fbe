from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "accounts.identity"
    label = "identity"
    verbose_name = "Identity"

    def ready(self) -> None:
        from accounts.identity.sessions import (
            end_access_of_disabled,
            end_sessions_after_password_change,
        )
        from accounts.signals import password_changed, user_disabled

        password_changed.connect(
            end_sessions_after_password_change, dispatch_uid="identity.end_sessions"
        )
        user_disabled.connect(end_access_of_disabled, dispatch_uid="identity.end_access")
