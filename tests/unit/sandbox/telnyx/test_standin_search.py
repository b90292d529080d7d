import base64

import pytest

from sandbox.telnyx.retrieval import WordIndex
from tests.unit.sandbox.telnyx.conftest import Running

QUESTIONS = [
    ("handbook", "How many weeks of parental leave do I get?", "leave.md"),
    ("handbook", "When do I need a doctor's certificate?", "sick-days.md"),
    ("handbook", "What is the limit for a hotel per night?", "travel.md"),
    ("handbook", "How many days a week may I work from home?", "remote-work.md"),
    ("handbook", "What do I do if my laptop was stolen?", "equipment.md"),
    ("handbook", "Who is the security officer?", "security.md"),
    ("handbook", "How long is the probation period?", "onboarding.md"),
    ("handbook", "How much do I get per kilometre with my own car?", "expenses.md"),
    ("manual", "How do I turn on call forwarding when nobody answers?", "call-forwarding.md"),
    ("manual", "How can the voicemail PIN be reset?", "voicemail.md"),
    ("manual", "How long does porting a number take?", "porting-numbers.md"),
    ("manual", "What does error 408 mean?", "troubleshooting.md"),
    ("manual", "How many months of warranty are there?", "warranty.md"),
    ("manual", "What is the notice period of a contract?", "plans.md"),
]
NONSENSE = [
    "What is the capital of Mongolia?",
    "banana spaceship purple",
    "Who won the world cup in 1998?",
    "Wie wird das Wetter morgen in Hamburg?",
    "asdf qwer zxcv",
    "Recommend a good pizza recipe",
    "¿Cuál es la capital de Francia?",
    "How do black holes evaporate?",
    "lorem ipsum dolor sit amet",
    "Combien coûte un billet pour la lune ?",
    "今日の天気はどうですか",
    "the of and to",
    "",
]


@pytest.mark.parametrize(("bucket", "question", "filename"), QUESTIONS)
async def test_a_question_finds_its_document_first(
    dense: Running, bucket: str, question: str, filename: str
) -> None:
    found = await dense.search(bucket, question)

    assert found[0]["metadata"]["filename"] == filename


@pytest.mark.parametrize(
    ("bucket", "question", "filename"),
    [
        ("handbook", "Is there time off when somebody in my family passes away?", "leave.md"),
        ("handbook", "What may my room in Paris cost?", "travel.md"),
        ("handbook", "Wie lang muss mein Passwort sein?", "security.md"),
        ("manual", "Combien de temps faut-il pour transférer mon numéro ?", "porting-numbers.md"),
        ("manual", "The other person can't hear me.", "troubleshooting.md"),
    ],
)
async def test_other_words_and_other_languages_find_it_too(
    dense: Running, bucket: str, question: str, filename: str
) -> None:
    found = await dense.search(bucket, question)

    assert filename in [match["metadata"]["filename"] for match in found]


async def test_distances_are_those_of_an_embedding_model_small_whether_right_or_wrong(dense: Running) -> None:
    right = [(await dense.search(bucket, question))[0]["distance"] for bucket, question, _ in QUESTIONS]
    wrong = [(await dense.search("handbook", question))[0]["distance"] for question in NONSENSE]

    assert 0.05 < min(right) <= max(right) < 0.2
    assert 0.1 < min(wrong) <= max(wrong) < 0.3
    assert min(wrong) < max(right)


@pytest.mark.parametrize(("bucket", "question", "filename"), QUESTIONS)
async def test_by_words_a_question_finds_its_document_first_and_near(
    telnyx: Running, bucket: str, question: str, filename: str
) -> None:
    found = await telnyx.search(bucket, question)

    assert found[0]["metadata"]["filename"] == filename
    assert found[0]["distance"] < 0.3


@pytest.mark.parametrize("bucket", ["handbook", "manual"])
@pytest.mark.parametrize("question", NONSENSE)
async def test_by_words_nonsense_is_far_from_everything(telnyx: Running, bucket: str, question: str) -> None:
    found = await telnyx.search(bucket, question, limit=50)

    assert found
    assert min(match["distance"] for match in found) >= 0.6


async def test_matches_come_nearest_first_in_the_documented_shape(telnyx: Running, dense: Running) -> None:
    for way in (telnyx, dense):
        found = await way.search("handbook", "days of leave", limit=5)

        distances = [match["distance"] for match in found]
        metadata = found[0]["metadata"]
        assert len(found) == 5
        assert distances == sorted(distances)
        assert metadata["source"].endswith(f"/handbook/{metadata['filename']}")
        assert metadata["certainty"] == pytest.approx(1 - distances[0] / 2)
        assert set(metadata) == {
            "source", "checksum", "embedding", "filename", "certainty", "loader_metadata",
        }  # fmt: skip
        assert len(found[0]["document_chunk"]) <= 1024


def test_more_of_the_questions_words_is_never_farther() -> None:
    words = "alpha bravo charlie delta".split()  # noqa: SIM905 -- reads as the query it becomes
    index = WordIndex([[" ".join(words[:count])] for count in range(5)])

    distance = {hit.position: hit.distance for hit in index.search(" ".join(words), 5)}

    assert distance[0] == 1.0
    assert distance[4] < 0.2
    assert [distance[count] for count in range(5)] == sorted(distance.values(), reverse=True)


async def test_an_unknown_bucket_is_404_by_name(telnyx: Running) -> None:
    answers = [
        await telnyx.api.post("/ai/embeddings/similarity-search", json={"bucket_name": "nope", "query": "x"}),
        await telnyx.api.post("/ai/embeddings", json={"bucket_name": "nope"}),
        await telnyx.api.get("/ai/embeddings/buckets/nope"),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert all("nope" in answer.json()["errors"][0]["detail"] for answer in answers)


@pytest.mark.parametrize(
    ("body", "loc"),
    [
        ({"bucket_name": "handbook"}, ["body", "query"]),
        ({"bucket_name": "handbook", "query": "x", "num_docs": 3}, ["body", "num_docs"]),
        ({"bucket_name": "handbook", "query": "x", "num_of_docs": "many"}, ["body", "num_of_docs"]),
    ],
)
async def test_a_wrong_field_is_422_in_fastapis_shape(
    telnyx: Running, body: dict[str, object], loc: list[str]
) -> None:
    answer = await telnyx.api.post("/ai/embeddings/similarity-search", json=body)

    assert answer.status_code == 422
    assert [detail["loc"] for detail in answer.json()["detail"]] == [loc]


async def test_a_new_document_is_found_once_its_task_has_succeeded(telnyx: Running) -> None:
    content = base64.b64encode(b"# Canteen\n\nThe canteen serves gooseberry crumble on Fridays.").decode()
    body = {"bucket": "handbook", "filename": "canteen.md", "base64": content}

    task_id = (await telnyx.control.post("/documents", json=body)).json()["task_id"]
    before = await telnyx.search("handbook", "gooseberry crumble")
    statuses = []
    for _ in range(3):
        statuses.append((await telnyx.api.get(f"/ai/embeddings/{task_id}")).json()["data"]["status"])
        await telnyx.control.post("/clock", json={"advance": 6})
    after = await telnyx.search("handbook", "gooseberry crumble")

    assert statuses == ["queued", "processing", "success"]
    assert before[0]["distance"] == 1.0
    assert after[0]["metadata"]["filename"] == "canteen.md"
    assert after[0]["distance"] < 0.2
