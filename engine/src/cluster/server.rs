//! One Postgres server, with whatever databases of it are read.

use std::sync::Arc;

use crate::pool::Quota;

/// One Postgres server.
#[derive(Debug)]
pub struct Server {
    name: Arc<str>,
    /// The connections that the pools of its databases share.
    quota: Arc<Quota>,
}

impl Server {
    pub(super) fn new(name: &str, pooled: u32) -> Server {
        Server { name: name.into(), quota: Quota::new(pooled) }
    }

    /// Its name in the settings.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    pub(super) fn quota(&self) -> &Arc<Quota> {
        &self.quota
    }
}
