"""The words of mail about accounts, in the account's language. A link is the only thing they carry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.models import User
from app.services.record.outbox import Message, queue_mail

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class MailTemplate:
    """One kind of mail: subject and body by language; the body has a place for ``{link}``."""

    kind: str
    subject: Words
    body: Words


CONFIRM = MailTemplate(
    "account_confirm",
    {
        "fi": "Innoverkko: vahvista sähköpostiosoitteesi",
        "sv": "Innoverkko: bekräfta din e-postadress",
        "en": "Innoverkko: confirm your e-mail address",
    },
    {
        "fi": "Tällä osoitteella on pyydetty käyttäjätiliä Innoverkkoon.\n\nVahvista osoite tästä ja anna"
        " valitsemasi salasana. Linkki toimii 24 tuntia ja kerran:\n{link}\n\nJos et pyytänyt tiliä,"
        " sinun ei tarvitse tehdä mitään.\n",
        "sv": "Ett konto i Innoverkko har begärts med den här adressen.\n\nBekräfta adressen här och ange"
        " det lösenord du valde. Länken fungerar i 24 timmar och en gång:\n{link}\n\nOm du inte har"
        " begärt något konto behöver du inte göra något.\n",
        "en": "Somebody asked for an Innoverkko account with this address.\n\nConfirm the address here and"
        " give the password that you chose. The link works for 24 hours and once:\n{link}\n\nIf you did"
        " not ask for an account, you need not do anything.\n",
    },
)
ALREADY_THERE = MailTemplate(
    "account_known",
    {
        "fi": "Innoverkko: sinulla on jo käyttäjätili",
        "sv": "Innoverkko: du har redan ett konto",
        "en": "Innoverkko: you already have an account",
    },
    {
        "fi": "Tällä osoitteella on pyydetty uutta käyttäjätiliä Innoverkkoon, mutta tili on jo"
        " olemassa.\n\nKirjaudu sisään tästä. Sivulla voi myös pyytää uuden salasanan:\n{link}\n\nJos et"
        " pyytänyt tiliä, sinun ei tarvitse tehdä mitään.\n",
        "sv": "Ett nytt konto i Innoverkko har begärts med den här adressen, men kontot finns"
        " redan.\n\nLogga in här. På sidan kan du också be om ett nytt lösenord:\n{link}\n\nOm du inte"
        " har begärt något konto behöver du inte göra något.\n",
        "en": "Somebody asked for a new Innoverkko account with this address, but the account exists"
        " already.\n\nLog in here. The page also lets you ask for a new password:\n{link}\n\nIf you did"
        " not ask for an account, you need not do anything.\n",
    },
)
RESET = MailTemplate(
    "account_reset",
    {
        "fi": "Innoverkko: valitse uusi salasana",
        "sv": "Innoverkko: välj ett nytt lösenord",
        "en": "Innoverkko: choose a new password",
    },
    {
        "fi": "Valitse uusi salasana tästä. Linkki toimii tunnin ja kerran:\n{link}\n\nJos et pyytänyt"
        " uutta salasanaa, vanha toimii edelleen etkä tarvitse tätä viestiä.\n",
        "sv": "Välj ett nytt lösenord här. Länken fungerar i en timme och en gång:\n{link}\n\nOm du inte"
        " har bett om ett nytt lösenord gäller det gamla och du behöver inte detta meddelande.\n",
        "en": "Choose a new password here. The link works for one hour and once:\n{link}\n\nIf you did not"
        " ask for a new password, the old one still works and you do not need this message.\n",
    },
)
INVITATION = MailTemplate(
    "account_invitation",
    {
        "fi": "Innoverkko: sinulle on tehty käyttäjätili",
        "sv": "Innoverkko: ett konto har skapats för dig",
        "en": "Innoverkko: an account has been made for you",
    },
    {
        "fi": "Sinulle on tehty käyttäjätili Innoverkkoon.\n\nValitse salasana tästä. Linkki toimii seitsemän"
        " päivää ja kerran:\n{link}\n\nJos linkki on vanhentunut, pyydä uusi kirjautumissivulla.\n",
        "sv": "Ett konto har skapats för dig i Innoverkko.\n\nVälj ett lösenord här. Länken fungerar i sju"
        " dagar och en gång:\n{link}\n\nOm länken är för gammal, be om en ny på inloggningssidan.\n",
        "en": "An account has been made for you in Innoverkko.\n\nChoose a password here. The link works for"
        " seven days and once:\n{link}\n\nIf the link is too old, ask for a new one on the login page.\n",
    },
)
PASSWORD_CHANGED = MailTemplate(
    "account_password_changed",
    {
        "fi": "Innoverkko: salasanasi on vaihdettu",
        "sv": "Innoverkko: ditt lösenord har ändrats",
        "en": "Innoverkko: your password was changed",
    },
    {
        "fi": "Käyttäjätilisi salasana on vaihdettu, ja muut kirjautumiset on päätetty.\n\nJos et tehnyt tätä"
        " itse, pyydä heti uusi salasana:\n{link}\n",
        "sv": "Lösenordet till ditt konto har ändrats och andra inloggningar har avslutats.\n\nOm du inte"
        " gjorde detta själv, be genast om ett nytt lösenord:\n{link}\n",
        "en": "The password of your account was changed and other logins were ended.\n\nIf you did not do"
        " this yourself, ask for a new password at once:\n{link}\n",
    },
)


def queue_account_mail(
    session: Session, user: User, template: MailTemplate, link: str, now: datetime
) -> None:
    """Put a mail about an account into the outbox, in the account's language."""
    message = Message(
        recipient=user.email,
        language=user.language,
        kind=template.kind,
        subject=template.subject[user.language],
        body=template.body[user.language].format(link=link),
    )
    queue_mail(session, message, now)
