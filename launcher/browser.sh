#!/bin/sh
# Installs the distribution's Chromium, a font and the one library Playwright's driver misses on a
# bare Debian. Playwright's own download is not used: it is large and bypasses package signing.
set -eu

for name in chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$name" >/dev/null 2>&1; then
        echo "browser: $(command -v "$name") is there"
        exit 0
    fi
done

if [ -x "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" ]; then
    echo "browser: Google Chrome is there"
    exit 0
fi

if ! command -v apt-get >/dev/null 2>&1; then
    echo "browser: install Chromium with this system's package manager; it is looked for on PATH" >&2
    exit 1
fi

as_root=
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
        echo "browser: run as root: apt-get install chromium fonts-dejavu-core libatomic1" >&2
        exit 1
    fi
    as_root=sudo
fi

export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
$as_root apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core libatomic1 >/dev/null
echo "browser: $(command -v chromium) installed"
