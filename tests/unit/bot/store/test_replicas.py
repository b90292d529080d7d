import psycopg
import pytest

from bot.store.replicas import Replica


def lost() -> None:
    pytest.fail("nobody has taken this process for dead")


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
