//! Ephemeral state in Redis, shared by all replicas.

mod line;

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use redis::AsyncCommands;
use redis::ExistenceCheck;
use redis::RedisError;
use redis::Script;
use redis::SetExpiry;
use redis::SetOptions;
use redis::aio::PubSub;
use tokio::sync::Notify;
use tokio::time::timeout;

use self::line::Line;
use super::Ephemeral;
use super::Promise;
use super::Share;
use crate::base::fault::Fault;
use crate::telemetry::metrics::Tally;

/// For any number of nodes.
pub struct Redis {
    line: Arc<Line>,
    count: Script,
    uncount: Script,
    nudge: Arc<Notify>,
    prefix: String,
}

impl Redis {
    /// Connects and listens for nudges in the background, whether Redis is there or not; the name of every key begins with
    /// `prefix`; `failures` counts calls without an answer. Must be called within a runtime.
    pub fn open(url: &str, prefix: &str, failures: &Tally) -> Result<Self, Fault> {
        let client = redis::Client::open(url).map_err(|error| Fault::broken(format!("ephemeral.url: {error}")))?;
        let line = Line::new(client.clone(), failures.clone())?;
        tokio::spawn(greet(Arc::clone(&line)));
        let nudge = Arc::new(Notify::new());
        tokio::spawn(listen(client, channel(prefix), Arc::downgrade(&nudge)));
        // INCR and PEXPIRE as one step: a counter without an end would lock somebody out for ever. One that was counted back
        // to nothing has its end already.
        let count = Script::new(
            "local n = redis.call('INCR', KEYS[1]) \
             if n == 1 and redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end return n",
        );
        // DECR alone would make a counter without an end of one that has expired.
        let uncount =
            Script::new("if tonumber(redis.call('GET', KEYS[1]) or '0') > 0 then redis.call('DECR', KEYS[1]) end");
        Ok(Self { line, count, uncount, nudge, prefix: prefix.to_owned() })
    }

    fn name(&self, key: &str) -> String {
        format!("{}{key}", self.prefix)
    }
}

/// Asks once at the start, so that operators read at once whether it is there.
async fn greet(line: Arc<Line>) {
    if let Ok(mut connection) = line.connection() {
        let ping = async { redis::cmd("PING").query_async::<()>(&mut connection).await };
        let _ = line.answer(ping).await; // which says what is wrong
    }
}

fn channel(prefix: &str) -> String {
    format!("{prefix}changes")
}

async fn listen(client: redis::Client, channel: String, nudge: std::sync::Weak<Notify>) {
    while nudge.strong_count() > 0 {
        if let Ok(Ok(mut subscription)) = timeout(PATIENCE, subscribe(&client, &channel)).await {
            let mut messages = subscription.on_message();
            while let Ok(Some(_)) = timeout(QUIET, messages.next()).await {
                match nudge.upgrade() {
                    Some(nudge) => nudge.notify_waiters(),
                    None => return,
                }
            }
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

async fn subscribe(client: &redis::Client, channel: &str) -> Result<PubSub, RedisError> {
    let mut subscription = client.get_async_pubsub().await?;
    subscription.subscribe(channel).await?;
    Ok(subscription)
}

/// A subscription that takes longer is begun anew.
const PATIENCE: Duration = Duration::from_secs(5);
/// One that has been silent for so long, too: its far end may be gone without a word.
const QUIET: Duration = Duration::from_secs(60);

impl Ephemeral for Redis {
    fn put<'a>(&'a self, key: &'a str, value: Vec<u8>, ttl: Duration) -> Promise<'a, ()> {
        Box::pin(async move {
            let options = SetOptions::default().with_expiration(SetExpiry::PX(millis(ttl)));
            let mut connection = self.line.connection()?;
            self.line.answer(connection.set_options(self.name(key), value, options)).await
        })
    }

    /// How much room there is, is the operator's choice and shared with others; what strangers store is counted by whoever
    /// lets them.
    fn put_within<'a>(&'a self, _: &'a [Share], key: &'a str, value: Vec<u8>, ttl: Duration) -> Promise<'a, bool> {
        Box::pin(async move { self.put(key, value, ttl).await.map(|()| true) })
    }

    fn take<'a>(&'a self, key: &'a str) -> Promise<'a, Option<Vec<u8>>> {
        Box::pin(async move {
            let mut connection = self.line.connection()?;
            self.line.answer(connection.get_del(self.name(key))).await
        })
    }

    fn put_if_absent<'a>(&'a self, key: &'a str, value: Vec<u8>, ttl: Duration) -> Promise<'a, bool> {
        Box::pin(async move {
            let options =
                SetOptions::default().conditional_set(ExistenceCheck::NX).with_expiration(SetExpiry::PX(millis(ttl)));
            let mut connection = self.line.connection()?;
            let stored: Option<String> =
                self.line.answer(connection.set_options(self.name(key), value, options)).await?;
            Ok(stored.is_some())
        })
    }

    fn count<'a>(&'a self, key: &'a str, ttl: Duration) -> Promise<'a, u64> {
        Box::pin(async move {
            let mut connection = self.line.connection()?;
            let mut counted = self.count.key(self.name(key));
            self.line.answer(counted.arg(millis(ttl)).invoke_async(&mut connection)).await
        })
    }

    fn uncount<'a>(&'a self, key: &'a str) -> Promise<'a, ()> {
        Box::pin(async move {
            let mut connection = self.line.connection()?;
            let uncounted = self.uncount.key(self.name(key));
            self.line.answer(async { uncounted.invoke_async::<()>(&mut connection).await }).await
        })
    }

    fn get<'a>(&'a self, key: &'a str) -> Promise<'a, Option<Vec<u8>>> {
        Box::pin(async move {
            let mut connection = self.line.connection()?;
            self.line.answer(connection.get(self.name(key))).await
        })
    }

    fn ping(&self) -> Promise<'_, ()> {
        Box::pin(async move {
            let mut connection = self.line.connection()?;
            self.line.answer(async { connection.ping::<()>().await }).await
        })
    }

    fn publish(&self) -> Promise<'_, ()> {
        Box::pin(async move {
            let mut connection = self.line.connection()?;
            self.line.answer(connection.publish(channel(&self.prefix), "")).await
        })
    }

    fn subscribe(&self) -> Arc<Notify> {
        Arc::clone(&self.nudge)
    }
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX).max(1)
}
