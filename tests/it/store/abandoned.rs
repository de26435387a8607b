//! Callers who hang up at any await: sign-in.md, rule 4: "a write that has begun runs to its end or is undone".

use std::cell::Cell;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use std::time::Instant;

use http::StatusCode;
use motcua::config::database::SecretUrl;
use motcua::store::people;
use serde_json::json;
use sqlx::Connection;
use sqlx::Executor;
use sqlx::PgConnection;
use url::Url;
use uuid::Uuid;

use super::is_postgres;
use super::texts;
use crate::town::Page;
use crate::town::Tokens;
use crate::town::Town;
use crate::town::line_to;

/// Lets `future` be polled so many times and then drops it; what it came to, if it came to an end before.
pub async fn abandoned<T>(polls: usize, future: impl Future<Output = T>) -> Option<T> {
    let left = Cell::new(polls);
    let mut future = pin!(future);
    std::future::poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending if left.replace(left.get() - 1) == 1 => Poll::Ready(None),
        Poll::Pending => Poll::Pending,
    })
    .await
}

/// No connection is left inside a transaction, and everybody can write. A stranger looks first: a call of our own would take
/// such a connection, and end what another began.
async fn nothing_stays_open(town: &Town) {
    const BUSY: &str = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() \
         AND backend_type = 'client backend' AND state <> 'idle'";
    if is_postgres(&town.app.db) {
        let mut stranger = PgConnection::connect(&town.config.database.url.0).await.unwrap();
        let begun = Instant::now();
        while !stranger.fetch_all(BUSY).await.unwrap().is_empty() {
            assert!(begun.elapsed() < Duration::from_secs(10), "a connection stays in a transaction that nobody ends");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    let tx = tokio::time::timeout(Duration::from_secs(10), town.app.db.begin()).await.unwrap().unwrap();
    tx.commit().await.unwrap();
}

/// Calls `attempt` with one await more each time until it comes to an end.
async fn at_every_await<T>(town: &Town, mut attempt: impl AsyncFnMut(usize) -> Option<T>) -> T {
    for polls in 1..200 {
        if let Some(done) = attempt(polls).await {
            assert!(polls > 1, "it waited for nothing");
            return done;
        }
        nothing_stays_open(town).await;
    }
    panic!("it never came to an end")
}

fn is_refused(page: &Page) -> bool {
    page.status == StatusCode::BAD_REQUEST && page.json()["error"] == "invalid_grant"
}

/// RFC 6749 §4.1.2: what a caller who hung up had redeemed is redeemed: the code gives nothing more.
#[tokio::test]
async fn redemptions_that_are_abandoned_count_once_or_not_at_all() {
    let town = Town::new().await;
    let portal = town.rp("portal").with_scope("openid offline_access");
    let mut browser = town.browser();
    let mut outcomes = (0, 0);
    at_every_await(&town, async |polls| {
        let code = portal.code(&mut browser, &[]).await;
        if let Some(page) = abandoned(polls, portal.redeem(&code, &[])).await {
            assert_eq!(page.status, StatusCode::OK, "{}", page.body);
            assert!(is_refused(&portal.redeem(&code, &[]).await));
            return Some(());
        }
        let again = portal.redeem(&code, &[]).await;
        match again.status {
            StatusCode::OK => outcomes.0 += 1,
            _ => outcomes.1 += usize::from(is_refused(&again)),
        }
        None
    })
    .await;
    assert!(outcomes.0 + outcomes.1 > 0, "{outcomes:?}");
    town.leave().await;
}

/// RFC 9700 §4.14.2, and the grace: whoever hung up comes again with the same token and loses nothing.
#[tokio::test]
async fn refreshes_that_are_abandoned_revoke_no_family() {
    let town = Town::new().await;
    let portal = town.rp("portal").with_scope("openid offline_access");
    let first = portal.tokens(&mut town.browser(), &[]).await;
    let mut token = first.refresh_token().to_owned();
    at_every_await(&town, async |polls| {
        let answered = abandoned(polls, portal.refresh(&token, &[])).await;
        let came_to_an_end = answered.is_some();
        let page = match answered {
            Some(page) => page,
            None => portal.refresh(&token, &[]).await,
        };
        assert_eq!(page.status, StatusCode::OK, "after {polls} awaits: {}", page.body);
        token = Tokens(page.json()).refresh_token().to_owned();
        came_to_an_end.then_some(())
    })
    .await;
    town.leave().await;
}

/// RFC 7009 §2.2: whoever hung up revokes again, and then it is dead.
#[tokio::test]
async fn revocations_that_are_abandoned_can_be_repeated() {
    let town = Town::new().await;
    let portal = town.rp("portal").with_scope("openid offline_access");
    let mut browser = town.browser();
    at_every_await(&town, async |polls| {
        let tokens = portal.tokens(&mut browser, &[]).await;
        let answered = abandoned(polls, portal.authenticated("/revoke", &[("token", tokens.refresh_token())])).await;
        if answered.is_none() {
            assert_eq!(
                portal.authenticated("/revoke", &[("token", tokens.refresh_token())]).await.status,
                StatusCode::OK
            );
        }
        assert!(is_refused(&portal.refresh(tokens.refresh_token(), &[]).await), "after {polls} awaits");
        answered.map(drop)
    })
    .await;
    town.leave().await;
}

/// A form that a browser gave up on is sent again: sign-in, consent and sign-out.
#[tokio::test]
async fn pages_that_are_abandoned_can_be_sent_again() {
    let town = Town::new().await;
    let clinic = town.rp("clinic");
    at_every_await(&town, async |polls| {
        let mut browser = town.browser();
        let page = browser.open(&clinic.url(&[])).await;
        let signed_in = abandoned(polls, browser.sign_in(&page, "khai")).await;
        let came_to_an_end = signed_in.is_some();
        let question = match signed_in {
            Some(question) => question,
            None => browser.sign_in(&page, "khai").await,
        };
        if question.path() == "/consent" {
            let answered = abandoned(polls, browser.fill(&question, &[("decision", "allow")])).await;
            let answered = match answered {
                Some(answered) => answered,
                None => browser.fill(&question, &[("decision", "allow")]).await,
            };
            assert!(answered.parameter("code").is_some(), "after {polls} awaits: {}", answered.url);
        }
        let page = browser.open("/logout").await;
        if abandoned(polls, browser.fill(&page, &[])).await.is_none() {
            let page = browser.open("/logout").await;
            browser.fill(&page, &[]).await;
        }
        assert_eq!(browser.open(&clinic.url(&[])).await.path(), "/login", "signed out after {polls} awaits");
        came_to_an_end.then_some(())
    })
    .await;
    town.leave().await;
}

/// RFC 7591 §3: a client is registered whole, with its registration and its event, or not at all.
#[tokio::test]
async fn registrations_that_are_abandoned_are_whole_or_nothing() {
    use motcua::config::registration::Policy;
    let town = Town::with(|config| {
        config.registration.policy = Policy::Open;
        config.registration.hourly_limit = 0;
    })
    .await;
    let body = json!({"redirect_uris": ["https://rp.example/cb"]});
    at_every_await(&town, async |polls| {
        abandoned(polls, town.send_json("POST", "/register", None, &body)).await.map(|page| {
            assert_eq!(page.status, StatusCode::CREATED, "{}", page.body);
        })
    })
    .await;
    let halves = "SELECT clients.id FROM clients JOIN sectors ON sectors.name = clients.sector LEFT JOIN registrations \
         ON registrations.client_id = clients.id LEFT JOIN audit_events ON audit_events.client_id = clients.id \
         AND act = 'client_registered' WHERE sectors.name LIKE 'host:%' \
         AND (registrations.client_id IS NULL OR audit_events.id IS NULL)";
    assert_eq!(texts(&town.app.db, halves.into()).await, Vec::<String>::new());
    town.leave().await;
}

/// "a connection that comes back to the pool in a transaction is closed and counted": one that could not be rolled back.
#[tokio::test]
async fn a_connection_whose_transaction_cannot_be_ended_is_closed_and_counted() {
    let Ok(server) = std::env::var("MOTCUA_TEST_DATABASE") else {
        println!("ignored: SQLite's connections cannot be cut");
        return;
    };
    let (line_url, line) = line_to(Url::parse(&server).unwrap(), 5432).await;
    let port = line_url.port();
    let town = Town::with(|config| {
        let mut url = Url::parse(&config.database.url.0).unwrap();
        url.set_port(port).unwrap();
        config.database.url = SecretUrl(url.into());
    })
    .await;
    let tx = town.app.db.begin().await.unwrap();
    line.abort();
    drop(tx);
    let begun = Instant::now();
    while !town.app.metrics.exposition().contains("motcua_database_connections_closed_total 1\n") {
        assert!(begun.elapsed() < Duration::from_secs(10), "it is not counted");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    town.leave().await;
}

/// The statement and whoever waits for it are given up at about the same time: then the answer to the rollback is that to the
/// statement, and the transaction is still there. Nobody gets such a connection.
#[tokio::test]
async fn a_connection_whose_rollback_is_in_doubt_is_nobody_s() {
    let town = Town::new().await;
    if !is_postgres(&town.app.db) {
        return town.leave().await; // nobody holds a row of SQLite
    }
    let khai = texts(&town.app.db, "SELECT id::text FROM people ORDER BY id LIMIT 1".into()).await.remove(0);
    let mut stranger = PgConnection::connect(&town.config.database.url.0).await.unwrap();
    for _ in 0..2 {
        stranger.execute("BEGIN").await.unwrap();
        sqlx::query("SELECT id FROM people WHERE id::text = $1 FOR UPDATE")
            .bind(&khai)
            .execute(&mut stranger)
            .await
            .unwrap();
        let waiting = (0..4).map(|_| {
            let (app, khai) = (Arc::clone(&town.app), khai.parse().unwrap());
            tokio::spawn(async move {
                let mut tx = app.db.begin().await.unwrap();
                people::hold(&mut tx, khai).await.map(drop)
            })
        });
        for held in futures_util::future::join_all(waiting).await {
            assert!(held.unwrap().is_err());
        }
        stranger.execute("ROLLBACK").await.unwrap();
        let everybody = (0..16).map(|_| {
            let app = Arc::clone(&town.app);
            tokio::spawn(async move { people::find(&app.db, Uuid::nil()).await.map(drop) })
        });
        for found in futures_util::future::join_all(everybody).await {
            found.unwrap().unwrap();
        }
    }
    town.leave().await;
}

/// Whoever holds a transaction has all that it needs: with as many as there are connections nobody would get another one.
#[tokio::test]
async fn whoever_holds_a_transaction_asks_for_no_other_connection() {
    let town = Town::new().await;
    let app = Arc::clone(&town.app);
    let greedy = tokio::spawn(async move {
        let _held = app.db.begin().await.unwrap();
        people::find(&app.db, Uuid::nil()).await.map(drop)
    });
    assert!(greedy.await.unwrap_err().is_panic());
    let app = Arc::clone(&town.app);
    let modest = tokio::spawn(async move {
        drop(app.db.begin().await.unwrap());
        app.db.begin().await.unwrap().commit().await.unwrap();
        people::find(&app.db, Uuid::nil()).await.map(drop)
    });
    modest.await.unwrap().unwrap();
    town.leave().await;
}

/// A sign-in in a new browser writes a letter: also where there are no more connections than sign-ins.
#[tokio::test]
async fn who_is_told_of_a_sign_in_takes_no_second_connection() {
    let town = Town::with_post(|config| config.database.connections = 1).await;
    for _ in 0..2 {
        let mut browser = town.browser();
        town.rp("portal").code(&mut browser, &[]).await;
        town.mailbox().next_for(crate::letters::KHAI).await;
    }
    town.leave().await;
}
