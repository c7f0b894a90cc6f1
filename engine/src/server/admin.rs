//! `/admin/…`: what those may do and see who run the server, and have its token.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Map, Value, json};
use subtle::ConstantTimeEq;

use crate::config::{Config, Ranges};
use crate::reload::{Error, Reloader};
use crate::slots::{ShardId, Slot};

/// Whether a server, by its name, may be read.
type IsReadable = dyn Fn(&str) -> Option<bool> + Send + Sync;

/// What the routes have to do with.
#[derive(Clone)]
struct Admin {
    reloader: Arc<Reloader>,
    is_readable: Arc<IsReadable>,
}

/// The routes `/admin/reload` and `/admin/shards`, to be handed to [`serve_with`](super::serve_with); none unless
/// `server.admin_token` is set. `is_readable` knows of a server by its name whether it may be read.
pub fn admin(
    reloader: Arc<Reloader>,
    is_readable: impl Fn(&str) -> Option<bool> + Send + Sync + 'static,
    config: &Config,
) -> Router {
    let Some(token) = &config.server.admin_token else { return Router::new() };
    let token: Arc<str> = Arc::from(token.as_str());
    Router::new()
        .route("/admin/reload", post(reload))
        .route("/admin/shards", get(shards))
        .with_state(Admin { reloader, is_readable: Arc::new(is_readable) })
        .layer(middleware::from_fn_with_state(token, authorize))
}

/// Lets a request through that has the token.
async fn authorize(State(token): State<Arc<str>>, request: Request, next: Next) -> Response {
    let given = request.headers().get(AUTHORIZATION).map(HeaderValue::as_bytes);
    // The name of a scheme is written in any case: https://www.rfc-editor.org/rfc/rfc9110#section-11.1
    let (scheme, given) = given.and_then(|given| given.split_at_checked(7)).unwrap_or_default();
    // How long the comparison takes tells nothing of the token but its length.
    if scheme.eq_ignore_ascii_case(b"Bearer ") && bool::from(given.ct_eq(token.as_bytes())) {
        return next.run(request).await;
    }
    let message = "send the value of `server.admin_token` as `authorization: Bearer …`";
    let mut response = refuse(StatusCode::UNAUTHORIZED, "UNAUTHORIZED", &[message.to_owned()]);
    response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    response
}

async fn reload(State(Admin { reloader, .. }): State<Admin>) -> Response {
    let error = match reloader.reload().await {
        Ok(reloaded) => {
            let moved = reloaded.moved.iter().map(|moved| {
                json!({
                    "slots": moved.slots.entries(),
                    "from": *moved.from,
                    "to": *moved.to,
                })
            });
            let body = json!({
                "epoch": reloaded.epoch,
                "moved": moved.collect::<Vec<_>>(),
                "ignored": reloaded.ignored,
            });
            return answer(StatusCode::OK, &body);
        }
        Err(error) => error,
    };
    let (status, code) = match &error {
        Error::Config(_) | Error::Slots(_) | Error::Put(_) => {
            (StatusCode::UNPROCESSABLE_ENTITY, "SETTINGS_WRONG")
        }
        Error::SlotTable(_) => (StatusCode::UNPROCESSABLE_ENTITY, "SLOT_TABLE_WRONG"),
        Error::Epoch { .. } => (StatusCode::CONFLICT, "EPOCH_NOT_HIGHER"),
        Error::Kind(_) => (StatusCode::CONFLICT, "NEEDS_NEW_START"),
    };
    refuse(status, code, &error.messages())
}

async fn shards(State(Admin { reloader, is_readable }): State<Admin>) -> Response {
    let current = reloader.current();
    let servers = current.config.servers.keys();
    let servers: Map<_, _> =
        servers.map(|name| (name.clone(), json!({"readable": is_readable(name)}))).collect();
    let map = &current.map;
    let shards = map.shards().iter().enumerate().map(|(position, name)| {
        let slots: Vec<u16> = map.slots(ShardId(position)).map(Slot::number).collect();
        let mut shard = json!({
            "name": **name,
            "slotCount": slots.len(),
            "slots": Ranges::of(slots).entries(),
        });
        if let Some(settings) = current.config.shards.get(&**name) {
            shard["primary"] = Value::from(settings.primary.as_str());
            shard["replicas"] = Value::from(settings.replicas.as_slice());
        }
        shard
    });
    answer(
        StatusCode::OK,
        &json!({"epoch": map.epoch(), "shards": shards.collect::<Vec<_>>(), "servers": servers}),
    )
}

/// Errors in the form of all others of the server.
fn refuse(status: StatusCode, code: &str, messages: &[String]) -> Response {
    let errors = messages.iter().map(|message| json!({"message": message, "extensions": {"code": code}}));
    answer(status, &json!({"errors": errors.collect::<Vec<_>>()}))
}

fn answer(status: StatusCode, body: &Value) -> Response {
    (status, [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")], body.to_string())
        .into_response()
}
