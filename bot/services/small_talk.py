"""What needs no search: greetings, thanks, and questions about the bot itself. Pure."""

import re
import unicodedata
from enum import StrEnum
from functools import cache, lru_cache

MOST_WORDS = 16
REMEMBERED = 64
"""Texts that are not read twice: a turn asks what its question is for the right, for the search, and for the model."""
_EMOJI = re.compile(r":[a-z0-9_+'-]+:")
_OTHER = re.compile(r"[^\w\s]|_")
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")


class Talk(StrEnum):
    """What is said without asking the documents anything."""

    HELLO = "hello"
    THANKS = "thanks"
    ABOUT = "about"


# ruff: noqa: RUF001 - other scripts on purpose
# Whole messages; a greeting before a question stays a question.
_FILLERS = """
and|please|bot|there|all|everyone|everybody|team|folks|guys|friend|buddy|mate|my friend|again|so|very much|so much|a lot|
a bunch|a million|to you|to you too|today|man|dear|thats great|that helps|that helped|that helped a lot|
that was helpful|that was very helpful|that was great|very helpful|that works|anyway|anyways|though|have a nice day|have a great day|from|then|
alle|zusammen|bitte|und|dir|euch|à tous|a todos|a tutti"""
_HELLO = """
hi|hello|hey|hiya|heya|howdy|yo|gm|gday|g day|hello world|good morning|good afternoon|good evening|good day|morning|
evening|greetings|how are you|how are you doing|how do you do|hows it going|how is it going|hows your day|whats up|
whats new|wassup|sup|test|testing|testing 123|test test|ping|are you there|you there|are you awake|are you online|
anybody here|anyone here|is anybody there|is anyone there|nice to meet you|happy monday|happy friday|happy new year|
merry christmas|hallo|hallöchen|hi hi|servus|moin|moinsen|guten tag|guten morgen|guten abend|schönen guten morgen|
grüß gott|grüezi|wie geht es dir|wie gehts|wie gehts dir|bist du da|bonjour|salut|bonsoir|coucou|ça va|comment ça va|
tu es là|hola|buenos días|buenos dias|buenas|buenas tardes|buenas noches|qué tal|que tal|cómo estás|como estas|olá|ola|
oi|bom dia|boa tarde|boa noite|tudo bem|ciao|buongiorno|buonasera|salve|come stai|hej|hejsan|hallå|god morgon|
god morgen|hei|heisann|moi|terve|dzień dobry|cześć|ahoj|dobrý den|привет|привет всем|здравствуйте|здравствуй|добрый день|
доброе утро|добрый вечер|как дела|привіт|добрий день|доброго ранку|merhaba|selam|günaydın|iyi günler|nasılsın|hoi|
goedemorgen|goedemiddag|goedenavond|dag|こんにちは|おはよう|おはようございます|こんばんは|はじめまして|もしもし|你好|您好|大家好|嗨|早上好|早|下午好|晚上好|
안녕|안녕하세요|여보세요|مرحبا|السلام عليكم|صباح الخير|أهلا|שלום|בוקר טוב|नमस्ते|नमस्कार|γεια|γεια σου|καλημέρα|bună|
bună ziua|szia|jó napot|xin chào|chào|สวัสดี|สวัสดีครับ|สวัสดีค่ะ|halo|hai|selamat pagi"""
_THANKS = """
thanks|thank you|thank u|thankyou|thx|thanx|tnx|thks|ty|tysm|ta|thanks a lot|many thanks|great thanks|great|perfect|
awesome|amazing|excellent|brilliant|fantastic|wonderful|nice|lovely|cool|ok|okay|kk|alright|all right|got it|noted|
understood|makes sense|i see|super|cheers|much appreciated|appreciate it|i appreciate it|appreciated|good bot|well done|
good job|great job|nice job|good work|great work|nice work|great answer|good answer|nice one|you rock|you are great|
youre great|you are awesome|youre awesome|you are the best|youre the best|i love you|love it|love you|lol|haha|hahaha|
no thanks|no thank you|youre welcome|no problem|no worries|never mind|nevermind|nvm|forget it|sorry|my bad|bye|bye bye|
goodbye|see you|see ya|see you later|see you tomorrow|good night|have a nice day|have a great day|have a good one|danke|
danke schön|dankeschön|danke sehr|vielen dank|vielen lieben dank|lieben dank|herzlichen dank|tausend dank|danke dir|
besten dank|super danke|alles klar|passt|gute nacht|tschüss|tschüß|bis bald|bis später|schönen tag noch|merci|
merci beaucoup|merci bien|merci à toi|merci à vous|au revoir|bonne journée|bonne nuit|gracias|muchas gracias|mil gracias|
muchísimas gracias|adiós|adios|hasta luego|obrigado|obrigada|muito obrigado|muito obrigada|valeu|grazie|grazie mille|
tante grazie|molte grazie|arrivederci|tack|tack så mycket|tusen tack|takk|tusen takk|tak|mange tak|kiitos|dzięki|dziękuję|
díky|děkuji|спасибо|спасибо большое|большое спасибо|огромное спасибо|благодарю|пока|до свидания|дякую|teşekkürler|
teşekkür ederim|çok teşekkürler|sağ ol|sağol|dank je|dank je wel|dankjewel|dank u|dank u wel|bedankt|ありがとう|
ありがとうございます|ありがとうございました|どうもありがとう|どうも|了解|了解です|谢谢|谢谢你|谢谢您|謝謝|謝謝你|多谢|非常感谢|感谢|再见|好的|감사합니다|감사해요|고마워|고마워요|
고맙습니다|شكرا|شكرا لك|شكرا جزيلا|תודה|תודה רבה|धन्यवाद|शुक्रिया|ευχαριστώ|σε ευχαριστώ|mulțumesc|köszönöm|cảm ơn|
cảm ơn bạn|ขอบคุณ|ขอบคุณครับ|ขอบคุณค่ะ|terima kasih|makasih"""
# What one may be thanked for without asking for anything.
_THANKED = r"""
    (?:many\s)?(?:thanks|thank\syou|thank\su|thx|cheers)(?:\sa\slot|\sso\smuch|\svery\smuch|\sagain)?\sfor
    (?:\s(?:all|the|your|that|this|these|those|a|such|of|quick|fast|great|good|kind|nice|helpful|useful|detailed|clear|super))*
    \s(?:it|all|everything|that|this|help|helping|answer|answers|answering|reply|replying|response|responding|info|information|
    overview|summary|explanation|explaining|clarification|clarifying|link|links|update|tip|tips|hint|hints|pointer|pointers|advice|
    details|feedback|assistance|support|sharing|work|time|effort|patience|letting\s(?:me|us)\sknow|looking|checking|list)
    (?:\s(?:me|us|it|this|that))?
    """
_ABOUT = r"""
      who\sare\syou | what\sare\syou | what\sis\syour\sname | whats\syour\sname | introduce\syourself
    | who\s(?:has\s)?(?:made|built|created|developed|wrote|programmed|designed|trained|runs|owns|operates)\syou | who\sis\syour\s(?:creator|maker|developer|owner)
    | tell\s(?:me|us)\s(?:something\s)?about\syourself | how\sdo\syou\swork | how\sdoes\s(?:this|it)\s(?:bot\s)?work
    | (?:are|r)\s(?:you|u)\s(?:(?:a|an|the|really|just)\s)*(?:bot|robot|human|person|machine|ai|real|real\sperson|alive|chatgpt|gpt|llm|chatbot|language\smodel|assistant)
    | (?:which|what)\s(?:ai\s|language\s)?(?:model|llm|ai)\s(?:are\syou(?:\susing)?|do\syou\suse|is\sthis)
    | what\s(?:all\s)?(?:can|could)\s(?:you|u)\s(?:do|help(?:\s(?:me|us))?(?:\swith)?|answer|tell\sme)(?:\s(?:for\s(?:me|us)|here))?
    | what\sare\syou\s(?:able\sto\sdo|capable\sof|good\s(?:at|for)|for) | what\sare\syour\s(?:capabilities|features|skills|commands)
    | what\sdo\syou\s(?:do|know)(?:\sabout)? | how\s(?:can|could)\syou\shelp(?:\s(?:me|us))?
    | (?:can|could|will|would)\s(?:you|u)\shelp(?:\s(?:me|us))?(?:\sout)? | (?:i|we)\sneed\s(?:some\s|your\s)?help
    | what\s(?:(?:kind|kinds|sort|type|types)\sof\s)?(?:questions\s|things\s|topics\s)?(?:can|could|may|should)\s(?:i|we)\s(?:ask|do\swith)(?:\s(?:you|u))?(?:\sabout)?
    | what\s(?:(?:kind|kinds|sort|type|types)\sof\s)?(?:questions|topics|things)\s(?:can|do|could)\syou\s(?:answer|cover|know|know\sabout|help\swith)
    | how\s(?:do|can|should)\s(?:i|we)\s(?:use|talk\sto|ask)\s(?:you|this\sbot|this|it)
    | (?:whats|what\sis)\sthis(?:\s(?:bot|app))?(?:\sfor)? | what\sdoes\sthis\s(?:bot|app)\sdo
    | (?:show|give)\s(?:me|us)\s(?:an\sexample|some\sexamples|examples) | (?:what|which)\scommands\s(?:are\sthere|do\syou\s(?:have|know)|can\s(?:i|we)\suse) | commands
    | (?:which|what)\s(?:documents|docs|buckets|sources|files)\s(?:do\syou\s(?:have|know|read|search|answer\sfrom|use)|can\s(?:you|i|we)\s(?:see|read|search|ask|use)|are\sthere)
    | (?:from\s)?(?:which|what)\s(?:documents|docs|buckets|sources)\sdo\syou\sanswer(?:\sfrom)?
    | where\s(?:do\syour\sanswers\scome|do\syou\s(?:get|take)\syour\s(?:answers|information|info|knowledge))(?:\sfrom)?
    | help | help\s(?:me|us)
    | wer\sbist\sdu | was\sbist\sdu | wer\shat\sdich\s(?:gemacht|gebaut|erstellt|entwickelt|programmiert) | wie\sheißt\sdu | bist\sdu\s(?:ein|eine)\s(?:bot|mensch|roboter|ki|maschine)
    | was\s(?:kannst|weißt)\sdu(?:\salles)?(?:\s(?:tun|machen))? | wie\sfunktionierst\sdu | wie\sfunktioniert\sdas | hilfe | hilf\smir
    | (?:kannst|könntest)\sdu\smir(?:\smal)?\shelfen | ich\sbrauche\shilfe
    | was\skann\sich\sdich\s(?:alles\s)?fragen | wobei\skannst\sdu\s(?:mir\s)?helfen | welche\sdokumente\s(?:kennst|hast|durchsuchst)\sdu
    | qui\ses\stu | tu\ses\squi | qui\sêtes\svous | qui\sta\s(?:créé|fait) | que\s(?:peux|sais)\stu\sfaire | que\spouvez\svous\sfaire | quest\sce\sque\stu\s(?:peux|sais)\sfaire | aide
    | tu\s(?:peux|sais)\sfaire\squoi | comment\speux\stu\smaider | (?:peux\stu|tu\speux|pouvez\svous)\smaider | comment\sça\smarche
    | quién\seres | quien\seres | quién\ste\s(?:creó|hizo) | qué\spuedes\shacer | que\spuedes\shacer | en\squé\spuedes\sayudarme | (?:me\spuedes\sayudar|puedes\sayudarme) | ayuda
    | quem\sé\svocê | quem\s(?:te\s)?criou(?:\svocê)? | o\sque\svocê\spode\sfazer | o\sque\svocê\sfaz | (?:você\s)?pode\sme\sajudar | ajuda
    | chi\ssei | chi\sti\sha\screato | cosa\spuoi\sfare | cosa\ssai\sfare | che\scosa\spuoi\sfare | (?:mi\spuoi\saiutare|puoi\saiutarmi) | aiuto
    | wie\sben\sje | wat\skun\sje(?:\sdoen)? | kun\sje\s(?:me|mij)\shelpen | vem\sär\sdu | vad\skan\sdu(?:\sgöra)? | hvem\ser\sdu | hvad\skan\sdu | hva\skan\sdu(?:\sgjøre)? | kuka\solet
    | кто\sты | кто\sтебя\sсоздал | что\sты\s(?:умеешь|можешь|знаешь) | помощь | помоги | хто\sти | що\sти\sвмієш | kim\s?sin | sen\skimsin | ne\syapabilirsin | yardım | kim\sjesteś | co\s(?:potrafisz|umiesz) | pomoc
    | あなたは誰ですか | 誰ですか | 何ができますか | 何ができるの | ヘルプ | 助けて | 你是谁 | 您是谁 | 你叫什么 | 谁创造了你 | 你能做什么 | 你会做什么 | 你会什么 | 帮助 | 누구세요 | 너는\s누구야 | 뭘\s할\s수\s있어(?:요)? | 도와줘 | 도움말
    | من\sأنت | مساعدة
    """


# Words that ask for an answer and say nothing about what.
_POINTERS = """
a about above all cc fyi pls plz r u an and answer answers any anybody anyone are ask asked asking at be bot can check comment could do does
everyone explain find for from give has have hello help hello here hey hi how i idea ideas in into is it just know
let look looking me mean message of on one or out over people please question questions reply respond say says see
so some someone something take tell thank thanks that the them there these they think this those thoughts thread to
up us use we what whats will with work works would you your alle antwort antworten auf bitte beantworten beantworte da das dazu
der die dies diese du etwas frage fragen helfen hier hilf idee ihm ihr ist jemand kannst könntest mal mir uns weißt
weisst was weiß wissen zu hast eine einen einer ideen jmd kennt kennst dir das hier oben siehe dazu antworte sagen sagst meinst aide aider ce cela ceci cette est idée il merci moi nous peux plaît pouvez question
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


@lru_cache(maxsize=REMEMBERED)
def _bare(text: str) -> str:
    """Return the words alone, in lower case."""
    words = _EMOJI.sub(" ", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(_OTHER.sub(lambda mark: "" if mark[0] in "'\u2019" else " ", words).split())


def _phrases(listed: str) -> str:
    """Return a pattern of whole phrases, the longest first."""
    phrases = {_bare(phrase) for phrase in listed.split("|")} - {""}
    return "|".join(sorted(map(re.escape, phrases), key=len, reverse=True))


@cache
def _patterns() -> tuple[re.Pattern[str], dict[Talk, re.Pattern[str]]]:
    """Return what a whole message of small talk is, and its kinds: the one that says more comes first. Made at the first message, not at the start."""
    every = {
        Talk.ABOUT: f"(?x:{_ABOUT})",
        Talk.HELLO: _phrases(_HELLO),
        Talk.THANKS: f"(?x:{_THANKED})|{_phrases(_THANKS)}",
    }
    one, more = "|".join(f"(?:{phrases})" for phrases in every.values()), _phrases(_FILLERS)
    only = re.compile(rf"(?:(?:{more})\s)*(?:{one})(?:\s(?:{one}|{more}))*")
    return only, {kind: re.compile(rf"(?<!\S)(?:{phrases})(?!\S)") for kind, phrases in every.items()}


_WAVES = re.compile("[\U0001f44b\U0001f590]|:(?:wave|hand|raised_hand[a-z_]*)(?:::skin-tone-\\d)?:")
_SIGNS = re.compile("[?？؟¿❓❔☝⬆⬇\U0001f446\U0001f447\U0001f440\U0001f914]|:(?:point_|arrow_|eyes|thinking)")
_PARTS = re.compile(r"[^.!?,;:\n。！？，、]+[.!?,;:\n。！？，、\s]*")


@lru_cache(maxsize=REMEMBERED)
def small_talk(text: str) -> Talk | None:
    """Return what kind of small talk a whole message is; None for a question, whatever it begins with."""
    bare = _bare(text)
    if not bare:
        return _sign(text)
    only, kinds = _patterns()
    # People draw words out: "hiii", "thaaanks".
    for said in dict.fromkeys((bare, _DRAWN_OUT.sub(r"\1", bare), _DRAWN_OUT.sub(r"\1\1", bare))):
        if len(said.split()) <= MOST_WORDS and only.fullmatch(said):
            return next(kind for kind, pattern in kinds.items() if pattern.search(said))
    return None


def substance(text: str) -> str:
    """Return what is to be searched of a text: without the greetings and thanks around a question."""
    parts = _PARTS.findall(text)
    while len(parts) > 1 and small_talk(parts[0]) in (Talk.HELLO, Talk.THANKS):
        del parts[0]
    while len(parts) > 1 and small_talk(parts[-1]) in (Talk.HELLO, Talk.THANKS):
        del parts[-1]
    return "".join(parts).strip() or text


def _sign(text: str) -> Talk | None:
    """Return what is meant without a word: by a wave, a smile, or a question mark."""
    if not text.strip():
        return None
    if _WAVES.search(text):
        return Talk.HELLO
    pictures = _EMOJI.search(text) or any(unicodedata.category(sign) == "So" for sign in text)
    return Talk.THANKS if pictures and not _SIGNS.search(text) else Talk.ABOUT
