#!/usr/bin/env bash
# Puts promtool, which checks and tests the alerts, into .venv/bin. Installs nothing else: the package
# is unpacked elsewhere, so that no Prometheus starts. Where there is no apt, it says what to do.
set -euo pipefail
cd "$(dirname "$0")/.."

target=.venv/bin/promtool
[ -x "$target" ] && exit 0
if found=$(command -v promtool); then
    ln -s "$found" "$target"
    exit 0
fi
if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
    echo "promtool is missing: install Prometheus (https://prometheus.io/download) and have promtool on the PATH" >&2
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo "fetching promtool ..."
chmod 755 "$work"
if ! apt-get download -q prometheus >/dev/null 2>&1; then
    [ "$(id -u)" -ne 0 ] || apt-get update -q >/dev/null
    apt-get download -q prometheus >/dev/null || {
        echo "promtool is missing: run apt-get update as root, or install Prometheus" >&2
        exit 0
    }
fi
dpkg-deb -x prometheus_*.deb unpacked
install -m 755 unpacked/usr/bin/promtool "$OLDPWD/$target"
