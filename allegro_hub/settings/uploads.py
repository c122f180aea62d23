"""Files and bodies that are sent to us, and how large they may be."""

from __future__ import annotations

from allegro_hub.settings.environment import BASE_DIR, env

MEDIA_ROOT = env.text("MEDIA_ROOT", str(BASE_DIR / ".run" / "media"))
IMPORT_CSV_MAX_SIZE = env.number("IMPORT_CSV_MAX_SIZE", 100 * 1024 * 1024)
IMPORT_CSV_BATCH_SIZE = env.number("IMPORT_CSV_BATCH_SIZE", 2000)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
WEBHOOK_MAX_BODY = env.number("WEBHOOK_MAX_BODY", 256 * 1024)
