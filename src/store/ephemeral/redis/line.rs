//! The line to Redis. It is opened when it is first needed; once it fails, nobody waits for it until it answers again.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::Weak;
use std::time::Duration;

use redis::Client;
use redis::RedisError;
use redis::aio::ConnectionManager;
use redis::aio::ConnectionManagerConfig;
use tokio::time::sleep;
use tokio::time::timeout;

use crate::base::fault::Fault;
use crate::telemetry::metrics::Tally;

/// One line, shared by all who call.
pub struct Line {
    client: Client,
    failures: Tally,
    state: Mutex<State>,
}

struct State {
    connection: ConnectionManager,
    away: bool,
}

/// A call ends within this time, the opening of the line included, or Redis counts as away.
const DEADLINE: Duration = Duration::from_millis(500);
/// While it is away it is asked so often whether it is back.
const PAUSE: Duration = Duration::from_secs(1);

impl Line {
    /// A line that is not opened yet.
    pub fn new(client: Client, failures: Tally) -> Result<Arc<Self>, Fault> {
        let connection = unopened(&client).map_err(Fault::broken)?;
        Ok(Arc::new(Self { client, failures, state: Mutex::new(State { connection, away: false }) }))
    }

    /// What calls are made on; a fault while Redis is away.
    pub fn connection(&self) -> Result<ConnectionManager, Fault> {
        self.with(|state| match state.away {
            true => Err(Fault::unavailable(format!("redis at {} (ephemeral.url) is away", self.address()))),
            false => Ok(state.connection.clone()),
        })
    }

    /// The answer to `call`.
    pub async fn answer<T>(
        self: &Arc<Self>,
        call: impl Future<Output = Result<T, RedisError>> + Send,
    ) -> Result<T, Fault> {
        let (error, lost) = match timeout(DEADLINE, call).await {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(error)) => (error.to_string(), is_lost(&error)),
            Err(_) => ("no answer in time".to_owned(), true),
        };
        self.failures.add();
        let address = self.address();
        if lost && !self.with(|state| std::mem::replace(&mut state.away, true)) {
            tracing::warn!(target: "motcua::fault", error, address, "redis is away; nobody waits for it until it answers");
            tokio::spawn(until_it_answers(Arc::downgrade(self)));
        }
        Err(Fault::unavailable(format!("redis at {address} (ephemeral.url): {error}")))
    }

    fn address(&self) -> String {
        self.client.get_connection_info().addr().to_string()
    }

    fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// One asks for all. Each time on a new line: the former may never notice that its far end is gone.
async fn until_it_answers(line: Weak<Line>) {
    while let Some(line) = line.upgrade() {
        if let Ok(mut connection) = unopened(&line.client) {
            let ping = async { redis::cmd("PING").query_async::<()>(&mut connection).await };
            if matches!(timeout(DEADLINE, ping).await, Ok(Ok(()))) {
                line.with(|state| *state = State { connection, away: false });
                tracing::info!(target: "motcua::fault", "redis answers again");
                return;
            }
        }
        drop(line);
        sleep(PAUSE).await;
    }
}

fn unopened(client: &Client) -> Result<ConnectionManager, RedisError> {
    let config = ConnectionManagerConfig::new()
        .set_connection_timeout(Some(DEADLINE))
        .set_response_timeout(Some(DEADLINE))
        .set_number_of_retries(0);
    client.get_connection_manager_lazy(config)
}

/// Whether the next call would fail as well. What Redis itself refuses, it refuses at once.
fn is_lost(error: &RedisError) -> bool {
    error.is_timeout() || error.is_io_error() || error.is_connection_refusal() || error.is_connection_dropped()
}
