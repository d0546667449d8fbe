"""Users in the admin: found by e-mail or name, made with an e-mail and a password."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as StockUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm

from accounts.models import User, fold_email
from backend_practice.http.admin import BoundedPaginator


class EmailUserCreationForm(AdminUserCreationForm):
    """Asks for an e-mail where Django's own asks for a username."""

    class Meta:
        model = User
        fields = ("email", "name")

    def clean_email(self) -> str:
        return fold_email(str(self.cleaned_data["email"]))


class EmailUserChangeForm(UserChangeForm):
    """All of a user but the hash of the password."""

    class Meta:
        model = User
        fields = "__all__"

    def clean_email(self) -> str:
        return fold_email(str(self.cleaned_data["email"]))


@admin.register(User)
class UserAdmin(StockUserAdmin):
    """People, newest first."""

    form = EmailUserChangeForm
    add_form = EmailUserCreationForm
    list_display = ("email", "name", "is_active", "is_staff", "created_at", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser")
    search_fields = ("email", "name")
    ordering = ("-created_at",)
    readonly_fields = ("id", "created_at", "last_login")
    paginator = BoundedPaginator
    show_full_result_count = False
    fieldsets = (
        (None, {"fields": ("email", "email_verified", "name", "password")}),
        (
            "May",
            {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")},
        ),
        ("Kept by the site", {"fields": ("id", "created_at", "last_login")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("email", "name", "usable_password", "password1", "password2"),
            },
        ),
    )
