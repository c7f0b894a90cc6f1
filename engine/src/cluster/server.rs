//! One Postgres server, with whatever databases of it are read.

use std::sync::{Arc, OnceLock};

use tokio::task::AbortHandle;

use super::health::{Health, Rules};
use crate::pool::{self, Beforehand, Lanes, Quota, Role, Settings};

/// One Postgres server.
#[derive(Debug)]
pub struct Server {
    name: Arc<str>,
    /// The connections that the pools of its databases share.
    quota: Arc<Quota>,
    health: Arc<Health>,
    /// How it is asked how it does.
    to: Lanes,
    watching: OnceLock<Watching>,
}

/// The task that asks the server how it does; it ends with the server.
#[derive(Debug)]
struct Watching(AbortHandle);

impl Server {
    /// The server of the settings, of which it takes how to connect, and the role.
    pub(super) fn new(
        name: &str,
        settings: &Settings,
        rules: Rules,
        pooled: u32,
    ) -> Result<Server, pool::Error> {
        let role = settings.role.unwrap_or(Role::Primary);
        // It is for the answers to say whether it has the role that it should have.
        let settings = Settings { role: None, beforehand: Beforehand::default(), ..settings.clone() };
        let name: Arc<str> = name.into();
        Ok(Server {
            quota: Quota::new(pooled),
            to: Lanes::new(&settings, rules.answer_within())?,
            health: Arc::new(Health::new(Arc::clone(&name), role, rules)),
            watching: OnceLock::new(),
            name,
        })
    }

    /// Its name in the settings.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// Whether it may be read in its role, as far as is known: it answers, and as a replica it is near enough.
    pub fn is_readable(&self) -> bool {
        self.health.is_readable()
    }

    pub(super) fn quota(&self) -> &Arc<Quota> {
        &self.quota
    }

    pub(super) fn health(&self) -> &Arc<Health> {
        &self.health
    }

    /// Begins to ask how it does, if that has not begun.
    pub(super) fn start(&self) {
        self.watching.get_or_init(|| {
            let (health, to) = (Arc::clone(&self.health), self.to.clone());
            Watching(tokio::spawn(async move { health.watch(to).await }).abort_handle())
        });
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.0.abort();
    }
}
