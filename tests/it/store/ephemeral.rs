//! The ephemeral port, one test for each verb, on memory and, where the environment names it, on Redis.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use motcua::base::time::ManualClock;
use motcua::store::ephemeral::Ephemeral;
use motcua::store::ephemeral::Share;
use motcua::store::ephemeral::memory::Memory;
use motcua::store::ephemeral::redis::Redis;
use motcua::telemetry::metrics::Tally;

use crate::town::MORNING;

const LONG: Duration = Duration::from_secs(60);

/// A store, and how time passes in it.
struct Store {
    port: Arc<dyn Ephemeral>,
    clock: Option<Arc<ManualClock>>,
}

impl Store {
    /// Until `key` is gone: on memory by the test's clock, on Redis by its own, which is asked until the deadline.
    async fn until_gone(&self, key: &str) {
        match &self.clock {
            Some(clock) => clock.pass(Duration::from_millis(60)),
            None => {
                for _ in 0..1000 {
                    if self.port.get(key).await.unwrap().is_none() {
                        return;
                    }
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
                panic!("{key} outlives its time");
            }
        }
    }
}

/// Both implementations, `name` keeping tests on one Redis apart.
async fn stores(name: &str) -> Vec<Store> {
    let clock = Arc::new(ManualClock::at(MORNING));
    let mut stores = vec![Store { port: Arc::new(Memory::new(clock.clone())), clock: Some(clock) }];
    if let Ok(url) = std::env::var("MOTCUA_TEST_REDIS") {
        let prefix = format!("ephemeral:{}:{name}:", std::process::id());
        stores.push(Store { port: Arc::new(Redis::open(&url, &prefix, &Tally::default()).unwrap()), clock: None });
    }
    stores
}

/// sign-in.md, rule 1: "one atomic verb (`GETDEL`, `SET NX PX`)".
#[tokio::test]
async fn of_fifty_that_take_at_once_one_receives_the_value() {
    for store in stores("take").await {
        store.port.put("code", b"value".to_vec(), LONG).await.unwrap();
        let taken = join_all((0..50).map(|_| store.port.take("code"))).await;
        let received: Vec<Vec<u8>> = taken.into_iter().filter_map(Result::unwrap).collect();
        assert_eq!(received, [b"value".to_vec()]);
        assert_eq!(store.port.get("code").await.unwrap(), None);
    }
}

/// The same verb for what may be used once, such as a proof's `jti`.
#[tokio::test]
async fn of_fifty_that_put_at_once_where_nothing_is_one_stores() {
    for store in stores("absent").await {
        let answers = join_all((0..50_u8).map(|n| {
            let port = &store.port;
            async move { (n, port.put_if_absent("jti", vec![n], LONG).await.unwrap()) }
        }))
        .await;
        let stored: Vec<u8> = answers.into_iter().filter_map(|(n, stored)| stored.then_some(n)).collect();
        assert_eq!(stored.len(), 1);
        assert_eq!(store.port.get("jti").await.unwrap(), Some(stored));
    }
}

/// The first count starts the time to live; later ones do not prolong it.
#[tokio::test]
async fn counts_add_up_and_end_with_the_time_of_the_first() {
    for store in stores("count").await {
        let counted = join_all((0..50).map(|_| store.port.count("wrong", LONG))).await;
        let mut counted: Vec<u64> = counted.into_iter().map(Result::unwrap).collect();
        counted.sort_unstable();
        assert_eq!(counted, (1..=50).collect::<Vec<u64>>());
        assert_eq!(store.port.get("wrong").await.unwrap(), Some(b"50".to_vec()));

        assert_eq!(store.port.count("short", Duration::from_millis(50)).await.unwrap(), 1);
        store.port.count("short", LONG).await.unwrap();
        store.until_gone("short").await;
        assert_eq!(store.port.count("short", LONG).await.unwrap(), 1);
    }
}

/// What has expired is nobody's.
#[tokio::test]
async fn values_end_with_their_time() {
    for store in stores("ttl").await {
        let short = Duration::from_millis(50);
        store.port.put("a", b"1".to_vec(), short).await.unwrap();
        assert!(store.port.put_if_absent("b", b"1".to_vec(), short).await.unwrap());
        store.until_gone("a").await;
        store.until_gone("b").await;
        assert_eq!(store.port.take("a").await.unwrap(), None);
        assert!(store.port.put_if_absent("b", b"2".to_vec(), LONG).await.unwrap());
        assert!(!store.port.put_if_absent("b", b"3".to_vec(), LONG).await.unwrap());
    }
}

/// A nudge wakes whoever subscribed.
#[tokio::test]
async fn a_nudge_reaches_those_who_subscribed() {
    for store in stores("nudge").await {
        let nudge = store.port.subscribe();
        let heard = async {
            loop {
                // Redis's subscription comes about in the background: the nudge is repeated until it is heard.
                let woken = nudge.notified();
                tokio::pin!(woken);
                woken.as_mut().enable();
                store.port.publish().await.unwrap();
                if tokio::time::timeout(Duration::from_millis(20), woken).await.is_ok() {
                    return;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(10), heard).await.unwrap();
    }
}

/// A store in memory that is full takes nothing more, gives what it has, and has room again for what has expired.
#[tokio::test]
async fn memory_is_bounded_and_full_memory_still_gives() {
    let clock = Arc::new(ManualClock::at(MORNING));
    let memory = Memory::new(clock.clone());
    memory.put("first", b"value".to_vec(), LONG * 60).await.unwrap();
    for number in 0..256 {
        memory.put(&format!("{number}"), vec![0; 1024 * 1024], LONG).await.unwrap();
    }
    assert!(memory.put("more", Vec::new(), LONG).await.is_err());
    assert_eq!(memory.get("first").await.unwrap(), Some(b"value".to_vec()));
    assert_eq!(memory.take("first").await.unwrap(), Some(b"value".to_vec()));
    clock.pass(LONG * 2);
    memory.put("more", Vec::new(), LONG).await.unwrap();
}

/// Nobody takes the room of all: what is kept on an account is a part of it, and is given back.
#[tokio::test]
async fn an_account_has_its_part_of_memory_and_no_more() {
    let clock = Arc::new(ManualClock::at(MORNING));
    let memory = Memory::new(clock.clone());
    let one_mib = |whose: &str| Share { whose: whose.into(), part: 256 };
    let (a, b, both) = (one_mib("a"), one_mib("b"), Share { whose: "both".into(), part: 128 });
    let put =
        async |key: &str, shares: &[Share]| memory.put_within(shares, key, vec![0; 700 * 1024], LONG).await.unwrap();
    assert!(put("1", &[both.clone(), a.clone()]).await);
    assert!(!put("2", &[both.clone(), a.clone()]).await, "a has no room for two");
    assert!(put("3", &[both.clone(), b.clone()]).await);
    assert!(!put("4", &[both.clone(), one_mib("c")]).await, "together they have no room for three");
    assert!(put("5", &[one_mib("d")]).await, "others do");
    memory.put("6", vec![0; 1024 * 1024], LONG).await.unwrap();
    assert!(memory.take("1").await.unwrap().is_some());
    assert!(put("7", &[both.clone(), a.clone()]).await);
    clock.pass(LONG * 2);
    assert!(put("8", &[both, a]).await, "what has expired is nobody's");
    let small = Share { whose: "small".into(), part: 256 };
    let mut kept = 0;
    while memory.put_within(std::slice::from_ref(&small), &kept.to_string(), Vec::new(), LONG).await.unwrap() {
        kept += 1;
    }
    assert!(kept < 5_000, "small entries cost room too: {kept}");
}

/// A network gets back what it counted for a try that was right: one for one, never below none, and no later end.
#[tokio::test]
async fn what_is_counted_less_is_there_still_and_ends_when_it_would_have() {
    for store in stores("uncount").await {
        // Redis has a clock of its own, and a busy machine is slow.
        let short = Duration::from_millis(if store.clock.is_some() { 50 } else { 3_000 });
        let port = &store.port;
        for _ in 0..3 {
            port.uncount("tries").await.unwrap();
        }
        assert_eq!(port.get("tries").await.unwrap(), None, "nothing was counted");
        assert_eq!(port.count("tries", short).await.unwrap(), 1);
        assert_eq!(port.count("tries", LONG).await.unwrap(), 2);
        for _ in 0..3 {
            port.uncount("tries").await.unwrap();
        }
        assert_eq!(port.get("tries").await.unwrap(), Some(b"0".to_vec()));
        assert_eq!(port.count("tries", LONG).await.unwrap(), 1);
        store.until_gone("tries").await;
        join_all((0..50).map(|_| port.count("tries", LONG))).await;
        join_all((0..20).map(|_| port.uncount("tries"))).await;
        assert_eq!(port.count("tries", LONG).await.unwrap(), 31);
    }
}
