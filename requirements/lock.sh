#!/bin/sh
# Locks the dependencies of pyproject.toml with hashes and without index addresses.
# Usage: lock.sh PATH_OF_UV [extra arguments of uv, such as --upgrade]
set -eu
uv=$1
shift
lock() {
    out=$1
    shift
    "$uv" pip compile "$@" --universal --python-version 3.11 --generate-hashes --no-annotate \
        --quiet --custom-compile-command "make lock" --output-file "$out"
}
lock runtime.txt ../pyproject.toml "$@"
lock build.txt build.in "$@"
lock local.txt ../pyproject.toml build.in --extra local "$@"
lock dev.txt ../pyproject.toml build.in --extra local --group ../pyproject.toml:dev "$@"
