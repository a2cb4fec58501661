#!/usr/bin/env bash
# Fuzz the native kernel, guided by coverage: fuzz-native.sh [SECONDS], 20 unless said.
# Needs cargo and a C++ compiler; the corpus it finds stays in native/fuzz/target.
set -euo pipefail
cd "$(dirname "$0")/../native/fuzz"

target=${CARGO_TARGET_DIR:-target}
corpus=$target/corpus
mkdir -p "$corpus"
export RUSTC_BOOTSTRAP=1
export RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares"
cargo build --release --quiet --target "$(rustc -vV | sed -n 's/^host: //p')"
"$target/$(rustc -vV | sed -n 's/^host: //p')/release/lines" -max_total_time="${1:-20}" -max_len=2000 -print_final_stats=1 "$corpus"
