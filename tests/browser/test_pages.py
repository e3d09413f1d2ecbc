"""The pages beside the conversation, and conversations kept on the server."""

from tests.browser.conftest import Meet
from tests.browser.person import DESKTOP, PHONE, Person
from tests.browser.test_selling import previews


async def sells(person: Person) -> None:
    await previews(person)
    await person.presses("Confirm and post to 4 marketplaces")
    await person.sees("Live on 3 of 4")


async def test_listings_are_acted_on_from_their_own_page(meet: Meet) -> None:
    person = await meet(PHONE)
    await sells(person)
    await person.goes_to("My listings")
    job = person.region("Posting iPhone 13")
    await job.wait_for()
    await person.photographs("listings-phone")
    assert await person.nothing_is_cut_off()
    await person.presses("Change everywhere", job)
    await person.fills("Price", "600")
    await person.presses("Save changes", job)
    await person.presses("What happened", job)
    await job.get_by_text("Edited: price").wait_for()
    await person.presses("Mark sold", job.get_by_role("listitem").filter(has_text="Craigslist"))
    await person.presses("Mark sold", person.page.get_by_role("alertdialog"))
    await job.get_by_text("Sold", exact=True).first.wait_for()
    await job.get_by_text("Withdrawn", exact=True).first.wait_for()


async def test_an_erased_conversation_is_gone_for_good(meet: Meet) -> None:
    person = await meet(DESKTOP)
    await person.says("Find me a kettle under $60")
    await person.answer_is_written()
    await person.presses("New conversation")
    await person.page.get_by_role("heading", name="Say what you want").wait_for()
    kettle = person.page.get_by_role("button", name="Find me a kettle under $60")
    await kettle.first.wait_for()
    await person.page.get_by_role("button", name="Erase “Find me a kettle").click()
    await person.presses("Erase", person.page.get_by_role("alertdialog"))
    await kettle.first.wait_for(state="detached")
    await person.page.reload()
    await person.page.get_by_role("heading", name="Say what you want").wait_for()
    assert await kettle.count() == 0


async def test_a_second_tab_shows_what_the_first_one_says(meet: Meet) -> None:
    person = await meet(DESKTOP)
    await person.says("Find me a tripod under $80")
    await person.answer_is_written()
    other = Person(await person.page.context.new_page(), person.stack, person.folder)
    await other.page.goto(person.stack.web)
    await other.answer_is_written()
    await other.says("only from eBay")
    await person.page.get_by_role("button", name="Change Where: only eBay").wait_for()
    said = person.page.get_by_role("main").get_by_role("paragraph")
    assert await said.filter(has_text="only from eBay").count() == 1


async def test_in_spain_buying_and_selling_are_spanish_from_beginning_to_end(meet: Meet) -> None:
    person = await meet(DESKTOP, language="es-ES")
    page = person.page
    await page.get_by_role("heading", name="Di lo que quieres. Listo.").wait_for()
    message = page.get_by_role("textbox", name="Mensaje", exact=True)
    await message.fill("Busco un portátil por menos de 1000 dólares")
    await message.press("Enter")
    await page.get_by_role("region", name="Ofertas").wait_for()
    await page.get_by_role("button", name="Detener", exact=True).wait_for(state="detached")
    price = page.get_by_role("button", name="Cambiar Precio: hasta")
    assert "1000" in (await price.inner_text()).replace(".", "")
    await person.sees("Lo que mejor encaja es")
    await page.get_by_role("button", name="Seguir precio: ").first.click()
    await page.get_by_role("button", name="En un 10 por ciento").click()
    await page.get_by_role("button", name="Siguiendo el precio: ").wait_for()
    await person.adds_photos(shown_as="Fotos por enviar")
    await message.fill("Vendo mi iPhone 13 por 650 dólares, buen estado")
    await message.press("Enter")
    await page.get_by_role("button", name="Confirmar y publicar en 4").click()
    await person.sees("Publicado en 3 de 4")
    await page.get_by_role("link", name="Mis anuncios", exact=True).click()
    await page.get_by_role("heading", name="Mis anuncios", level=1).wait_for()
    await page.get_by_role("link", name="iPhone 13").first.click()
    await (
        page.get_by_role("heading", name="Qué pasó")
        .or_(page.get_by_role("heading", name="Qué ha pasado"))
        .first.wait_for()
    )


async def test_the_language_is_changed_on_the_page_of_preferences(meet: Meet) -> None:
    person = await meet(DESKTOP, language="es-ES")
    await person.page.get_by_role("heading", name="Di lo que quieres. Listo.").wait_for()
    await person.page.get_by_role("link", name="Preferencias").click()
    await person.page.get_by_label("Idioma").select_option("en")
    await person.page.get_by_role("heading", name="Preferences").wait_for()
    assert await person.page.locator("html").get_attribute("lang") == "en"
