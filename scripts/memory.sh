#!/usr/bin/env bash
# Runs the tests of the serializer, the only unsafe code there is, under valgrind: it sees what machine code reads and
# writes beyond its memory, and every use of memory that nobody has written.
set -euo pipefail
cd "$(dirname "$0")/.."

# Machine code is written while the program runs, and its memory can be used again for other code.
runner='["valgrind", "--quiet", "--error-exitcode=1", "--smc-check=all-non-file"]'

# A program is some 50 times slower under valgrind, so random tests take few of the cases that they take otherwise.
PROPTEST_CASES=${PROPTEST_CASES:-8} cargo test --quiet --package onefold --lib \
    --config "target.'cfg(all())'.runner = $runner" -- serializer:: --test-threads=1
