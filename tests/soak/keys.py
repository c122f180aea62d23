"""Another master key, the old one dropped, while the accounts stay connected."""

from __future__ import annotations

import base64
import secrets

from tests.measures import Result, Results
from tests.soak import checks
from tests.soak.scene import Scene

DATA_KEYS = "SELECT count(*) FROM core_datakey WHERE master_key_id <> 'soak2'"


def rotated(scene: Scene) -> Results:
    """Both keys, ``rotate_keys``, the new key alone; then tokens are used and refreshed."""
    product = scene.product
    old = product.demo.environment["HUB_MASTER_KEYS"]
    new = "soak2:" + base64.b64encode(secrets.token_bytes(32)).decode()
    product.restart(HUB_MASTER_KEYS=f"{new},{old}")
    product.demo.manage("rotate", "rotate_keys", "--data-keys")
    product.restart(HUB_MASTER_KEYS=new)
    accounts = [checks.account(login) for login in scene.logins]
    good = [product.api("POST", f"tokens/{pk}/validate")["valid"] for pk in accounts]
    for pk in accounts:
        product.api("POST", f"tokens/{pk}/refresh")
    good += [product.api("POST", f"tokens/{pk}/validate")["valid"] for pk in accounts]
    left = checks.number(DATA_KEYS)
    total = checks.number("SELECT count(*) FROM core_datakey")
    return {
        "keys: tokens that open with the new key alone": Result(sum(good), len(good), 1.0, ""),
        "keys: data keys left under the old one": checks.none_of(left, total),
    }
