"""`amss webhook-listen`: a receiver that verifies signatures, to watch events arrive and to copy from."""

import asyncio
import signal
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

import click
import msgspec
from aiohttp import web
from standardwebhooks import Webhook, WebhookVerificationError
from standardwebhooks.webhooks import EmptyWebhookSecretError

LARGEST_EVENT_BYTES = 4 * 1024 * 1024


class Receiver:
    """Checks each delivery, tells of it in a line and keeps count."""

    def __init__(self, secret: str | None, tell: Callable[[str], None]) -> None:
        """Verify with a secret, or trust everything without."""
        self._verifier = Webhook(secret) if secret else None
        self._tell = tell
        self._seen: set[str] = set()
        self.counts: Counter[str] = Counter()

    async def receive(self, request: web.Request) -> web.Response:
        """Answer 204, or 401 where the signature is not the sender's."""
        body = await request.read()
        webhook_id = request.headers.get("webhook-id", "-")
        verdict = self._judge(webhook_id, request, body)
        self.counts[verdict] += 1
        self._tell(f"{verdict:<10} {webhook_id:<36} {_about(body)}")
        return web.Response(status=401 if verdict == "INVALID" else 204)

    def _judge(self, webhook_id: str, request: web.Request, body: bytes) -> str:
        if self._verifier is not None:
            try:
                self._verifier.verify(body, dict(request.headers), json_parse=False)
            except (WebhookVerificationError, ValueError):  # ValueError: a header that is no signature at all
                return "INVALID"
        # A retry may come after the first was taken in: the id tells, so nothing need be done twice.
        if webhook_id in self._seen:
            return "DUPLICATE"
        self._seen.add(webhook_id)
        return "verified" if self._verifier is not None else "unverified"


def _about(body: bytes) -> str:
    try:
        event = msgspec.json.decode(body, type=dict[str, object])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return "not an event"
    return f"{event.get('type', '-')} {event.get('subject', '-')}"


@asynccontextmanager
async def listening(receiver: Receiver, host: str, port: int) -> AsyncGenerator[str]:
    """Serve the receiver on every path; yield its URL."""
    app = web.Application(client_max_size=LARGEST_EVENT_BYTES)
    app.router.add_post("/{path:.*}", receiver.receive)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield f"http://{host}:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()


async def _listen(receiver: Receiver, host: str, port: int) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with listening(receiver, host, port) as url:
        click.echo(f"Listening on {url} (Ctrl-C ends)")
        await stop.wait()


@click.command("webhook-listen")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8099, show_default=True, help="The port to listen on; 0 chooses a free one.")
@click.option(
    "--secret", envvar="WEBHOOK_SECRET", help="The secret `POST /webhooks` answered; also from WEBHOOK_SECRET."
)
def command(host: str, port: int, secret: str | None) -> None:
    """Receive webhooks and verify their signatures: a line for each delivery, the counts at the end."""
    try:
        receiver = Receiver(secret, click.echo)
    except (ValueError, EmptyWebhookSecretError):
        raise click.BadParameter("a secret is `whsec_` and base64.", param_hint="--secret") from None
    if secret is None:
        click.echo("No secret given: signatures are not verified.", err=True)
    try:
        asyncio.run(_listen(receiver, host, port))
    except OSError as fault:
        raise click.ClickException(f"Cannot listen on {host}:{port}: {fault.strerror}.") from None
    click.echo(", ".join(f"{count} {verdict}" for verdict, count in receiver.counts.items()) or "Nothing came.")
