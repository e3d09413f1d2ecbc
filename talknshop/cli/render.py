"""A conversation's frames as a person reads them on a terminal."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from talknshop.cli.client import Frame
from talknshop.events import (
    ClarificationData,
    DoneData,
    JobData,
    ListingPreviewData,
    NotificationData,
    ProgressData,
    ResultsData,
)
from talknshop.headlines import marketplace_title
from talknshop.jobs import JobView, ListingStatus
from talknshop.listing import ListingSpec
from talknshop.messages import in_words

_STATUS_STYLES = {
    ListingStatus.LIVE: "green",
    ListingStatus.NEEDS_ACTION: "yellow",
    ListingStatus.FAILED: "red",
}


class Transcript:
    """Prints each frame once it arrives. Text that came from outside is never read as markup."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._streamed = ""  # the part of the present answer that is already on the screen
        self._attempt = 0

    def show(self, frame: Frame) -> None:
        match frame.type:
            case "token":
                self._token(frame)
            case "done":
                self._done(DoneData.model_validate(frame.data))
            case _:
                self._end_line()
                self._show_whole(frame)

    def _show_whole(self, frame: Frame) -> None:
        match frame.type:
            case "progress":
                self._say(_progress(ProgressData.model_validate(frame.data)), "dim")
            case "results":
                results = ResultsData.model_validate(frame.data)
                self._console.print(products_table(results))
                for source in results.sources:
                    if source.error:
                        self._say(f"{marketplace_title(source.marketplace)}: {source.error}", "red")
            case "clarification":
                self._clarification(ClarificationData.model_validate(frame.data))
            case "listing_preview":
                self._preview(ListingPreviewData.model_validate(frame.data))
            case "job":
                self._job(JobData.model_validate(frame.data))
            case "user_message":
                self._say(f"> {frame.data['message']}", "cyan")
            case "notification":
                news = NotificationData.model_validate(frame.data)
                self._say(news.title, "bold green")
                self._say(" ".join(filter(None, [news.body, news.link])))
            case "error":
                self._say(frame.data["error"]["message"], "red")
            case "disconnected":
                self._say("The connection was lost; connecting again …", "yellow")
            case _:
                pass  # a newer gateway may say more than this terminal understands

    def _token(self, frame: Frame) -> None:
        attempt = frame.data.get("attempt", 1)
        if attempt != self._attempt and self._streamed:
            self._end_line()  # the answer is written anew
        self._attempt = attempt
        self._streamed += frame.data["token"]
        self._console.print(Text(frame.data["token"]), end="")

    def _done(self, done: DoneData) -> None:
        shown = self._streamed.strip()
        self._end_line()
        if done.message.strip() != shown:
            self._say(done.message)
        for words in done.assumptions:
            self._say(f"Assumed: {words}", "dim")
        if done.not_understood:
            self._say(f"Not understood: {', '.join(done.not_understood)}", "yellow")
        if done.degraded:
            self._say("The language model was away: this answer was made by rules.", "yellow")

    def _clarification(self, asked: ClarificationData) -> None:
        self._say(asked.question, "bold")
        for number, option in enumerate(asked.options, start=1):
            self._say(f"  {number}. {option}")

    def _preview(self, preview: ListingPreviewData) -> None:
        self._console.print(listing_table(preview.listing_spec))
        for problem in preview.problems:
            where = marketplace_title(problem.marketplace)
            self._say(f"{where}, {problem.field}: {problem.rule}", "yellow")
        for warning in preview.warnings:
            self._say(warning, "yellow")
        if advice := preview.price_advice:
            self._say(
                f"{advice.n} comparable offers: {advice.low:.2f} to {advice.high:.2f}"
                f" {advice.currency}, half of them below {advice.median:.2f}."
            )
        self._say("confirm posts it, edit FIELD=VALUE changes it; or say it in your words.", "bold")

    def _job(self, job: JobData) -> None:
        if all(listing.status.is_settled for listing in job.marketplace_jobs):
            self._console.print(job_table(JobView.model_validate(job.model_dump())))
            return
        states = ", ".join(
            f"{marketplace_title(listing.marketplace)} {listing.status.value}"
            for listing in job.marketplace_jobs
        )
        self._say(f"… {states}", "dim")

    def _end_line(self) -> None:
        if self._streamed:
            self._console.print()
            self._streamed = ""

    def _say(self, sentence: str, style: str = "") -> None:
        if sentence:
            self._console.print(Text(sentence, style=style))


def products_table(results: ResultsData) -> Table:
    table = Table(title=Text(results.summary), title_justify="left", box=None)
    for column in ("", "product", "price", "where", "why"):
        table.add_column(column, justify="right" if column in ("", "price") else "left")
    for number, product in enumerate(results.products, start=1):
        table.add_row(
            str(number),
            Text(product.title, style=f"link {product.deep_link}"),
            f"{product.price:.2f} {product.currency}",
            marketplace_title(product.marketplace),
            Text(product.why_ranked, style="dim"),
        )
    return table


def job_table(job: JobView) -> Table:
    title = f"{job.title or 'Job'} ({job.job_id}): {job.status.value}"
    table = Table(title=Text(title), title_justify="left", box=None)
    for column in ("marketplace", "state", "link or reason"):
        table.add_column(column, overflow="fold")  # a shortened link is of no use
    for listing in job.marketplace_jobs:
        reason = listing.needs or listing.error
        table.add_row(
            marketplace_title(listing.marketplace),
            Text(listing.status.value, style=_STATUS_STYLES.get(listing.status, "dim")),
            Text(listing.confirmation_link or (in_words(reason.message, "en") if reason else "")),
        )
    return table


def listing_table(listing: ListingSpec) -> Table:
    table = Table(title="Your listing", title_justify="left", box=None, show_header=False)
    places = ", ".join(marketplace_title(name) for name in listing.target_marketplaces)
    price = f"{listing.price:.2f} {listing.currency}" if listing.price is not None else ""
    rows = {
        "title": listing.title,
        "price": price,
        "condition": listing.condition.value if listing.condition else "",
        "brand": listing.brand,
        "category": listing.category,
        "description": listing.description,
        **listing.attributes,
        "photos": str(len(listing.media_refs)),
        "to be posted on": places,
    }
    for name, value in rows.items():
        table.add_row(Text(name, style="dim"), Text(value))
    return table


def _progress(progress: ProgressData) -> str:
    took = f" ({progress.elapsed_ms / 1000:.1f} s)" if progress.elapsed_ms else ""
    return f"… {progress.message}{took}"
