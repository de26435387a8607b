//! The ledger: sign-in.md, "The ledger is a group commit".

use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;

use motcua::base::fault::Fault;
use motcua::base::id;
use motcua::base::secret::sha256;
use motcua::base::time::Timestamp;
use motcua::flows::health;
use motcua::flows::health::Unready;
use motcua::identity::audit::Refused;
use motcua::jobs::clock;
use motcua::parts::issue::refresh_token::RefreshToken;
use motcua::store::assertions::UsedAssertion;
use motcua::store::families::Rotation;
use motcua::store::grants;
use motcua::store::grants::NewGrant;
use motcua::store::ledger::Ledger;
use motcua::store::refusals;
use motcua::store::refusals::Refusal;
use motcua::store::sessions;
use motcua::telemetry::metrics::Metrics;
use sqlx::Connection;
use sqlx::Executor;
use sqlx::PgConnection;

use super::is_postgres;
use super::texts;
use crate::town::MORNING;
use crate::town::Town;

fn grant(town: &Town) -> NewGrant {
    town.new_grant(id::new(MORNING, &*town.app.entropy), "openid")
}

/// All of one shard, and so of one writer.
fn assertion(n: usize) -> UsedAssertion {
    let mut digest = sha256(&n.to_be_bytes());
    digest[..2].fill(0);
    UsedAssertion { digest, until: MORNING }
}

async fn used(town: &Town) -> usize {
    texts(&town.app.db, "SELECT 'x' FROM used_assertions".into()).await.len()
}

fn another(town: &Town, metrics: &Arc<Metrics>) -> Ledger {
    Ledger::start(town.app.db.clone(), Arc::clone(&town.app.clock), Arc::clone(metrics))
}

/// "each caller is answered only after the commit that holds its row"
#[tokio::test]
async fn a_batch_of_every_kind_is_written_before_its_callers_are_answered() {
    let town = Town::new().await;
    let portal = town.rp("portal").with_scope("openid offline_access");
    let tokens = portal.tokens(&mut town.browser(), &[]).await;
    let token = RefreshToken::open(&town.app, tokens.refresh_token()).unwrap();
    let (new, ledger, db) = (grant(&town), &town.app.ledger, &town.app.db);
    let session = grants::find(db, token.family).await.unwrap().unwrap().authorization.session;
    let later = MORNING + Duration::from_secs(1);
    let rotation = Rotation {
        family: token.family,
        client_id: "portal".into(),
        client_epoch: MORNING.micros(),
        resources: Vec::new(),
        generation: 0,
        now: later,
        used_after: Timestamp::from_seconds(0),
        created_after: Timestamp::from_seconds(0),
    };
    ledger.touch(session, later);
    ledger.refuse(Refusal::new(Refused::SignIn, None, "192.0.2", MORNING));
    ledger.refuse(Refusal::new(Refused::SignIn, None, "192.0.2", MORNING));
    let redeem = async { (ledger.redeem(new.clone()).await, grants::find(db, new.authorization.grant).await.unwrap()) };
    let rotate = async { (ledger.rotate(rotation).await, grants::find(db, token.family).await.unwrap()) };
    let use_up = async { tokio::join!(ledger.use_once(assertion(7)), ledger.use_once(assertion(7))) };
    let (redeemed, rotated, used) = tokio::join!(redeem, rotate, use_up);
    assert!(redeemed.0.unwrap() && redeemed.1.unwrap().id() == new.authorization.grant);
    assert_eq!(rotated.0.unwrap().unwrap().generation, 1);
    assert_eq!(rotated.1.unwrap().generation, 1);
    assert!(matches!(used, (Ok(true), Ok(false))), "{used:?}");
    assert_eq!(sessions::find(db, session).await.unwrap().unwrap().last_used_at(), later);
    assert_eq!(refusals::since(db, 0).await.unwrap(), [("sign_in_refused".to_owned(), 2)]);
    town.leave().await;
}

/// sign-in.md: an id leads to a partition by its time; "ids over 60 s ahead of the database's clock are refused".
#[tokio::test]
async fn a_code_of_a_clock_far_ahead_of_the_database_is_not_redeemed() {
    let town = Town::new().await;
    if !is_postgres(&town.app.db) {
        return town.leave().await; // its clock is ours
    }
    clock::run(Arc::clone(&town.app)).await.unwrap(); // theirs is the real one
    let there = town.app.db.clock().await.unwrap().unwrap();
    for (ahead, redeemed) in [(0, true), (30, true), (300, false)] {
        let code = id::new(there + Duration::from_secs(ahead), &*town.app.entropy);
        assert_eq!(town.app.ledger.redeem(town.new_grant(code, "openid")).await.is_ok(), redeemed, "{ahead} s");
    }
    assert!(town.app.metrics.exposition().contains("motcua_clock_ahead_seconds -"), "the towns' morning has come");
    assert!(matches!(health::ready(&town.app).await, Err(Unready::Clock)), "it is long past");
    for (ahead, ready) in [(5, true), (6, false), (-5, true), (-6, false)] {
        let (here, there) = (MORNING.seconds() + ahead, MORNING.seconds());
        town.app.ledger.compare_clocks(Timestamp::from_seconds(here), Timestamp::from_seconds(there));
        assert_eq!(health::ready(&town.app).await.is_ok(), ready, "{ahead} s");
    }
    town.leave().await;
}

/// A row that the database refuses is its caller's failure alone. (No request makes such a row: the test forbids a name.)
#[tokio::test]
async fn a_poisonous_row_harms_nobody_else() {
    let town = Town::new().await;
    let forbid = match is_postgres(&town.app.db) {
        true => "ALTER TABLE grants ADD CHECK (client_id <> 'poison')",
        false => {
            "CREATE TRIGGER poison BEFORE INSERT ON grants WHEN NEW.client_id = 'poison' \
             BEGIN SELECT RAISE(ABORT, 'poison'); END"
        }
    };
    texts(&town.app.db, forbid.into()).await;
    let ledger = &town.app.ledger;
    let (before, after) = (grant(&town), grant(&town));
    let mut poison = grant(&town);
    poison.authorization.client = "poison".into();
    let (a, poisoned, b, c) = tokio::join!(
        ledger.redeem(before.clone()),
        ledger.redeem(poison),
        ledger.redeem(after.clone()),
        ledger.use_once(assertion(1)),
    );
    assert!(a.unwrap() && b.unwrap() && c.unwrap());
    assert!(matches!(poisoned, Err(Fault::Unavailable { .. })), "{poisoned:?}");
    for grant in [before, after] {
        assert!(grants::find(&town.app.db, grant.authorization.grant).await.unwrap().is_some());
    }
    town.leave().await;
}

/// Nor does a row that somebody else holds for long, whatever holds them up: a slow commit, a replica that is paused.
#[tokio::test]
async fn a_row_that_somebody_holds_harms_nobody_else() {
    let town = Town::new().await;
    if !is_postgres(&town.app.db) {
        return town.leave().await; // nobody holds a row of SQLite
    }
    let portal = town.rp("portal").with_scope("openid offline_access");
    let tokens = portal.tokens(&mut town.browser(), &[]).await;
    let mut stranger = PgConnection::connect(&town.config.database.url.0).await.unwrap();
    stranger.execute("BEGIN; SELECT id FROM families FOR UPDATE; SELECT id FROM sessions FOR UPDATE").await.unwrap();
    let (ledger, begun) = (&town.app.ledger, Instant::now());
    for round in 0..3 {
        let others = futures_util::future::join_all((0..40).map(|n| ledger.use_once(assertion(100 * round + n))));
        let (refused, others) = tokio::join!(portal.refresh(tokens.refresh_token(), &[]), others);
        assert_eq!(refused.status.as_u16(), 503, "{}", refused.body);
        assert!(others.into_iter().all(|used| used.unwrap()));
    }
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
    stranger.execute("ROLLBACK").await.unwrap();
    let refreshed = portal.refresh(tokens.refresh_token(), &[]).await;
    assert_eq!(refreshed.status.as_u16(), 200, "{}", refreshed.body);
    town.leave().await;
}

/// "A full queue refuses with 503 and `Retry-After`; nothing is dropped."
#[tokio::test]
async fn a_full_queue_refuses_and_loses_nothing_that_it_took() {
    let town = Town::new().await;
    let ledger = another(&town, &Arc::default());
    let all = 8192 + 500;
    let calls = (0..all).map(|n| ledger.use_once(assertion(n)));
    // One thread polls every call once before the writer has its turn.
    let answers = futures_util::future::join_all(calls).await;
    let refused: Vec<usize> = (0..all).filter(|n| answers[*n].is_err()).collect();
    assert_eq!(refused, (8192..all).collect::<Vec<usize>>(), "the last to come are refused");
    for n in refused {
        assert!(matches!(&answers[n], Err(Fault::Unavailable { retry_after, .. }) if !retry_after.is_zero()));
    }
    assert_eq!(used(&town).await, 8192);
    town.leave().await;
}

/// "one multi-row statement and one commit for all that waited"
#[tokio::test]
async fn those_who_waited_share_commits() {
    let town = Town::new().await;
    let metrics = Arc::new(Metrics::default());
    let ledger = another(&town, &metrics);
    let calls = (0..256).map(|n| ledger.use_once(assertion(n)));
    for answer in futures_util::future::join_all(calls).await {
        assert!(answer.unwrap());
    }
    let text = metrics.exposition();
    assert!(text.contains("motcua_ledger_batch_rows_count 2\n"), "{text}");
    town.leave().await;
}

/// Rule 6 and "nothing is dropped": a database that is away is a fault to try again after, not an answer.
#[tokio::test]
async fn a_database_that_is_away_answers_nobody_with_success() {
    let town = Town::new().await;
    town.app.db.close().await;
    let answer = another(&town, &Arc::default()).use_once(assertion(1)).await;
    assert!(matches!(answer, Err(Fault::Unavailable { .. })), "{answer:?}");
    town.leave().await;
}

/// sign-in.md, rule 4: "a write that has begun runs to its end or is undone, one still queued is dropped with its caller".
#[tokio::test]
async fn what_nobody_waits_for_any_more_is_not_begun() {
    let town = Town::new().await;
    let metrics = Arc::new(Metrics::default());
    let ledger = another(&town, &metrics);
    let mut gone = Box::pin(ledger.use_once(assertion(1)));
    assert!(futures_util::poll!(&mut gone).is_pending(), "it waits in the queue");
    drop(gone);
    assert!(ledger.use_once(assertion(2)).await.unwrap());
    assert_eq!(used(&town).await, 1, "the row of the caller who went was not written");
    assert!(metrics.exposition().contains("motcua_ledger_dropped_total 1\n"));
    town.leave().await;
}

/// Rule 4: "what is written bears the time of its commit": a rotation that had to wait gets its whole grace.
#[tokio::test]
async fn a_row_bears_the_time_of_its_commit() {
    let town = Town::new().await;
    let ledger = another(&town, &Arc::default());
    let new = grant(&town);
    let mut waiting = Box::pin(ledger.redeem(new.clone()));
    assert!(futures_util::poll!(&mut waiting).is_pending());
    town.clock.pass(Duration::from_secs(3));
    assert!(waiting.await.unwrap());
    let written = grants::find(&town.app.db, new.authorization.grant).await.unwrap().unwrap();
    assert_eq!(written.created_at, MORNING + Duration::from_secs(3));
    town.leave().await;
}

/// The ledger's connection is nobody else's: no request makes it wait.
#[tokio::test]
async fn the_ledger_writes_while_requests_hold_every_connection() {
    let town = Town::new().await;
    if !is_postgres(&town.app.db) {
        return town.leave().await; // SQLite has one writer at a time
    }
    let held = super::every_connection(&town).await;
    assert!(town.app.ledger.use_once(assertion(1)).await.unwrap());
    drop(held);
    town.leave().await;
}

/// "A caller gets an answer or a 503 within a deadline": also one whose batch waits behind others that failed.
#[tokio::test]
async fn nobody_waits_for_one_deadline_after_another() {
    let town = Town::new().await;
    if is_postgres(&town.app.db) {
        return town.leave().await; // it has no writer for whom others wait
    }
    let held = town.app.db.begin().await.unwrap();
    let begun = Instant::now();
    let ledger = &town.app.ledger;
    let answers = futures_util::future::join_all((0..300).map(|n| ledger.use_once(assertion(n)))).await;
    assert!(answers.iter().all(|answer| matches!(answer, Err(Fault::Unavailable { .. }))));
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    drop(held);
    town.leave().await;
}
