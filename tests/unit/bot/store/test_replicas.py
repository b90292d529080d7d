import asyncio

import psycopg
import pytest

from bot.store.replicas import Replica

WHO_HOLDS = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' ORDER BY pid"


def lost() -> None:
    pytest.fail("nobody has taken this process for dead")


async def sessions(url: str) -> list[int]:
    """Who holds a replica's lock."""
    async with await psycopg.AsyncConnection.connect(url) as looking:
        return [row[0] for row in await (await looking.execute(WHO_HOLDS)).fetchall()]


async def test_a_replica_whose_connection_broke_unseen_by_the_server_comes_back_and_ends_its_old_session(
    postgres_url: str,
) -> None:
    async with Replica(postgres_url, "one", lost) as replica:
        forgotten, replica._connection = replica._connection, None
        before = await sessions(postgres_url)

        alive = await replica._confirm()

        assert alive
        assert len(before) == len(await sessions(postgres_url)) == 1
        assert before != await sessions(postgres_url)
        assert forgotten is not None
        with pytest.raises(psycopg.OperationalError):
            await forgotten.execute("SELECT 1")


async def test_a_replica_that_was_taken_for_dead_while_away_knows_it_when_it_comes_back(
    postgres_url: str,
) -> None:
    async with Replica(postgres_url, "one", lost) as one, Replica(postgres_url, "two", lost) as two:
        assert one._connection is not None
        await one._connection.close()
        async with asyncio.timeout(10):  # the server lets go of a closed session's lock when it notices
            while not (adopted := await two.adopt("one")):
                pass
        await two.release("one")

        assert adopted
        assert not await one._confirm()


async def test_nobody_is_taken_for_dead_by_a_replica_that_has_just_come_back_itself(
    postgres_url: str,
) -> None:
    async with Replica(postgres_url, "one", lost) as one, Replica(postgres_url, "two", lost) as two:
        for away in (one, two):
            assert away._connection is not None
            await away._connection.close()

        came_back = await two._confirm()

        assert came_back
        assert not await two.adopt("one")
        assert await one._confirm()


async def test_a_process_knows_how_many_live_and_forgets_those_that_confirm_no_more(
    postgres_url: str,
) -> None:
    url = postgres_url
    async with Replica(url, "one", lost) as one:
        await one._confirm()
        alone = one.living
        async with Replica(url, "two", lost):
            await one._confirm()
            together = one.living
        async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
            await connection.execute(
                "UPDATE replicas SET confirmed_at = now() - interval '7 s' WHERE id = 'two'"
            )
        await one._confirm()

        assert (alone, together, one.living) == (1, 2, 1)


async def test_processes_that_begin_at_once_on_an_empty_database_all_come_in(postgres_url: str) -> None:
    async def come_in(name: str) -> str:
        async with Replica(postgres_url, name, lost) as replica:
            return replica.id

    names = [f"r{number}" for number in range(16)]

    assert await asyncio.gather(*map(come_in, names)) == names
