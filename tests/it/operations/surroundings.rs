//! Metrics of what a provider stands on: the throttle, the database's pools, Redis, its keys, its certificate, the process.

use std::time::Duration;

use motcua::flows::health;
use motcua::jobs::rotate_keys;
use motcua::store::db::by_itself;

use super::program::PATIENCE;
use super::program::Site;
use super::program::http;
use super::program::until;
use crate::town::Town;

/// The value of the metric with this name and labels.
fn value(metrics: &str, name: &str) -> f64 {
    let line = metrics.lines().find_map(|line| line.strip_prefix(name).and_then(|rest| rest.strip_prefix(' ')));
    line.unwrap_or_else(|| panic!("{name} is missing: {metrics}")).parse().unwrap()
}

async fn scrape(town: &Town) -> String {
    health::measure(&town.app).await;
    town.app.metrics.exposition()
}

/// Each try that is put off is counted by what had been tried too often.
#[tokio::test]
async fn tries_that_are_put_off_are_counted() {
    let town = Town::new().await;
    let mut browser = town.browser();
    let counted = "motcua_throttled_total{rung=\"account_and_network\"}";
    for n in 0..7 {
        let page = browser.open(&town.rp("portal").url(&[("prompt", "login")])).await;
        browser.fill(&page, &[("username", "khai"), ("password", "wrong")]).await;
        if n == 4 {
            assert!(!scrape(&town).await.contains(counted), "the free ones are not");
        }
    }
    let metrics = scrape(&town).await;
    assert_eq!(value(&metrics, counted), 2.0);
    assert_eq!(value(&metrics, "motcua_throttled_alone_total"), 0.0);
    town.leave().await;
}

/// A throttle that counts by itself says so, and so does Redis that does not answer.
#[tokio::test]
async fn redis_that_does_not_answer_is_seen() {
    let town = Town::with(|config| {
        config.ephemeral.url = motcua::config::database::SecretUrl("redis://127.0.0.1:1/".into());
    })
    .await;
    assert_eq!(value(&scrape(&town).await, "motcua_redis_up"), 0.0);
    let mut browser = town.browser();
    let page = browser.open(&town.rp("portal").url(&[("prompt", "login")])).await;
    browser.fill(&page, &[("username", "khai"), ("password", "wrong")]).await;
    let metrics = scrape(&town).await;
    assert!(value(&metrics, "motcua_throttled_alone_total") >= 1.0, "{metrics}");
    assert!(value(&metrics, "motcua_redis_failures_total") >= 1.0, "{metrics}");
    town.leave().await;
}

/// Where Redis answers it is up; where there is none nothing is said of it.
#[tokio::test]
async fn redis_that_answers_is_up() {
    let town = Town::new().await;
    let metrics = scrape(&town).await;
    match std::env::var("MOTCUA_TEST_REDIS") {
        Ok(_) => assert_eq!(value(&metrics, "motcua_redis_up"), 1.0),
        Err(_) => assert!(!metrics.contains("motcua_redis"), "{metrics}"),
    }
    town.leave().await;
}

/// Connections at work are told from those that wait, and from how many there may be.
#[tokio::test]
async fn connections_to_the_database_are_counted() {
    let town = Town::new().await;
    let labels = |state: &str| {
        let pool = if matches!(town.app.db.writes, motcua::store::db::Pool::Sqlite(_)) { "writes" } else { "requests" };
        format!("motcua_database_connections{{pool=\"{pool}\",state=\"{state}\"}}")
    };
    let metrics = scrape(&town).await;
    assert_eq!(value(&metrics, &labels("most")), if metrics.contains("pool=\"writes\"") { 1.0 } else { 8.0 });
    // A pool takes connections back a moment after their use.
    let comes_to = async |busy: f64| {
        until("the pool comes to rest", PATIENCE, || async {
            town.app.db.pools().into_iter().for_each(|size| town.app.metrics.surroundings.database_connections(size));
            let metrics = town.app.metrics.exposition();
            let now = (value(&metrics, &labels("busy")), value(&metrics, &labels("idle")));
            if now.0 == busy { Ok(now.1) } else { Err(format!("{now:?}")) }
        })
        .await
    };
    let idle = comes_to(0.0).await;
    assert!(idle >= 1.0, "{idle}");
    let tx = by_itself(town.app.db.begin()).await.unwrap();
    assert_eq!(comes_to(1.0).await, idle - 1.0);
    tx.commit().await.unwrap();
    assert_eq!(comes_to(0.0).await, idle);
    town.leave().await;
}

/// The age of the key that signs, in seconds; its successor's begins at nothing.
#[tokio::test]
async fn the_age_of_keys_is_known() {
    let town = Town::new().await;
    rotate_keys::run(std::sync::Arc::clone(&town.app)).await.unwrap();
    town.clock.pass(Duration::from_secs(3 * 86_400));
    town.heartbeat().await;
    let metrics = scrape(&town).await;
    let ages: Vec<f64> = metrics
        .lines()
        .filter(|line| line.starts_with("motcua_key_age_seconds{alg=\"ES256\""))
        .map(|line| line.rsplit(' ').next().unwrap().parse().unwrap())
        .collect();
    assert_eq!(ages, [3.0 * 86_400.0], "{metrics}");
    let next =
        motcua::flows::admin::keys::rotate(&town.app, motcua::jose::jwa::Algorithm::Es256, true, town.app.clock.now());
    let next = next.await.unwrap();
    town.clock.pass(Duration::from_secs(10));
    town.heartbeat().await;
    let metrics = scrape(&town).await;
    let lines: Vec<&str> =
        metrics.lines().filter(|line| line.starts_with("motcua_key_age_seconds{alg=\"ES256\"")).collect();
    assert_eq!(lines, [format!("motcua_key_age_seconds{{alg=\"ES256\",kid=\"{next}\"}} 10.0")]);
    town.leave().await;
}

/// The process, the build, and the certificate, as Prometheus reads them from a program that runs.
#[tokio::test]
async fn process_build_and_certificate_are_told() {
    let site = Site::new("tls_certificate = \"chain.pem\"\ntls_key = \"key.pem\"", "").await;
    let key = rcgen::KeyPair::generate().unwrap();
    let mut params = rcgen::CertificateParams::new(["localhost".to_owned()]).unwrap();
    params.not_after = rcgen::date_time_ymd(2031, 2, 3);
    site.write("chain.pem", &params.self_signed(&key).unwrap().pem());
    site.write("key.pem", &key.serialize_pem());
    let serving = site.serve().await;
    let url = format!("http://{}/metrics", serving.operations);
    let scrape = async || http().get(&url).send().await.unwrap().text().await.unwrap();
    let metrics = scrape().await;
    let expiry = "motcua_certificate_expiry_seconds{key=\"server.tls_certificate\"}";
    assert_eq!(value(&metrics, expiry), 1_927_843_200.0, "2031-02-03T00:00:00Z");
    assert_eq!(value(&metrics, &format!("motcua_build_info{{version=\"{}\"}}", env!("CARGO_PKG_VERSION"))), 1.0);
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs_f64();
    let start = value(&metrics, "process_start_time_seconds");
    assert!(start <= now + 2.0 && start > now - 600.0, "{start}, now {now}");
    let resident = value(&metrics, "process_resident_memory_bytes");
    assert!((4e6..4e9).contains(&resident), "{resident}");
    assert!(value(&metrics, "process_virtual_memory_bytes") >= resident);
    assert!(value(&metrics, "process_threads") >= 2.0);
    let descriptors = value(&metrics, "process_open_fds");
    assert!(descriptors >= 5.0 && descriptors < value(&metrics, "process_max_fds"), "{metrics}");
    let spent = value(&metrics, "process_cpu_seconds_total");
    let mut later = spent;
    for _ in 0..500 {
        if later > spent {
            break;
        }
        later = value(&scrape().await, "process_cpu_seconds_total");
    }
    assert!(later > spent && later < 600.0, "{spent}, {later}");
    assert!(metrics.ends_with("# EOF\n") && metrics.matches("# EOF").count() == 1, "{metrics}");
    serving.stop().await;
    site.leave().await;
}
