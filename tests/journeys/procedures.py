"""Thirty office procedures and one document of every other kind, each with facts that stand nowhere else."""

PROCEDURES: dict[str, tuple[str, str]] = {
    "visitors": (
        "Visitors",
        "Guests sign in at reception. A visitor badge is valid for 9 hours and is returned at the desk by the lift.",
    ),
    "parking": (
        "Parking",
        "The underground car park opens at 05:40. Each employee may register 2 number plates with facilities.",
    ),
    "printers": (
        "Printers",
        "Printer jobs wait in the queue for 36 hours. Colour printing costs 14 cents a page.",
    ),
    "travel": (
        "Business travel",
        "Train tickets are booked in second class. Flights need the approval of a director when they cost more than 640 euros.",
    ),
    "expenses": (
        "Expenses",
        "Receipts are sent to accounting within 21 days. Meals are reimbursed up to 38 euros a day.",
    ),
    "laptops": (
        "Laptops",
        "A laptop is replaced after 44 months. The hard disk is erased before a laptop leaves the building.",
    ),
    "passwords": (
        "Passwords",
        "A password has at least 17 characters. The password manager is called Vaultberry.",
    ),
    "fire": (
        "Fire alarm",
        "When the fire alarm sounds, staff gather at meeting point Q beside the bicycle shed. Fire drills are held in March and October.",
    ),
    "first-aid": (
        "First aid",
        "The defibrillator hangs on floor 3 next to the pantry. First aiders wear a green lanyard.",
    ),
    "bicycles": (
        "Bicycles",
        "Bicycle racks hold 112 bicycles. Electric bicycles are charged only in room B12.",
    ),
    "meeting-rooms": (
        "Meeting rooms",
        "A meeting room that is not claimed within 11 minutes is released. The largest room, Aurora, seats 48 people.",
    ),
    "post": (
        "Post and parcels",
        "Outgoing parcels leave at 15:25. Private parcels are kept in the mail room for 6 days.",
    ),
    "cleaning": (
        "Cleaning",
        "Desks are wiped on Tuesdays. The cleaning company is reached at extension 7714.",
    ),
    "heating": (
        "Heating",
        "The heating is set to 20.5 degrees in winter. Complaints about temperature go to the building engineer Osric.",
    ),
    "recycling": (
        "Recycling",
        "Batteries go into the red box in the lobby. Paper is shredded every second Wednesday, 1,300 kilograms a year.",
    ),
    "coffee": (
        "Coffee machines",
        "The coffee machine is descaled every 19 days. Oat milk is ordered by the reception team.",
    ),
    "phones": ("Desk phones", "To forward a desk phone, dial star 62. Voicemail is deleted after 33 days."),
    "remote-work": (
        "Remote work",
        "Staff may work from home 3 days a week. Working remotely from abroad is limited to 24 days a year.",
    ),
    "onboarding": (
        "Onboarding",
        "New colleagues get a mentor for their first 10 weeks. The welcome lunch is on the second Thursday.",
    ),
    "offboarding": (
        "Leaving the company",
        "Departing colleagues return keys to Hollis. Mail accounts stay readable for 55 days after departure.",
    ),
    "training": (
        "Training",
        "The training budget is 1,450 euros per person a year. Language courses are held on Monday evenings.",
    ),
    "mentoring": (
        "Mentoring circle",
        "The mentoring circle meets every 5 weeks. Pairs are matched by Ingeborg from people development.",
    ),
    "library": (
        "Office library",
        "Books are lent for 28 days. The library has 2,310 volumes and a shelf of graphic novels.",
    ),
    "showers": ("Showers", "The showers are on level minus 1. Towels can be rented for 90 cents."),
    "pets": (
        "Dogs in the office",
        "Dogs are welcome on Fridays. Each floor admits 4 dogs and owners carry insurance.",
    ),
    "plants": (
        "Office plants",
        "The plants are watered by a gardener called Fennimore. Ficus trees get fertiliser every 7 weeks.",
    ),
    "security": (
        "Security desk",
        "The security desk is staffed around the clock. Lost keycards are blocked by calling 8080.",
    ),
    "servers": (
        "Server room",
        "The server room is kept at 18 degrees. Access needs two signatures and a logbook entry.",
    ),
    "backups": (
        "Backups",
        "Backups run at 02:15 every night and are kept for 95 days. Restores are tested in the first week of a quarter.",
    ),
    "procurement": (
        "Procurement",
        "Orders above 5,200 euros need three quotes. The procurement portal is called Trolley.",
    ),
}

OTHERS: dict[str, str] = {
    "kitchen/dishwasher.txt": "The dishwasher programme called Hurricane takes 52 minutes and is started by the last person to leave.\n",
    "laboratory/centrifuge.html": "<html><body><h1>Centrifuge</h1><p>The centrifuge spins at 13,500 revolutions per minute at most.</p></body></html>",
    "garage/forklift.json": '{"forklift": {"licence": "Drivers of the forklift renew their licence every 26 months."}}',
    "garden/beehives.csv": "beehive,keeper,harvest\nNorth roof,Wilhelmina,61 kilograms of honey\n",
    "archive/blueprints.pdf": "Blueprints are stored in cabinet 77 and are lent to architects only.",
}

# A question, the file that answers it, and the words that its answer must hold.
QUESTIONS: tuple[tuple[str, str, str], ...] = (
    ("How long is a visitor badge valid?", "visitors.md", "9 hours"),
    ("After how many months is a laptop replaced?", "laptops.md", "44 months"),
    ("How many people does the largest meeting room seat?", "meeting-rooms.md", "48 people"),
    ("When do outgoing parcels leave?", "post.md", "15:25"),
    ("How many bicycles do the bicycle racks hold?", "bicycles.md", "112"),
    ("What is the training budget per person?", "training.md", "1,450 euros"),
    ("How long are backups kept?", "backups.md", "95 days"),
    ("How long does the dishwasher programme Hurricane take?", "dishwasher.txt", "52 minutes"),
    ("How fast does the centrifuge spin?", "centrifuge.html", "13,500"),
    ("How often do forklift drivers renew their licence?", "forklift.json", "26 months"),
    ("Who is the keeper of the North roof beehive?", "beehives.csv", "Wilhelmina"),
    ("In which cabinet are the blueprints stored?", "blueprints.pdf", "cabinet 77"),
)


def pdf(text: str) -> bytes:
    """A PDF of one page with one line of text (ISO 32000-1, section 7: objects, then their offsets)."""
    drawn = f"BT /F1 12 Tf 40 700 Td ({text}) Tj ET".encode()
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 5 0 R"
            b" /Resources << /Font << /F1 4 0 R >> >> >>"
        ),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
    )
    made, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return made + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
