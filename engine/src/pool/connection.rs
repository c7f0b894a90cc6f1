//! One connection of the pool: opened by bb8 through [`Manager`], with the statements that are prepared on it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep};
use tokio_postgres::config::Config;
use tokio_postgres::types::PgLsn;
use tokio_postgres::{Client, SimpleQueryMessage};

use super::beforehand::{self, Known};
use super::cancel;
use super::pooler;
use super::quota::{LOOK_AGAIN, Membership, Place};
use super::renewal::{Generation, Renewal};
use super::statements::Statements;
use super::tls::{self, Tls};
use super::types;
use super::{Error, Role, Settings, error};
use crate::config::StatementMode;

/// How long Postgres may take to end the process of a connection that was closed.
const ENDING: Duration = Duration::from_secs(2);

/// An open connection.
pub(super) struct Connection {
    /// Shared with the query that runs, so that the query can outlive the request that has asked for it.
    pub(super) client: Arc<Client>,
    /// Absent where statements are sent unnamed.
    pub(super) statements: Option<Statements>,
    /// Whether nothing has been run on it.
    pub(super) is_fresh: bool,
    /// The task that speaks with Postgres; it ends by itself when the client is dropped and nothing runs any more.
    driver: AbortHandle,
    tls: Tls,
    /// Where the pooler is that statements are sent unnamed for.
    pooler: Option<Arc<Config>>,
    retired: AtomicBool,
    generation: Generation,
    /// How far the server is for certain, where it was asked.
    replayed: AtomicU64,
    /// Given back when the socket is closed, so it is the driver's too.
    place: Option<Arc<Place>>,
}

impl Connection {
    /// Asks Postgres, over a socket of its own, to end what this connection runs.
    pub(super) fn cancel(&self) -> impl Future<Output = Result<(), Error>> + Send + use<> {
        let (token, tls, pooler) = (self.client.cancel_token(), self.tls.clone(), self.pooler.clone());
        async move {
            match pooler {
                None => token.cancel_query(tls).await.map_err(Error::unavailable),
                Some(config) => {
                    cancel::cancel(&token, &config).await.map_err(|error| Error::away(error.to_string()))
                }
            }
        }
    }

    /// Whether the connection can take no query any more.
    pub(super) fn is_broken(&self) -> bool {
        self.retired.load(Relaxed) || self.generation.is_over() || self.client.is_closed()
    }

    /// How far the server is for certain as a standby.
    pub(super) fn replayed(&self) -> PgLsn {
        PgLsn::from(self.replayed.load(Relaxed))
    }

    /// Keeps how far the server is as a standby.
    pub(super) fn has_replayed(&self, position: PgLsn) {
        self.replayed.fetch_max(position.into(), Relaxed);
    }

    /// Whether another pool of the server needs the connection more than the one that it is given back to.
    pub(super) fn is_asked_for(&self) -> bool {
        self.place.as_deref().is_some_and(Place::is_asked_for)
    }

    /// Lets nobody use the connection again; Postgres is told so when it is dropped.
    pub(super) fn retire(&self) {
        self.retired.store(true, Relaxed);
    }

    /// Closes the socket now, whatever runs, and lets nobody use the connection again.
    pub(super) fn abort(&self) {
        self.retire();
        self.driver.abort();
    }
}

/// Opens connections.
#[derive(Clone)]
pub(super) struct Manager {
    config: Arc<Config>,
    tls: Tls,
    /// For all hosts together.
    connect_timeout: Duration,
    acquire_timeout: Duration,
    statements: StatementMode,
    statement_cache: usize,
    beforehand: Arc<[Known]>,
    role: Option<Role>,
    renewal: Renewal,
    /// Of a quota that limits how many connections there are.
    membership: Option<Arc<Membership>>,
}

impl Manager {
    /// Opens connections whose sessions have these settings besides those of all, as the server's command line has
    /// them, and on which these statements are prepared.
    pub(super) fn new(
        settings: &Settings,
        session: &str,
        beforehand: &Arc<[Known]>,
    ) -> Result<Manager, Error> {
        let config = settings.driver(session)?;
        let tls = Tls::new(config.get_ssl_mode(), settings.ca_file.as_deref())?;
        let hosts = config.get_hosts().len().max(config.get_hostaddrs().len());
        let connect_timeout =
            settings.connect_timeout.saturating_mul(u32::try_from(hosts).unwrap_or(u32::MAX));
        let Settings { acquire_timeout, statements, statement_cache, role, .. } = *settings;
        Ok(Manager {
            config: Arc::new(config),
            tls,
            connect_timeout,
            acquire_timeout,
            statements,
            statement_cache,
            beforehand: Arc::clone(beforehand),
            role,
            renewal: Renewal::default(),
            membership: None,
        })
    }

    /// The same, for connections that are limited by a quota.
    pub(super) fn within(self, membership: Arc<Membership>) -> Manager {
        Manager { membership: Some(membership), ..self }
    }

    /// How many connections a quota allows, if one could not be opened so far because others have them all.
    pub(super) fn all_taken(&self) -> Option<u32> {
        self.membership.as_ref().filter(|membership| membership.is_waiting()).map(|it| it.quota().limit())
    }

    /// Has the connections that there are replaced by others.
    pub(super) fn renew(&self) {
        self.renewal.begin();
    }

    /// Opens a connection.
    pub(super) async fn connect(&self) -> Result<Connection, Error> {
        let place = match &self.membership {
            Some(membership) => Some(Arc::new(self.place(membership).await?)),
            None => None,
        };
        // The driver's own limit ends with the socket's connection; the server may hang afterwards.
        let generation = self.renewal.generation();
        let open = async {
            tokio::select! {
                result = self.open_in_turn(place) => result,
                // Another attempt is more likely to reach a server that has come back.
                () = generation.over() => Err(Error::away("the connection was given up")),
            }
        };
        match tokio::time::timeout(self.connect_timeout, open).await {
            Ok(result) => result.map(|connection| Connection { generation, ..connection }),
            Err(_) => Err(Error::away(format!("no connection within {:?}", self.connect_timeout))),
        }
    }

    async fn place(&self, membership: &Arc<Membership>) -> Result<Place, Error> {
        let waited = self.acquire_timeout;
        let place = tokio::time::timeout(waited, membership.place()).await;
        place.map_err(|_| Error::Busy { waited, connections: membership.quota().limit() })
    }

    /// Tries again for a moment where Postgres has too many connections: its process for one that this server has just
    /// closed may still be ending.
    async fn open_in_turn(&self, place: Option<Arc<Place>>) -> Result<Connection, Error> {
        let start = Instant::now();
        loop {
            match self.open(place.clone()).await {
                Err(error) if error.is_too_many() && start.elapsed() < ENDING => sleep(LOOK_AGAIN).await,
                result => return result,
            }
        }
    }

    async fn open(&self, place: Option<Arc<Place>>) -> Result<Connection, Error> {
        let (client, driver) = self.config.connect(self.tls.clone()).await.map_err(|error| {
            let (tls, pooler) = (tls::advice(&error), pooler::advice(&error, self.statements));
            match Error::unavailable(error) {
                Error::Unavailable { reason, cause } => {
                    Error::Unavailable { reason: format!("{reason}{tls}{pooler}"), cause }
                }
                other => other,
            }
        })?;
        let held = place.clone();
        let driver = tokio::spawn(async move {
            match driver.await {
                Ok(()) => tracing::debug!("connection closed"),
                Err(error) => tracing::warn!(reason = error::chain(&error), "connection lost"),
            }
            drop(held);
        });
        if let Some(role) = self.role {
            check_role(&client, role).await?;
        }
        let (statements, pooler) = match self.statements {
            StatementMode::Prepared => {
                let mut statements = Statements::new(self.statement_cache);
                beforehand::prepare(&client, &self.beforehand, &mut statements)
                    .await
                    .map_err(Error::unavailable)?;
                (Some(statements), None)
            }
            StatementMode::Unnamed => {
                types::learn(&client).await.map_err(Error::unavailable)?;
                (None, Some(Arc::clone(&self.config)))
            }
        };
        Ok(Connection {
            client: Arc::new(client),
            statements,
            is_fresh: true,
            driver: driver.abort_handle(),
            tls: self.tls.clone(),
            pooler,
            retired: AtomicBool::new(false),
            generation: self.renewal.generation(),
            replayed: AtomicU64::new(0),
            place,
        })
    }
}

/// Makes sure that the server is what it is going to be read as: where a primary has failed, the one that was may come back
/// as a standby, or as nothing that others follow.
async fn check_role(client: &Client, expected: Role) -> Result<(), Error> {
    let messages = client.simple_query("SELECT pg_catalog.pg_is_in_recovery()").await;
    let is_standby = messages.map_err(Error::unavailable)?.iter().any(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0) == Some("t"),
        _ => false,
    });
    match (expected, is_standby) {
        (Role::Primary, false) | (Role::Standby, true) => Ok(()),
        (Role::Primary, true) => Err(Error::away(
            "the server is a standby and not the primary; name all servers that can be it as hosts of the URL, with \
             `target_session_attrs=read-write`",
        )),
        (Role::Standby, false) => {
            Err(Error::away("the server is no standby, so it is not read as a replica"))
        }
    }
}

impl bb8::ManageConnection for Manager {
    type Connection = Connection;
    type Error = Error;

    async fn connect(&self) -> Result<Connection, Error> {
        Manager::connect(self).await
    }

    async fn is_valid(&self, connection: &mut Connection) -> Result<(), Error> {
        connection.client.check_connection().await.map_err(Error::unavailable)
    }

    fn has_broken(&self, connection: &mut Connection) -> bool {
        connection.is_broken() || connection.is_asked_for()
    }
}

/// Tells those who wait for a connection that opening one has failed; bb8 itself would let them wait on.
#[derive(Debug, Clone)]
pub(super) struct Failures(pub(super) watch::Sender<Option<Error>>);

impl bb8::ErrorSink<Error> for Failures {
    fn sink(&self, error: Error) {
        match &error {
            // Others have them all, and whoever has waited for one tells.
            Error::Busy { .. } => tracing::debug!(%error, "no new connection"),
            _ => tracing::warn!(%error, "no new connection"),
        }
        self.0.send_replace(Some(error));
    }

    fn boxed_clone(&self) -> Box<dyn bb8::ErrorSink<Error>> {
        Box::new(self.clone())
    }
}
