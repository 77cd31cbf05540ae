"""The words of a mail that invites a partner's person. It names the call, never the application."""

from __future__ import annotations

from collections.abc import Mapping

SUBJECT: Mapping[str, str] = {
    "fi": "Innoverkko: kutsu täyttämään osapuolen osuus hakemuksessa",
    "sv": "Innoverkko: inbjudan att fylla i en parts del av en ansökan",
    "en": "Innoverkko: an invitation to fill in a partner's part of an application",
}
BODY: Mapping[str, str] = {
    "fi": "Sinut on kutsuttu täyttämään ja vahvistamaan organisaatiosi osuus hakemuksessa. Haku on"
    " {call}.\n\nAvaa kutsu tästä. Linkki toimii 14 päivää ja kerran:\n{link}\n\nKirjaudu tai rekisteröidy"
    " tällä sähköpostiosoitteella ja hyväksy kutsu. Jos kutsu ei kuulu sinulle, sinun ei tarvitse tehdä"
    " mitään.\n",
    "sv": "Du har bjudits in att fylla i och bekräfta din organisations del av en ansökan. Utlysningen är"
    " {call}.\n\nÖppna inbjudan här. Länken fungerar i 14 dagar och en gång:\n{link}\n\nLogga in eller"
    " registrera dig med den här e-postadressen och godkänn inbjudan. Om inbjudan inte gäller dig behöver"
    " du inte göra något.\n",
    "en": "You are invited to fill in and confirm your organisation's part of an application. The call is"
    " {call}.\n\nOpen the invitation here. The link works for 14 days and once:\n{link}\n\nLog in or"
    " register with this e-mail address and accept the invitation. If the invitation is not meant for you,"
    " you need not do anything.\n",
}
