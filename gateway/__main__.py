"""The command `cartograph`: one subcommand for each thing a person does with the gateway."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

FAILED = 1
MISUSED = 2

Command = Callable[[argparse.Namespace], int]


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit status: 0 when all went well, 1 when it could not be done, 2 when it was asked wrongly."""
    asked = _parser().parse_args(arguments)
    command: Command = asked.command
    try:
        return command(asked)
    except BrokenPipeError:  # whoever read the output has read enough
        sys.stderr.close()
        return 0


def serve(asked: argparse.Namespace) -> int:
    """Serve the stores of the stores file."""
    from gateway.serve import serve_stores

    return serve_stores(host=asked.host, port=asked.port, stores=asked.stores, workers=asked.workers)


def worker(asked: argparse.Namespace) -> int:
    """Do accepted writes."""
    from gateway.work import work

    return work(stores=asked.stores)


def secret(asked: argparse.Namespace) -> int:
    """Print a new sealing key."""
    from gateway.seals import new_secret

    sys.stdout.write(f"{new_secret()}\n")
    return 0


def demo(asked: argparse.Namespace) -> int:
    """Serve sandboxes of all platforms."""
    from gateway.demo import show

    return show(host=asked.host, port=asked.port)


def sandbox(asked: argparse.Namespace) -> int:
    """Serve the sandbox of one platform."""
    from adapters.kit.registry import names
    from gateway import server, telemetry
    from gateway.sandboxes import serve_sandbox

    if asked.platform not in names():
        return _misuse(f"There is no platform {asked.platform!r}; there are: {', '.join(names())}.")
    if bool(asked.tls_cert) != bool(asked.tls_key):
        return _misuse("--tls-cert and --tls-key belong together.")
    for path in filter(None, (asked.tls_cert, asked.tls_key)):
        if not path.is_file():
            return _misuse(f"There is no file {path}.")
    tls = (str(asked.tls_cert), str(asked.tls_key)) if asked.tls_cert else None
    telemetry.configure("warning", "text")
    try:
        return server.run(
            lambda stopping: serve_sandbox(stopping, asked.platform, asked.host, asked.port, tls, with_parent=asked.with_parent)
        )
    except server.ListenError as error:
        return _fail(str(error))


def schema(asked: argparse.Namespace) -> int:
    """Print the GraphQL schema."""
    from resolvers.api import make_schema

    sys.stdout.write(make_schema().as_str().rstrip() + "\n")
    return 0


def platforms(asked: argparse.Namespace) -> int:
    """Print what each platform can do."""
    from rich.console import Console

    from gateway.capabilities import WIDTH, markdown, print_platforms

    if asked.markdown:
        sys.stdout.write(markdown() + "\n")
        return 0
    print_platforms(Console(width=None if sys.stdout.isatty() else WIDTH))
    return 0


def new_key(asked: argparse.Namespace) -> int:
    """Make an API key."""
    from gateway.keys import block, key_mistakes, new_key

    tenants, roles = ([word.strip() for word in text.split(",") if word.strip()] for text in (asked.tenants, asked.roles))
    mistakes = key_mistakes(asked.name, tenants, roles)
    if mistakes:
        return _misuse("\n".join(mistakes))
    key = new_key()
    sys.stdout.write(f"The key, shown this once:\n\n{key}\n\nFor the stores file:\n\n{block(key, asked.name, tenants, roles)}\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("cartograph", description="A GraphQL gateway over the shops and marketplaces that merchants sell on.")
    commands = parser.add_subparsers(required=True, metavar="command")

    def add(name: str, command: Command, words: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=words, description=words)
        added.set_defaults(command=command)
        return added

    serving = add("serve", serve, "Serve the stores of your stores file.")
    serving.add_argument("--stores", type=Path, help="the stores file (default: stores.toml)")
    serving.add_argument("--workers", type=int, help="how many processes serve (default: 1); SIGHUP renews them without a gap")
    _add_address(serving, None, None, "127.0.0.1", "8000")
    working = add("worker", worker, "Do writes that were accepted by other processes; run any number of them.")
    working.add_argument("--stores", type=Path, help="the stores file (default: stores.toml)")
    showing = add("demo", demo, "Serve sandboxes of all platforms: no account, no settings.")
    _add_address(showing, None, None, "127.0.0.1", "8000, or the next that is free")
    playing = add("sandbox", sandbox, "Serve a local stand-in of one platform, with a few stores.")
    playing.add_argument("platform", help="its short name")
    _add_address(playing, "127.0.0.1", 0, "127.0.0.1", "a free one")
    playing.add_argument("--tls-cert", type=Path, help="serve over https with the certificate in this file")
    playing.add_argument("--tls-key", type=Path, help="the file with the certificate's key")
    playing.add_argument("--with-parent", action="store_true", help=argparse.SUPPRESS)
    add("schema", schema, "Print the GraphQL schema.")
    listing = add("platforms", platforms, "Show what can be asked of each platform.")
    listing.add_argument("--markdown", action="store_true", help="print the table of the README")
    add("secret", secret, "Print a new sealing key, for CARTOGRAPH_SECRETS.")
    keys = add("keys", new_key, "Make API keys.").add_subparsers(required=True, metavar="what")
    making = keys.add_parser("new", help="make a key, and the lines for the stores file", description="Make an API key.")
    making.add_argument("--name", default="default", help="a name for the logs")
    making.add_argument("--tenants", default="*", help="tenants it may see, with commas between (default: all)")
    making.add_argument("--roles", default="read", help="what it may do: read, write, support, admin (default: read)")
    return parser


def _add_address(parser: argparse.ArgumentParser, host: str | None, port: int | None, usual_host: str, usual_port: str) -> None:
    parser.add_argument("--host", default=host, help=f"where to listen (default: {usual_host})")
    parser.add_argument("--port", type=_port, default=port, help=f"the port, 0 for a free one (default: {usual_port})")


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return int(text)


def _misuse(message: str) -> int:
    sys.stderr.write(f"{message}\n")
    return MISUSED


def _fail(message: str) -> int:
    sys.stderr.write(f"{message}\n")
    return FAILED


if __name__ == "__main__":
    sys.exit(main())
