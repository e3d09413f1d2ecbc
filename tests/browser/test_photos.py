"""Photos come by drop, by paste and from the camera, each with its progress."""

import base64

import pytest

from tests.browser.conftest import Meet
from tests.browser.person import DESKTOP, PHONE, Person, a_photo_of_a_phone

# A page cannot be handed a file by the keyboard or the mouse of a test, so the browser's own event
# is made in the page.
_HANDED = """([how, data]) => {
    const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
    const files = new DataTransfer();
    files.items.add(new File([bytes], 'phone.jpg', {type: 'image/jpeg'}));
    const field = document.querySelector('textarea');
    if (how === 'paste') {
        const pasted = new ClipboardEvent('paste', {bubbles: true, cancelable: true});
        Object.defineProperty(pasted, 'clipboardData', {value: files});
        field.dispatchEvent(pasted);
        return;
    }
    for (const kind of ['dragenter', 'dragover', 'drop'])
        field.dispatchEvent(
            new DragEvent(kind, {bubbles: true, cancelable: true, dataTransfer: files})
        );
}"""


async def is_up(person: Person) -> None:
    await person.page.get_by_role("list", name="Photos to send").locator("img").wait_for()
    await person.page.get_by_role("progressbar").first.wait_for(state="detached")


@pytest.mark.parametrize("how", ["drop", "paste"])
async def test_a_photo_is_dropped_or_pasted_and_sold(meet: Meet, how: str) -> None:
    person = await meet(DESKTOP)
    await person.page.get_by_role("heading", name="Say what you want").wait_for()
    photo = base64.b64encode(a_photo_of_a_phone()).decode()
    await person.page.evaluate(_HANDED, [how, photo])
    await is_up(person)
    await person.says("Sell my iPhone 13, $650, good condition")
    await person.region("Listing preview").get_by_role("img").wait_for()


async def test_a_phone_offers_its_camera(meet: Meet) -> None:
    person = await meet(PHONE)
    camera = person.page.locator("input[type=file][capture=environment]")
    await camera.set_input_files(
        {"name": "phone.jpg", "mimeType": "image/jpeg", "buffer": a_photo_of_a_phone()}
    )
    await is_up(person)
