"""Building blocks of the generated calls: what people ring a phone company about, in four languages."""

from __future__ import annotations

from dataclasses import dataclass

PEOPLE = (
    "Ana Castro",
    "Ben Fischer",
    "Chiara Russo",
    "Dario Novak",
    "Elif Demir",
    "Finn Larsen",
    "Grace Okafor",
    "Hugo Marchand",
)
PLACES = ("the Harbour Hotel", "Lindner Dental", "Rossi Imports", "the Oak Street School", "Blue Kite Travel")


@dataclass(frozen=True, slots=True)
class Matter:
    """A reason to call: its title, the turns after the greeting (customer first), and how it ended."""

    title: str
    turns: tuple[str, ...]
    ending: str
    language: str = "en"
    tool: str | None = None


GREETINGS = {
    "en": ("Acme Telecom, good day. What can I do for you?", "Hello, {person} from {place}."),
    "de": ("Acme Telecom, guten Tag. Was kann ich f\u00fcr Sie tun?", "Guten Tag, {person} am Apparat."),
    "es": (
        "Acme Telecom, buenos d\u00edas. \u00bfEn qu\u00e9 puedo ayudarle?",
        "Buenos d\u00edas, soy {person}.",
    ),
    "fr": ("Acme Telecom, bonjour. Que puis-je faire pour vous ?", "Bonjour, {person} \u00e0 l'appareil."),
}
ASIDES = (
    ("Which phone is on your desk?", "The grey one with the large display."),
    ("Since when have you noticed it?", "Since Tuesday, I believe, just after lunch."),
    ("May I have your customer number?", "It is {number}."),
    ("Are other colleagues affected?", "Two of them, both on the second floor."),
    ("Have you restarted the phone?", "Yes, twice, and nothing changed."),
)
MATTERS = (
    Matter(
        "Invoice counted twice",
        (
            "We were charged twice for March, and I am rather annoyed.",
            "I am sorry. I see both bookings of {amount} euros and will refund one of them.",
            "Good. When will the money be here?",
        ),
        "The refund of {amount} euros will arrive within five working days.",
        tool="lookup_invoice",
    ),
    Matter(
        "Conference calls with guests",
        (
            "Can people outside our company join a conference?",
            "Yes. You will find the guest number in the invitation, and the room takes {count} people.",
            "Perfect, then we agreed to use it on Monday.",
        ),
        "I will send you the instructions for guests by e-mail.",
    ),
    Matter(
        "Headset does not charge",
        (
            "My headset does not charge any more, the light stays dark.",
            "That is covered by the warranty. I will send a new one to {place}.",
            "Thank you, that is great.",
        ),
        "The new headset leaves the warehouse tomorrow, with a label for the broken one.",
        tool="create_return",
    ),
    Matter(
        "Numbers for a new branch",
        (
            "We are opening a branch and need {count} numbers with the local prefix.",
            "I can reserve a block of {count}. It costs {amount} euros a month.",
            "That is within our budget. Let's do it.",
        ),
        "The block is reserved for fourteen days, and we confirmed the order.",
    ),
    Matter(
        "Echo on every second call",
        (
            "There is an echo on every second call, our customers complain.",
            "The router rewrites the calls. You need to switch off SIP ALG.",
            "I cannot do that, our administrator has to.",
        ),
        "I will call the administrator back on Thursday at ten.",
    ),
    Matter(
        "Opening hours announcement",
        (
            "How do I change the announcement for the holidays?",
            "In the portal under Announcements. The change is live after {count} minutes.",
            "I see it now, thanks.",
        ),
        "The announcement for the holidays is active from Saturday on.",
    ),
    Matter(
        "Rufnummer am Telefon falsch angezeigt",
        (
            "Bei unseren Kunden erscheint die falsche Rufnummer.",
            "Ich sehe es. Ich stelle die Nummer f\u00fcr alle {count} Telefone um.",
            "Danke, das ist sehr nett.",
        ),
        "Die richtige Nummer erscheint ab morgen fr\u00fch.",
        language="de",
    ),
    Matter(
        "Cambio de tarifa",
        (
            "Queremos cambiar a la tarifa Team con {count} usuarios.",
            "Con mucho gusto. El precio es de {amount} euros al mes.",
            "De acuerdo, muchas gracias.",
        ),
        "El cambio se hace el primer d\u00eda del mes.",
        language="es",
    ),
    Matter(
        "Renvoi d'appel pendant les vacances",
        (
            "Je voudrais renvoyer les appels pendant {count} jours.",
            "Vous pouvez le faire avec l'\u00e9toile vingt et un, puis le num\u00e9ro.",
            "Merci, je vais essayer.",
        ),
        "Le renvoi sera actif lundi matin.",
        language="fr",
    ),
)
