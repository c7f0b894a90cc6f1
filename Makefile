# What there is to do here. Every target does its own set-up (scripts/setup.sh) and can be run again at any time.

.PHONY: help demo demo-shop test bench fmt

help:
	@echo 'make demo       run the music store: GraphQL over a private Postgres, with GraphiQL in the browser'
	@echo 'make demo-shop  run the shop: the same over four shards; SHOP_SHARDS=100 for another number'
	@echo 'make test       run everything that must pass: format, lints, docs, all tests'
	@echo 'make bench      measure the stages, and Onefold beside its peers; writes benches/RESULTS.md'
	@echo 'make fmt        format the code'

demo:
	@scripts/setup.sh demo
	cargo run --package music -- serve

demo-shop:
	@scripts/setup.sh demo
	cargo run --package shop -- serve

test:
	@scripts/setup.sh test
	@scripts/test.sh

bench:
	@scripts/setup.sh demo
	@scripts/bench.sh

fmt:
	cargo fmt --all
	cargo fmt --all --manifest-path benches/side_by_side/Cargo.toml
	cargo fmt --all --manifest-path fuzz/Cargo.toml
