//! One database on one server, with what reads it: a pool, and a folder for what is answered together.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use crate::config;
use crate::fold::Folder;
use crate::pool::{self, Pool, Quota};

/// One database on one server.
#[derive(Debug)]
pub struct Instance {
    name: Arc<str>,
    settings: pool::Settings,
    folding: Option<(config::Folding, u32)>,
    pool: Pool,
    folder: Option<Folder>,
    /// How many requests are with the folder.
    folding_now: AtomicUsize,
}

/// A request that is with the folder.
pub(super) struct Underway<'a>(&'a Instance);

impl Instance {
    /// The database of the settings, with so many connections for folding, where they are not none.
    pub(super) fn new(
        name: Arc<str>,
        settings: &pool::Settings,
        folding: Option<(config::Folding, u32)>,
        quota: Option<&Arc<Quota>>,
    ) -> Result<Instance, pool::Error> {
        let folder = folding.as_ref().map(|(folding, lanes)| Folder::new(folding, *lanes, settings));
        let pool = match quota {
            Some(quota) => Pool::within(settings, quota)?,
            None => Pool::new(settings)?,
        };
        Ok(Instance {
            name,
            settings: settings.clone(),
            folding,
            pool,
            folder: folder.transpose()?,
            folding_now: AtomicUsize::new(0),
        })
    }

    /// The name of its server, or of the only database.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The connections for what is read alone.
    pub fn pool(&self) -> &Pool {
        &self.pool
    }

    /// What answers requests together; `None` where nothing does.
    pub fn folder(&self) -> Option<&Folder> {
        self.folder.as_ref()
    }

    /// Whether it is what these settings describe.
    pub(super) fn is_of(&self, settings: &pool::Settings, folding: Option<&(config::Folding, u32)>) -> bool {
        self.settings == *settings && self.folding.as_ref() == folding
    }

    /// Counts a request as being with the folder until what is returned is dropped.
    pub(super) fn underway(&self) -> Underway<'_> {
        self.folding_now.fetch_add(1, Relaxed);
        Underway(self)
    }

    /// How many requests are on their way.
    pub(super) fn load(&self) -> usize {
        self.pool.load() + self.folding_now.load(Relaxed)
    }
}

impl Drop for Underway<'_> {
    fn drop(&mut self) {
        self.0.folding_now.fetch_sub(1, Relaxed);
    }
}
