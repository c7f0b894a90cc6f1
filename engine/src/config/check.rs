//! Settings → the mistakes in them that are not of a single value's kind: values out of range, and values that
//! contradict each other.

use onefold_schema::SchemaDef;

use super::{Config, Dialect, sharding as servers};

/// All mistakes, each with what to write instead.
pub(super) fn mistakes(schema: &SchemaDef, config: &Config) -> Vec<String> {
    let mut mistakes = Vec::new();
    let limits = &config.limits;
    let sharding = &config.sharding;
    for (key, is_zero) in [
        ("limits.max_depth", limits.max_depth == 0),
        ("limits.max_document_bytes", limits.max_document_bytes == 0),
        ("limits.max_tokens", limits.max_tokens == 0),
        ("limits.max_fields", limits.max_fields == 0),
        ("limits.max_conditions", limits.max_conditions == 0),
        ("limits.max_recursion", limits.max_recursion == 0),
        ("server.max_body_bytes", config.server.max_body_bytes == 0),
        ("database.max_connections", config.database.max_connections == 0),
        ("folding.connections", config.folding.connections == 0),
        ("folding.max_batch", config.folding.max_batch == 0),
        ("folding.pipeline", config.folding.pipeline == 0),
        ("sharding.epoch", sharding.epoch == 0),
        ("sharding.max_connections", sharding.max_connections == 0),
        ("sharding.max_concurrency", sharding.max_concurrency == 0),
        ("sharding.breaker_failures", sharding.breaker_failures == 0),
    ] {
        if is_zero {
            mistakes.push(format!("`{key}` must be at least 1"));
        }
    }
    for (key, duration) in [
        ("server.write_timeout", config.server.write_timeout),
        ("folding.stall_timeout", config.folding.stall_timeout),
        ("sharding.shard_timeout", sharding.shard_timeout),
        ("sharding.max_replica_lag", sharding.max_replica_lag),
        ("sharding.health_interval", sharding.health_interval),
        ("sharding.breaker_pause", sharding.breaker_pause),
    ] {
        if duration.is_zero() {
            mistakes.push(format!("`{key}` must be more than 0"));
        }
    }
    if limits.default_limit > limits.max_limit {
        mistakes.push(format!(
            "`limits.default_limit` is {}, more than `limits.max_limit`, {}",
            limits.default_limit, limits.max_limit
        ));
    }
    for origin in &config.server.cors {
        if origin != "*" && !is_origin(origin) {
            mistakes.push(format!(
                "`server.cors` has `{origin}`, which is no origin; write `https://app.example.com`, or `*` for all"
            ));
        }
    }
    if config.database.dialect == Dialect::Citus && !(config.servers.is_empty() && config.shards.is_empty()) {
        mistakes.push(
            "`database.dialect` is `citus`, and there are `[servers]` or `[shards]`; leave them out and set \
             `database.url`, as Citus spreads tables over its nodes by itself"
                .to_owned(),
        );
    }
    if let Some(token) = &config.server.admin_token
        && (token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()))
    {
        mistakes.push(
            "`server.admin_token` has to be of visible ASCII characters, as `openssl rand -hex 32` makes it"
                .to_owned(),
        );
    }
    mistakes.extend(servers::mistakes(schema, config));
    mistakes
}

/// Whether a text is what browsers send as `Origin`: scheme, host and port, nothing after it.
fn is_origin(text: &str) -> bool {
    let Ok(uri) = text.parse::<axum::http::Uri>() else { return false };
    uri.scheme().is_some()
        && uri.authority().is_some()
        && !text.ends_with('/')
        && uri.path() == "/"
        && uri.query().is_none()
}
