#!/usr/bin/env sh
# The main job on the example corpus: read, build, ask. Needs no network and no server.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
kg=${KG:-demo-kg}
kgbuild="${BIN:+$BIN/}kgbuild"
ask() {
    printf '\n\033[1m$ kgbuild %s\033[0m\n' "$*"
    "$kgbuild" "$@" --kg "$kg"
}
ask ingest --source "$here/gut-brain-examples.xml" --query "microbiota OR microbiome OR gut OR bacteria"
ask show "Lactobacillus" "Parkinson disease"
ask query microbes-changed-in-disorder --param "disorder=depression"
ask query conflicting-claims --param limit=8
