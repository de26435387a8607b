//! The ledger: sign-in.md, "The ledger is a group commit".

use std::sync::Arc;
use std::time::Duration;

use motcua::base::fault::Fault;
use motcua::base::id;
use motcua::base::time::Timestamp;
use motcua::identity::audit::Act;
use motcua::identity::audit::Event;
use motcua::parts::issue::refresh_token::RefreshToken;
use motcua::store::assertions::UsedAssertion;
use motcua::store::audit;
use motcua::store::audit::Entry;
use motcua::store::db::Pool;
use motcua::store::grants;
use motcua::store::grants::NewGrant;
use motcua::store::grants::Rotation;
use motcua::store::ledger::Ledger;
use motcua::store::sessions;
use motcua::telemetry::metrics::Metrics;
use uuid::Uuid;

use crate::town::MORNING;
use crate::town::Town;

fn grant(town: &Town) -> NewGrant {
    town.new_grant(id::new(MORNING, &*town.app.entropy), "openid")
}

fn entry(town: &Town, detail: &str) -> Entry {
    let event = Event::new(Act::SignInDelayed).detail(detail);
    Entry { id: id::new(MORNING, &*town.app.entropy), at: MORNING, event }
}

async fn details(town: &Town) -> Vec<String> {
    let trail = audit::since(&town.app.db, Uuid::nil(), 100_000).await.unwrap();
    trail.into_iter().filter(|(act, ..)| act == "sign_in_delayed").filter_map(|(.., detail)| detail).collect()
}

/// "each caller is answered only after the commit that holds its row"
#[tokio::test]
async fn a_batch_of_every_kind_is_written_before_its_callers_are_answered() {
    let town = Town::new().await;
    let portal = town.rp("portal").with_scope("openid offline_access");
    let tokens = portal.tokens(&mut town.browser(), &[]).await;
    let token = RefreshToken::open(&town.app, tokens.refresh_token()).unwrap();
    let session = grants::find(&town.app.db, token.family).await.unwrap().unwrap().authorization.session;
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
    let (new, ledger, db) = (grant(&town), &town.app.ledger, &town.app.db);
    ledger.touch(session, later);
    let redeem = async { (ledger.redeem(new.clone()).await, grants::find(db, new.authorization.grant).await.unwrap()) };
    let rotate = async { (ledger.rotate(rotation).await, grants::find(db, token.family).await.unwrap()) };
    let record = async { (ledger.record(entry(&town, "mixed")).await, details(&town).await) };
    let assertion = UsedAssertion { digest: [7; 32], until: later };
    let use_up = async { (ledger.use_once(assertion).await, ledger.use_once(assertion).await) };
    let (redeemed, rotated, recorded, used) = tokio::join!(redeem, rotate, record, use_up);
    assert!(redeemed.0.unwrap() && redeemed.1.unwrap().redemption_id == new.redemption_id);
    assert_eq!(rotated.0.unwrap().unwrap().generation, 1);
    assert_eq!(rotated.1.unwrap().generation, 1);
    assert!(matches!(used, (Ok(true), Ok(false))), "{used:?}");
    recorded.0.unwrap();
    assert_eq!(recorded.1, ["mixed"]);
    assert_eq!(sessions::find(db, session).await.unwrap().unwrap().last_used_at(), later);
    town.leave().await;
}

/// A row that the database refuses is its caller's failure alone. (No request makes such a row: the text is forged here.)
#[tokio::test]
async fn a_poisonous_row_harms_nobody_else() {
    let town = Town::new().await;
    let twice = entry(&town, "first of its id");
    town.app.ledger.record(twice.clone()).await.unwrap();
    let ledger = &town.app.ledger;
    let good = grant(&town);
    let (a, poison, b, c) = tokio::join!(
        ledger.record(entry(&town, "before")),
        ledger.record(twice),
        ledger.record(entry(&town, "after")),
        ledger.redeem(good.clone()),
    );
    a.unwrap();
    b.unwrap();
    assert!(c.unwrap());
    assert!(matches!(poison, Err(Fault::Unavailable { .. })), "{poison:?}");
    let mut written = details(&town).await;
    written.sort();
    assert_eq!(written, ["after", "before", "first of its id"]);
    assert!(grants::find(&town.app.db, good.authorization.grant).await.unwrap().is_some());
    town.leave().await;
}

/// "A full queue refuses with 503 and `Retry-After`; nothing is dropped."
#[tokio::test]
async fn a_full_queue_refuses_and_loses_nothing_that_it_took() {
    let town = Town::new().await;
    let ledger = Ledger::start(town.app.db.clone(), Arc::new(Metrics::default()));
    let all = 8192 + 500;
    let calls = (0..all).map(|n| ledger.record(entry(&town, &n.to_string())));
    // One thread polls every call once before the writer has its turn.
    let answers = futures_util::future::join_all(calls).await;
    let refused: Vec<usize> = (0..all).filter(|n| answers[*n].is_err()).collect();
    assert_eq!(refused, (8192..all).collect::<Vec<usize>>(), "the last to come are refused");
    for n in refused {
        assert!(matches!(&answers[n], Err(Fault::Unavailable { retry_after, .. }) if !retry_after.is_zero()));
    }
    let mut written: Vec<usize> = details(&town).await.iter().map(|detail| detail.parse().unwrap()).collect();
    written.sort_unstable();
    assert_eq!(written, (0..8192).collect::<Vec<usize>>());
    town.leave().await;
}

/// "one multi-row statement and one commit for all that waited"
#[tokio::test]
async fn those_who_waited_share_commits() {
    let town = Town::new().await;
    let metrics = Arc::new(Metrics::default());
    let ledger = Ledger::start(town.app.db.clone(), Arc::clone(&metrics));
    let calls = (0..256).map(|n| ledger.record(entry(&town, &n.to_string())));
    for answer in futures_util::future::join_all(calls).await {
        answer.unwrap();
    }
    let text = metrics.exposition();
    assert!(text.contains("motcua_ledger_batch_rows_count 2\n"), "{text}");
    town.leave().await;
}

/// Rule 6 and "nothing is dropped": a database that is away is a fault to try again after, not an answer.
#[tokio::test]
async fn a_database_that_is_away_answers_nobody_with_success() {
    let town = Town::new().await;
    match &town.app.db.writes {
        Pool::Sqlite(pool) => pool.close().await,
        Pool::Postgres(pool) => pool.close().await,
    }
    let answer = town.app.ledger.record(entry(&town, "away")).await;
    assert!(matches!(answer, Err(Fault::Unavailable { .. })), "{answer:?}");
    town.leave().await;
}
