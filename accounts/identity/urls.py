"""The public keys, outside the API's prefix (RFC 8615); the mailbox."""

from django.urls import path

from accounts.identity.views import pages, tokens

urlpatterns = [
    path(".well-known/jwks.json", tokens.jwks, name="jwks"),
    path("mailbox/", pages.mailbox, name="mailbox"),
    path("mailbox/<slug:name>/", pages.mail, name="mail"),
]
