"""What happens to a user, for those who must act on it."""

from django.dispatch import Signal

# Sent with `user` after a new password has been saved; a hash made anew with
# stronger parameters is no new password.
password_changed = Signal()

# Sent with `user` whenever a user who may not log in has been saved.
user_disabled = Signal()
