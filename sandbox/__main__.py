"""``python -m sandbox``: start the stand-in for Allegro."""

from __future__ import annotations

import argparse
import contextlib
import socket

import uvicorn

from sandbox.app import build_app
from sandbox.seeding import seed_world
from sandbox.server import CuttableProtocol
from sandbox.state.tokens import App
from sandbox.state.world import Size, World


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    add = parser.add_argument
    add("--host", default="127.0.0.1")
    add("--port", type=int, default=8090, help="0 takes a free port")
    add("--seed", type=int, default=1)
    add("--sellers", type=int, default=2)
    add("--offers", type=int, default=120, help="per seller")
    add("--orders", type=int, default=40, help="per seller")
    add("--client-id", default="allegro-hub-demo")
    add("--client-secret", default="allegro-hub-demo-secret")
    add("--app-name", default="AllegroHub")
    add("--redirect-uri", action="append", default=[], help="may be given several times")
    return parser.parse_args()


def main() -> None:
    """Seed, listen, say so in one line, and serve until told to stop."""
    given = _arguments()
    app = App(given.client_id, given.client_secret, given.app_name, tuple(given.redirect_uri))
    world = World([app], Size(given.seed, given.sellers, given.offers, given.orders))
    seed_world(world)
    # asyncio switches Nagle off only where the protocol is named; else every answer waits 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((given.host, given.port))
    port = listener.getsockname()[1]
    config = uvicorn.Config(
        build_app(world),
        http=CuttableProtocol,
        ws="none",
        lifespan="off",
        loop="asyncio",
        log_level="error",
        access_log=False,
        backlog=512,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=1,
    )
    listener.listen(512)
    print(f"Allegro sandbox listening on http://{given.host}:{port}", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
