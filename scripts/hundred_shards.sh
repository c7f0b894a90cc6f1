#!/usr/bin/env bash
# Serves the shop over a hundred shards, which are databases of one private Postgres, with few connections and with many,
# and prints a table of what that takes. SHOP_SHARDS and SHOP_CUSTOMERS are other numbers than 100 and 2,000.
set -euo pipefail
cd "$(dirname "$0")/.."
exec cargo bench --quiet --package shop --bench hundred_shards
