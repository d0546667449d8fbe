"""Headers that tell a browser what it must not do, with a strict Content-Security-Policy."""

from django.http import HttpRequest

from backend_practice.http.middleware.base import Exchange, Middleware

# Nothing inline, nothing from another host, no frames; pages are written for this.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class SecurityHeadersMiddleware(Middleware):
    """Sets each header that the answer has not set itself."""

    def exchange(self, request: HttpRequest) -> Exchange:
        response = yield
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response
