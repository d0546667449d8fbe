"""The routes of stage 4, below `/api/v1/`."""

from django.urls import path

from accounts.identity.views import me, tokens

urlpatterns = [
    path("auth/signup/", tokens.SignUp.as_view(), name="sign-up"),
    path("auth/login/", tokens.LogIn.as_view(), name="log-in"),
    path("auth/refresh/", tokens.Refresh.as_view(), name="refresh"),
    path("auth/logout/", tokens.LogOut.as_view(), name="log-out"),
    path("auth/ticket/", tokens.SocketTicket.as_view(), name="ticket"),
    path("auth/me/", me.Me.as_view(), name="me"),
    path("auth/deletions/<uuid:deletion_id>/", me.Deletion.as_view(), name="deletion"),
    path("auth/sessions/", me.Sessions.as_view(), name="sessions"),
    path("auth/sessions/<uuid:session_id>/", me.SessionDetail.as_view(), name="session"),
    path("auth/password/change/", me.PasswordChange.as_view(), name="password-change"),
    path("auth/password/reset/", me.PasswordReset.as_view(), name="password-reset"),
    path("auth/password/reset/confirm/", me.PasswordResetConfirm.as_view(), name="reset-confirm"),
    path("auth/email/verify/", me.EmailVerify.as_view(), name="email-verify"),
    path("auth/email/verify/resend/", me.EmailVerifyResend.as_view(), name="email-verify-resend"),
]
