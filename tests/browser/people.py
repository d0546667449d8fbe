"""Who is in the browser."""

from playwright.sync_api import expect


def sign_up(page):
    """A reader of a new, invented account, whose address it gives."""
    page.locator(".reader").get_by_role("button", name="Sign in").click()
    email = page.get_by_label("E-mail").first.input_value()
    page.get_by_role("button", name="Sign up and log in").click()
    expect(page.locator(".reader")).to_contain_text(email)
    return email
