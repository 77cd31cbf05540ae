"""Forms of a person's own account and of questions on a call."""

from __future__ import annotations

from wtforms import EmailField, Form, PasswordField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length, Regexp, ValidationError

from forms.messages import N_

MINIMUM_PASSWORD = 12
MAXIMUM_PASSWORD = 200
FEWEST_CHARACTERS = 4
"""So many different characters a password has at least."""
LANGUAGE_CHOICES = [
    SelectChoice("fi", "suomi"),
    SelectChoice("sv", "svenska"),
    SelectChoice("en", "English"),
]

_ADDRESS = r"^[^@\s\"<>(),;:\\]{1,64}@(?:[\w-]{1,63}\.)+[\w-]{2,63}$"


def trimmed(text: str | None) -> str:
    """Return a text without spaces around it, as nobody means them."""
    return (text or "").strip()


def lowered(text: str | None) -> str:
    """Return an address as it is stored: trimmed, in lower case."""
    return trimmed(text).lower()


def too_long(maximum: int) -> Length:
    """Return the refusal of a text that is longer than so many characters."""
    return Length(max=maximum, message=N_("Use at most %(count)s characters", count=maximum))


def known_password_field(label: str, missing: str) -> PasswordField:
    """Return a field for a password that exists already."""
    return PasswordField(label, validators=[InputRequired(missing), too_long(MAXIMUM_PASSWORD)])


def address_field(label: str = "", missing: str = "") -> EmailField:
    """Return a field for an e-mail address: by default one's own."""
    return EmailField(
        label or N_("E-mail address"),
        filters=[lowered],
        validators=[
            InputRequired(missing or N_("Enter your e-mail address")),
            too_long(200),
            Regexp(_ADDRESS, message=N_("Enter an address such as name@example.org")),
        ],
    )


def name_field() -> StringField:
    """Return a field for the name that others see."""
    return StringField(
        N_("Name or role title"),
        filters=[trimmed],
        description=N_("Shown to the people you work with, for example “project manager”."),
        validators=[
            DataRequired(N_("Enter the name that others see")),
            too_long(200),
        ],
    )


def language_field() -> SelectField:
    """Return a field for the language of pages and mail."""
    return SelectField(N_("Language of pages and mail"), choices=LANGUAGE_CHOICES)


def new_password_field() -> PasswordField:
    """Return a field for a password that is chosen now."""
    return PasswordField(
        N_("New password"),
        description=N_(
            "At least %(count)s characters. A few unrelated words are a good choice.", count=12
        ),
        validators=[
            InputRequired(N_("Enter a password")),
            Length(
                min=MINIMUM_PASSWORD,
                message=N_("Use at least %(count)s characters", count=MINIMUM_PASSWORD),
            ),
            too_long(MAXIMUM_PASSWORD),
        ],
    )


def repeated_password_field() -> PasswordField:
    """Return a field for the same password again."""
    return PasswordField(
        N_("The same password again"),
        validators=[EqualTo("password", message=N_("The two passwords are not the same"))],
    )


class NewPasswordForm(Form):
    """A new password, typed twice. ``email`` may be set to refuse the address itself."""

    email_of_account = ""
    password = new_password_field()
    repeated = repeated_password_field()

    def validate_password(self, field: PasswordField) -> None:
        """Refuse the address as a password, and one character over and over."""
        given = trimmed(field.data).lower()
        address = self.email_of_account.lower()
        if address and given in {address, address.partition("@")[0]}:
            raise ValidationError(N_("The e-mail address cannot be the password"))
        if given and len(set(given)) < FEWEST_CHARACTERS:
            raise ValidationError(N_("The password is too easy to guess"))


class RegistrationForm(NewPasswordForm):
    """A new account."""

    email = address_field()
    display_name = name_field()
    language = language_field()
    # Made anew, so that errors come in the order of the page.
    password = new_password_field()
    repeated = repeated_password_field()

    def validate_password(self, field: PasswordField) -> None:
        """Refuse a password that can be guessed from the address just given."""
        self.email_of_account = self.email.data or ""
        super().validate_password(field)


class LoginForm(Form):
    """Address and password."""

    email = address_field()
    password = known_password_field(N_("Password"), N_("Enter your password"))


class ConfirmationForm(Form):
    """The password chosen at registration, which shows that the same person confirms."""

    password = known_password_field(
        N_("The password you chose when you registered"), N_("Enter your password")
    )


class ForgottenForm(Form):
    """The address to which a link for a new password goes."""

    email = address_field()


class PasswordChangeForm(NewPasswordForm):
    """The present password and a new one."""

    present = known_password_field(N_("Present password"), N_("Enter your present password"))


class DetailsForm(Form):
    """The name that others see, and the language."""

    display_name = name_field()
    language = language_field()


class QuestionForm(Form):
    """A question on a call."""

    question = TextAreaField(
        N_("Your question"),
        filters=[trimmed],
        description=N_(
            "The question and its answer are published without your name. Do not write about the content"
            " of your application."
        ),
        validators=[
            DataRequired(N_("Write your question")),
            Length(min=10, message=N_("Use at least %(count)s characters", count=10)),
            Length(max=2000, message=N_("Use at most %(count)s characters", count=2000)),
        ],
    )
