from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save


class IdentityConfig(AppConfig):
    name = "accounts.identity"
    label = "identity"
    verbose_name = "Identity"

    def ready(self) -> None:
        from accounts.identity.facts import tell_deleted, tell_saved
        from accounts.identity.sessions import (
            end_access_of_disabled,
            end_sessions_after_password_change,
        )
        from accounts.models import User
        from accounts.signals import password_changed, user_disabled

        post_save.connect(tell_saved, sender=User, dispatch_uid="identity.tell_saved")
        post_delete.connect(tell_deleted, sender=User, dispatch_uid="identity.tell_deleted")

        password_changed.connect(
            end_sessions_after_password_change, dispatch_uid="identity.end_sessions"
        )
        user_disabled.connect(end_access_of_disabled, dispatch_uid="identity.end_access")
