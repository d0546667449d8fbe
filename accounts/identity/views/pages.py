"""The mailbox of a site without a mail server."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.identity import mailbox as box
from backend_practice.inside import may_see_inside


@require_safe
@never_cache
def mailbox(request: HttpRequest) -> HttpResponse:
    """The mails that this site has sent to itself, the newest first."""
    _only_here(request)
    return render(request, "identity/mailbox.html", {"mails": box.mails()})


@require_safe
@never_cache
def mail(request: HttpRequest, name: str) -> HttpResponse:
    """One of them."""
    _only_here(request)
    found = box.find_mail(name)
    if found is None:
        raise Http404
    return render(request, "identity/mail.html", {"mail": found})


def _only_here(request: HttpRequest) -> None:
    """Other people's mail is for nobody but who sits at this machine."""
    if not settings.MAILBOX_DIR:
        raise Http404
    if not may_see_inside(request):
        raise PermissionDenied
