"""The gateway dies in the middle of an answer: the page goes on where it was."""

from tests.browser.conftest import Meet
from tests.browser.person import DESKTOP
from tests.running import Running


async def test_an_answer_outlives_its_gateway(meet: Meet, stack: Running) -> None:
    person = await meet(DESKTOP, loses_connection=True)
    # eBay does not answer, so that the turn is under way when its gateway dies.
    await stack.fault(marketplace="ebay", match="", kind="hang", count=1)
    try:
        await person.says("Find me a desk lamp under $90")
        await person.page.get_by_role("list", name="Searches").wait_for()
        dead = stack.kill("gateway")
        await stack.is_back("gateway", dead)
        await person.answer_is_written()
    finally:
        await stack.clear_faults()
    said = person.page.get_by_role("main").get_by_role("paragraph")
    assert await said.filter(has_text="Find me a desk lamp under $90").count() == 1
    assert await person.page.get_by_role("region", name="Offers").count() == 1
