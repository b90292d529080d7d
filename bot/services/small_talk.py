"""What needs no search: greetings, thanks, and questions about the bot itself. Pure."""

import re
import unicodedata
from enum import StrEnum

MOST_WORDS = 16
_EMOJI = re.compile(r":[a-z0-9_+'-]+:")
_OTHER = re.compile(r"[^\w\s]|_")


class Talk(StrEnum):
    """What is said without asking the documents anything."""

    HELLO = "hello"
    THANKS = "thanks"
    ABOUT = "about"


# ruff: noqa: RUF001 - other scripts on purpose
# Whole messages; a greeting before a question stays a question.
_FILLERS = "and|please|bot|there|all|everyone|so|very much|a lot|today|thats great|that helps|that helped|from|then|alle|zusammen|bitte|und"
_HELLO = """
hi|hello|hey|hiya|hey there|hi there|hello there|howdy|yo|hi all|hello all|hi bot|hello bot|hey bot|good morning|
good afternoon|good evening|good day|morning|evening|greetings|how are you|hi how are you|hello how are you|
hey how are you|how are you doing|how are you today|hows it going|how is it going|whats up|sup|test|ping|
are you there|hallo|servus|moin|moin moin|guten tag|guten morgen|guten abend|grüß gott|grüezi|wie geht es dir|
wie gehts|hallo wie geht es dir|bonjour|salut|bonsoir|coucou|ça va|comment ça va|hola|buenos días|buenos dias|
buenas|buenas tardes|buenas noches|qué tal|que tal|olá|ola|oi|bom dia|boa tarde|boa noite|tudo bem|ciao|buongiorno|
buonasera|salve|hej|hejsan|hallå|hei|moi|terve|dzień dobry|cześć|ahoj|dobrý den|привет|здравствуйте|добрый день|
привіт|добрий день|merhaba|selam|günaydın|hoi|goedemorgen|goedemiddag|dag|こんにちは|おはよう|おはようございます|こんばんは|你好|您好|嗨|早上好|안녕|
안녕하세요|مرحبا|السلام عليكم|שלום|नमस्ते|γεια|γεια σου|καλημέρα|bună|bună ziua|szia|jó napot|xin chào|สวัสดี|halo|
selamat pagi"""
_THANKS = """
thanks|thank you|thx|ty|thanks a lot|thank you very much|thank you so much|many thanks|thanks so much|great thanks|
ok thanks|okay thanks|perfect thanks|cool thanks|nice thanks|awesome thanks|great thank you|ok thank you|
perfect thank you|thanks bot|thank you bot|thanks for your help|thank you for your help|cheers|
much appreciated|great|perfect|awesome|nice|cool|ok|okay|got it|good bot|well done|bye|goodbye|see you|danke|
danke schön|dankeschön|vielen dank|danke dir|besten dank|super danke|merci|merci beaucoup|merci bien|gracias|
muchas gracias|mil gracias|obrigado|obrigada|muito obrigado|muito obrigada|grazie|grazie mille|tack|tack så mycket|
takk|tak|kiitos|dzięki|dziękuję|díky|děkuji|спасибо|большое спасибо|дякую|teşekkürler|teşekkür ederim|dank je|
dank je wel|bedankt|dank u|ありがとう|ありがとうございます|谢谢|謝謝|多谢|감사합니다|고마워|고마워요|شكرا|תודה|धन्यवाद|ευχαριστώ|mulțumesc|köszönöm|
cảm ơn|ขอบคุณ|terima kasih"""
_ABOUT = r"""
      who\sare\syou | what\sare\syou | what\sis\syour\sname | whats\syour\sname | introduce\syourself
    | tell\sme\sabout\syourself | how\sdo\syou\swork | how\sdoes\sthis\s(?:bot\s)?work | are\syou\sa\s(?:bot|robot|human|person)
    | what\s(?:all\s)?(?:can|could)\syou\s(?:do|help(?:\s(?:me|us))?(?:\swith)?|answer|tell\sme)(?:\s(?:for\s(?:me|us)|here))?
    | what\sdo\syou\s(?:do|know)(?:\sabout)? | how\scan\syou\shelp(?:\s(?:me|us))?
    | what\scan\s(?:i|we)\s(?:ask|do\swith)\s?(?:you)?(?:\sabout)? | what\sshould\si\sask(?:\syou)? | how\sdo\si\suse\s(?:you|this(?:\sbot)?)
    | (?:which|what)\s(?:documents|docs|buckets|sources|files)\s(?:do\syou\s(?:have|know|read|search|answer\sfrom|use)|can\syou\s(?:see|read|search))
    | (?:from\s)?(?:which|what)\s(?:documents|docs|buckets|sources)\sdo\syou\sanswer(?:\sfrom)?
    | help | help\sme
    | wer\sbist\sdu | was\sbist\sdu | was\skannst\sdu(?:\salles)?(?:\s(?:tun|machen))? | wie\sfunktionierst\sdu | hilfe
    | was\skann\sich\sdich\sfragen | wobei\skannst\sdu\s(?:mir\s)?helfen | welche\sdokumente\s(?:kennst|hast)\sdu
    | qui\ses\stu | qui\sêtes\svous | que\speux\stu\sfaire | que\spouvez\svous\sfaire | quest\sce\sque\stu\speux\sfaire | aide
    | tu\speux\sfaire\squoi | comment\speux\stu\smaider
    | quién\seres | quien\seres | qué\spuedes\shacer | que\spuedes\shacer | en\squé\spuedes\sayudarme | ayuda
    | quem\sé\svocê | o\sque\svocê\spode\sfazer | o\sque\svocê\sfaz | ajuda
    | chi\ssei | cosa\spuoi\sfare | cosa\ssai\sfare | che\scosa\spuoi\sfare | aiuto
    | wie\sben\sje | wat\skun\sje(?:\sdoen)? | vem\sär\sdu | vad\skan\sdu(?:\sgöra)?
    | кто\sты | что\sты\sумеешь | что\sты\sможешь | kim\s?sin | sen\skimsin | ne\syapabilirsin | kim\sjesteś | co\spotrafisz
    | あなたは誰ですか | 何ができますか | 你是谁 | 你能做什么 | 你会做什么 | 누구세요 | 뭘\s할\s수\s있어(?:요)?
    """


# Words that ask for an answer and say nothing about what.
_POINTERS = """
a about above all an and answer answers any anybody anyone are ask asked asking at be bot can check could do does
everyone explain find for from give has have hello help hello here hey hi how i idea ideas in into is it just know
let look looking me mean message of on one or out over people please question questions reply respond say says see
so some someone something take tell thank thanks that the them there these they think this those thoughts thread to
up us we what whats will with would you your alle antwort antworten auf bitte beantworten beantworte da das dazu
der die dies diese du etwas frage fragen helfen hier hilf idee ihm ihr ist jemand kannst könntest mal mir uns weißt
weisst was weiß wissen zu aide aider ce cela ceci cette est idée il merci moi nous peux plaît pouvez question
réponds répondre sais sil te tu une vous ça à alguien algo ayuda ayudar esta esto eso favor idea la nos por
pregunta puede puedes que qué responde responder sabe sabes a aiutare alla ci domanda favore per puoi questa questo
rispondere rispondi sai ajudar essa isso isto pergunta pode poderia responder sabe você ajuda"""
_POINTING = frozenset(_POINTERS.split())
# Words that stand for something said before.
_STANDINGS = frozenset(
    [
        "this",
        "that",
        "these",
        "those",
        "it",
        "its",
        "they",
        "them",
        "their",
        "he",
        "she",
        "him",
        "her",
        "above",
        "dies",
        "diese",
        "dieser",
        "dieses",
        "dazu",
        "davon",
        "darüber",
        "damit",
        "ihn",
        "ihm",
        "ihr",
        "ihnen",
        "cela",
        "ça",
        "ceci",
        "cette",
        "ces",
        "celui",
        "celle",
        "lui",
        "leur",
        "esto",
        "eso",
        "esta",
        "esa",
        "ello",
        "allí",
        "isto",
        "isso",
        "ela",
        "ele",
        "questo",
        "quello",
        "questa",
        "quella",
        "ciò",
        "deze",
        "dit",
        "это",
        "этого",
        "этом",
        "этому",
        "bunu",
        "şunu",
    ]
)
_STANDING_SIGNS = re.compile("[こそあ][のれ]|[这那這]|[이그저]것|[이그]거")


def only_points(text: str) -> bool:
    """Return whether a text only asks for an answer to something said elsewhere ("can you answer this?")."""
    return all(word in _POINTING for word in _bare(text).split())


def stands_for(text: str) -> bool:
    """Return whether a text has a word for something said elsewhere ("why did this happen?")."""
    return bool(_STANDINGS.intersection(_bare(text).split()) or _STANDING_SIGNS.search(text))


def _bare(text: str) -> str:
    """Return the words alone, in lower case."""
    words = _EMOJI.sub(" ", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(_OTHER.sub(lambda mark: "" if mark[0] in "'\u2019" else " ", words).split())


def _phrases(listed: str) -> str:
    """Return a pattern of whole phrases, the longest first."""
    phrases = {_bare(phrase) for phrase in listed.split("|")} - {""}
    return "|".join(sorted(map(re.escape, phrases), key=len, reverse=True))


_ALL = {Talk.ABOUT: f"(?x:{_ABOUT})", Talk.HELLO: _phrases(_HELLO), Talk.THANKS: _phrases(_THANKS)}
"""The kind that says more comes first."""
_KINDS = {kind: re.compile(rf"(?<!\S)(?:{phrases})(?!\S)") for kind, phrases in _ALL.items()}
_ONE = "|".join(f"(?:{phrases})" for phrases in _ALL.values())
_ONLY = re.compile(rf"(?:(?:{_FILLERS})\s)*(?:{_ONE})(?:\s(?:{_ONE}|{_FILLERS}))*")


def small_talk(text: str) -> Talk | None:
    """Return what kind of small talk a whole message is; None for a question, whatever it begins with."""
    bare = _bare(text)
    if not bare or len(bare.split()) > MOST_WORDS or not _ONLY.fullmatch(bare):
        return None
    return next(kind for kind, pattern in _KINDS.items() if pattern.search(bare))
