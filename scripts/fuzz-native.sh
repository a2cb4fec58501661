#!/usr/bin/env bash
# Fuzz the native kernel, guided by coverage: fuzz-native.sh [SECONDS] [lines|scan], 20 s of lines unless said.
# Needs cargo and a C++ compiler, for scans also this repository's Python; the corpus it finds stays in native/fuzz/target.
set -euo pipefail
cd "$(dirname "$0")/../native/fuzz"

what=${2:-lines}
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
corpus=$target/corpus/$what
mkdir -p "$corpus"
if [ "$what" = scan ]; then
    PYTHONPATH=../.. "${PYTHON:-../../.venv/bin/python}" ../../scripts/fuzzed-plan.py "$target/plan"
    export PAICHA_FUZZED_PLAN=$target/plan/plan.json
    cp "$target/plan/scan/"* "$corpus"
fi
export RUSTC_BOOTSTRAP=1
export RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares"
cargo build --release --quiet --target "$(rustc -vV | sed -n 's/^host: //p')"
"$target/$(rustc -vV | sed -n 's/^host: //p')/release/$what" -max_total_time="${1:-20}" -max_len=2000 -print_final_stats=1 "$corpus"
