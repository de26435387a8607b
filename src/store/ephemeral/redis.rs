//! Ephemeral state in Redis, shared by all replicas.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use redis::AsyncCommands;
use redis::ExistenceCheck;
use redis::RedisError;
use redis::Script;
use redis::SetExpiry;
use redis::SetOptions;
use redis::aio::ConnectionManager;
use redis::aio::ConnectionManagerConfig;
use tokio::sync::Notify;

use super::Answer;
use super::Ephemeral;
use crate::base::fault::Fault;

/// For any number of nodes.
pub struct Redis {
    connection: ConnectionManager,
    count: Script,
    nudge: Arc<Notify>,
    prefix: String,
}

impl Redis {
    /// Connects, and listens for nudges in the background; the name of every key begins with `prefix`.
    pub async fn connect(url: &str, prefix: &str) -> Result<Self, Fault> {
        let client = redis::Client::open(url).map_err(Fault::broken)?;
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(Duration::from_secs(1)))
            .set_response_timeout(Some(Duration::from_millis(500)))
            .set_number_of_retries(1);
        let connection = client.get_connection_manager_with_config(config).await.map_err(fault)?;
        let nudge = Arc::new(Notify::new());
        tokio::spawn(listen(client, channel(prefix), Arc::downgrade(&nudge)));
        // INCR and PEXPIRE as one step: a counter without an end would lock somebody out for ever.
        let count = Script::new(
            "local n = redis.call('INCR', KEYS[1]) \
             if n == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end return n",
        );
        Ok(Self { connection, count, nudge, prefix: prefix.to_owned() })
    }

    fn name(&self, key: &str) -> String {
        format!("{}{key}", self.prefix)
    }
}

fn channel(prefix: &str) -> String {
    format!("{prefix}changes")
}

async fn listen(client: redis::Client, channel: String, nudge: std::sync::Weak<Notify>) {
    while nudge.strong_count() > 0 {
        if let Ok(mut subscription) = client.get_async_pubsub().await
            && subscription.subscribe(&channel).await.is_ok()
        {
            let mut messages = subscription.on_message();
            while messages.next().await.is_some() {
                match nudge.upgrade() {
                    Some(nudge) => nudge.notify_waiters(),
                    None => return,
                }
            }
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

impl Ephemeral for Redis {
    fn put<'a>(&'a self, key: &'a str, value: Vec<u8>, ttl: Duration) -> Answer<'a, ()> {
        Box::pin(async move {
            let options = SetOptions::default().with_expiration(SetExpiry::PX(millis(ttl)));
            self.connection.clone().set_options(self.name(key), value, options).await.map_err(fault)
        })
    }

    fn take<'a>(&'a self, key: &'a str) -> Answer<'a, Option<Vec<u8>>> {
        Box::pin(async move { self.connection.clone().get_del(self.name(key)).await.map_err(fault) })
    }

    fn put_if_absent<'a>(&'a self, key: &'a str, value: Vec<u8>, ttl: Duration) -> Answer<'a, bool> {
        Box::pin(async move {
            let options =
                SetOptions::default().conditional_set(ExistenceCheck::NX).with_expiration(SetExpiry::PX(millis(ttl)));
            let stored: Option<String> =
                self.connection.clone().set_options(self.name(key), value, options).await.map_err(fault)?;
            Ok(stored.is_some())
        })
    }

    fn count<'a>(&'a self, key: &'a str, ttl: Duration) -> Answer<'a, u64> {
        Box::pin(async move {
            let mut connection = self.connection.clone();
            self.count.key(self.name(key)).arg(millis(ttl)).invoke_async(&mut connection).await.map_err(fault)
        })
    }

    fn get<'a>(&'a self, key: &'a str) -> Answer<'a, Option<Vec<u8>>> {
        Box::pin(async move { self.connection.clone().get(self.name(key)).await.map_err(fault) })
    }

    fn publish(&self) -> Answer<'_, ()> {
        Box::pin(async move {
            let heard: Result<(), RedisError> = self.connection.clone().publish(channel(&self.prefix), "").await;
            heard.map_err(fault)
        })
    }

    fn subscribe(&self) -> Arc<Notify> {
        Arc::clone(&self.nudge)
    }
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX).max(1)
}

fn fault(error: RedisError) -> Fault {
    Fault::unavailable(format!("redis: {error}"))
}
