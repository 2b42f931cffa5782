class HeadersMiddleware:
    """What Django's security middleware does not send, and no copy of a page for the next person at this screen."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        answer = self.get_response(request)
        answer.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        answer.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
        if request.user.is_authenticated:  # Back after signing out asks again, and is shown the sign-in page
            answer.headers.setdefault("Cache-Control", "private, no-store")
        return answer
