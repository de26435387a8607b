//! Many at once: what is single stays single. On SQLite one writer makes much of it easy; PostgreSQL does not.

mod replicas;

use std::sync::Arc;

use futures_util::future::join_all;
use http::StatusCode;
use motcua::base::id;
use motcua::base::secret::base64url;
use motcua::jose::jwa::Algorithm;
use motcua::parts::issue::refresh_token::RefreshToken;
use motcua::store::db::Pool;
use motcua::store::families::Rotation;
use motcua::store::grants;
use motcua::store::grants::NewGrant;
use tokio::sync::Barrier;
use uuid::Uuid;

use crate::town::ASSERTION_TYPE;
use crate::town::MORNING;
use crate::town::OwnKey;
use crate::town::Page;
use crate::town::RelyingParty;
use crate::town::Tokens;
use crate::town::Town;

/// Runs what `make` makes for each of `n`, all let go in one moment; answers in the order of `n`.
pub async fn at_once<T, F>(n: usize, make: impl Fn(usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let gate = Arc::new(Barrier::new(n));
    let runners = (0..n).map(|k| {
        let (gate, work) = (Arc::clone(&gate), make(k));
        tokio::spawn(async move {
            gate.wait().await;
            work.await
        })
    });
    join_all(runners).await.into_iter().map(Result::unwrap).collect()
}

fn error_of(page: &Page) -> (StatusCode, String) {
    (page.status, page.json()["error"].as_str().unwrap_or_default().to_owned())
}

/// RFC 6749 §4.1.2: "If an authorization code is used more than once, the authorization server MUST deny the request and
/// SHOULD revoke […] all tokens previously issued based on that authorization code."
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_hundred_redemptions_at_once_one_wins_and_what_it_bought_is_revoked() {
    let town = Town::new().await;
    let replica = town.replica().await;
    let doors = [town.rp("portal"), replica.rp("portal")];
    let code = doors[0].clone().with_scope("openid offline_access").code(&mut town.browser(), &[]).await;
    let answers = at_once(100, |n| {
        let (portal, code) = (doors[n % 2].clone(), code.clone());
        async move { portal.redeem(&code, &[]).await }
    })
    .await;
    let (won, lost): (Vec<&Page>, Vec<&Page>) = answers.iter().partition(|page| page.status == StatusCode::OK);
    assert_eq!((won.len(), lost.len()), (1, 99));
    for page in lost {
        assert_eq!(error_of(page), (StatusCode::BAD_REQUEST, "invalid_grant".into()), "{}", page.body);
    }
    let tokens = Tokens(won[0].json());
    assert_eq!(doors[0].userinfo(tokens.access_token()).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(doors[1].refresh(tokens.refresh_token(), &[]).await.json()["error"], "invalid_grant");
    let revoked = town.audit().await.into_iter().filter(|(act, ..)| act == "grant_revoked").count();
    assert_eq!(revoked, 1, "one record of one act");
    town.leave().await;
}

/// RFC 9700 §4.14.2, and the grace: a reply that was lost must log nobody out.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_refreshes_of_one_token_at_once_make_one_generation_and_get_the_same_next_token() {
    let town = Town::new().await;
    let replica = town.replica().await;
    let doors = [town.rp("portal"), replica.rp("portal")];
    let portal = doors[0].clone().with_scope("openid offline_access");
    let first = portal.tokens(&mut town.browser(), &[]).await;
    let answers = at_once(100, |n| {
        let (portal, token) = (doors[n % 2].clone(), first.refresh_token().to_owned());
        async move { portal.refresh(&token, &[]).await }
    })
    .await;
    for page in &answers {
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    }
    let next: Vec<String> = answers.iter().map(|page| Tokens(page.json()).refresh_token().to_owned()).collect();
    assert!(next.iter().all(|token| *token == next[0]));
    assert_eq!(RefreshToken::open(&town.app, &next[0]).unwrap().generation, 1);
    let after = doors[1].refresh(&next[0], &[]).await;
    assert_eq!(RefreshToken::open(&town.app, Tokens(after.json()).refresh_token()).unwrap().generation, 2);
    town.leave().await;
}

fn attempt(town: &Town, code: Uuid) -> NewGrant {
    NewGrant { offline: true, ..town.new_grant(code, "openid offline_access") }
}

/// OpenID Connect Core §9: jti: "These tokens MUST only be used once".
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_ten_presentations_of_one_assertion_at_once_one_authenticates() {
    let town = Town::new().await;
    let replica = town.replica().await;
    let key = OwnKey::new(Algorithm::Es256, "1");
    town.apply(&format!(
        "[[clients]]\nclient_id = \"archive\"\ngrant_types = [\"client_credentials\"]\nscope = \"records:read\"\n\
         token_endpoint_auth_method = \"private_key_jwt\"\n{}\n",
        OwnKey::declared(&[&key])
    ))
    .await;
    let doors = [town.rp("archive"), replica.rp("archive")];
    // Ten assertions, so that batches of the replicas hold the same ones in different orders.
    let assertions: Vec<String> =
        (0..10).map(|_| key.sign("JWT", &doors[0].assertion_claims(serde_json::json!({})))).collect();
    let answers = at_once(100, |n| {
        let (archive, assertion) = (doors[n % 2].clone(), assertions[(n / 2) % 10].clone());
        async move {
            let form = [
                ("grant_type", "client_credentials"),
                ("client_assertion_type", ASSERTION_TYPE),
                ("client_assertion", &assertion),
            ];
            (assertion.clone(), archive.token_raw(None, &form).await)
        }
    })
    .await;
    for assertion in &assertions {
        let own = || answers.iter().filter(|(presented, _)| presented == assertion).map(|(_, page)| page);
        assert_eq!(own().filter(|page| page.status == StatusCode::OK).count(), 1);
        let lost: Vec<_> = own().filter(|page| page.status != StatusCode::OK).map(error_of).collect();
        assert_eq!(lost, vec![(StatusCode::UNAUTHORIZED, "invalid_client".to_owned()); 9]);
    }
    town.leave().await;
}

/// Of codes that were given for one request one buys tokens.
async fn one_buys(rp: &RelyingParty, answers: &[Page]) {
    let mut bought = 0;
    for page in answers {
        let code = page.parameter("code").unwrap_or_else(|| panic!("{}: {}", page.url, page.body));
        bought += usize::from(rp.redeem(&code, &[]).await.status == StatusCode::OK);
    }
    assert_eq!(bought, 1, "of {}", answers.len());
}

/// RFC 9126 §4: "MAY allow for duplicate requests due to a user reloading": however often one browser asks at once, it gets
/// one code.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_reloads_of_one_pushed_request_at_once_get_one_code() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let mut browser = town.browser();
    portal.code(&mut browser, &[]).await;
    let url = portal.url_by_reference(&portal.pushed(&[]).await);
    let answers = at_once(50, |_| {
        let (mut browser, url) = (browser.clone(), url.clone());
        async move { browser.open(&url).await }
    })
    .await;
    one_buys(&portal, &answers).await;
    town.leave().await;
}

/// RFC 9126 §4: "request_uri" values are for "one-time use": of many browsers that end at once one gets the code.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_fifty_sign_ins_with_one_pushed_request_at_once_one_gets_a_code() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let mut browser = town.browser();
    portal.code(&mut browser, &[]).await;
    let url = portal.url_by_reference(&portal.pushed(&[]).await);
    let answers = at_once(50, |n| {
        let (mut browser, url) = (browser.clone(), url.clone());
        browser.cookies.insert("__Host-motcua_browser".into(), base64url(&[n as u8; 16]));
        async move { browser.open(&url).await }
    })
    .await;
    assert_eq!(answers.iter().filter(|page| page.parameter("code").is_some()).count(), 1);
    for page in answers.iter().filter(|page| page.parameter("code").is_none()) {
        let told = page.parameter("error");
        assert!(
            told.as_deref() == Some("invalid_request_uri") || page.status == StatusCode::BAD_REQUEST,
            "{}",
            page.url
        );
    }
    town.leave().await;
}

/// Commits of the ledger so far, and the rows in them.
fn batches(town: &Town) -> (u64, u64) {
    let text = town.app.metrics.exposition();
    let read = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("{name}: {text}"));
        line.trim().parse::<f64>().unwrap() as u64
    };
    (read("motcua_ledger_batch_rows_count"), read("motcua_ledger_batch_rows_sum"))
}

/// sign-in.md: "nobody is matched by the code's id alone, for two attempts may share a batch (the first in the queue wins".
#[tokio::test]
async fn of_two_redemptions_in_one_batch_the_first_in_the_queue_wins() {
    let town = Town::new().await;
    for _ in 0..5 {
        let code = id::new(MORNING, &*town.app.entropy);
        let (first, second) = (attempt(&town, code), attempt(&town, code));
        let before = batches(&town);
        let ledger = &town.app.ledger;
        let (first_won, second_won) = tokio::join!(ledger.redeem(first.clone()), ledger.redeem(second));
        assert_eq!(batches(&town), (before.0 + 1, before.1 + 2), "they shared a batch");
        assert_eq!((first_won.unwrap(), second_won.unwrap()), (true, false));
        assert_eq!(redemption_of(&town, code).await, first.redemption_id);
    }
    town.leave().await;
}

async fn redemption_of(town: &Town, code: Uuid) -> Uuid {
    const OF: &str = "SELECT redemption_id FROM grants WHERE id = $1";
    match &town.app.db.reads {
        Pool::Sqlite(pool) => sqlx::query_scalar(OF).bind(code).fetch_one(pool).await.unwrap(),
        Pool::Postgres(pool) => sqlx::query_scalar(OF).bind(code).fetch_one(pool).await.unwrap(),
    }
}

/// sign-in.md: "A batch settles rotations of one family as it settles redemptions."
#[tokio::test]
async fn of_two_rotations_of_one_family_in_one_batch_the_first_wins_and_the_second_sees_its_commit() {
    let town = Town::new().await;
    let portal = town.rp("portal").with_scope("openid offline_access");
    let tokens = portal.tokens(&mut town.browser(), &[]).await;
    let token = RefreshToken::open(&town.app, tokens.refresh_token()).unwrap();
    let rotation = Rotation {
        family: token.family,
        client_id: "portal".into(),
        client_epoch: MORNING.micros(),
        resources: Vec::new(),
        generation: token.generation,
        now: MORNING,
        used_after: MORNING - std::time::Duration::from_secs(60),
        created_after: MORNING - std::time::Duration::from_secs(60),
    };
    let before = batches(&town);
    let second = async {
        let lost = town.app.ledger.rotate(rotation.clone()).await;
        (lost, grants::find(&town.app.db, token.family).await)
    };
    let (first, (second, seen)) = tokio::join!(town.app.ledger.rotate(rotation.clone()), second);
    assert_eq!(batches(&town).0, before.0 + 1, "they shared a batch");
    assert_eq!(first.unwrap().unwrap().generation, 1);
    assert!(second.unwrap().is_none());
    assert_eq!(seen.unwrap().unwrap().generation, 1, "the loser is answered after the winner's commit");
    town.leave().await;
}

/// OpenID Connect Core §3.1.2.3: a form that is sent twice gets one answer twice.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sign_ins_of_one_browser_at_once_are_all_answered() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let mut browser = town.browser();
    let page = browser.open(&portal.url(&[])).await;
    // As many as the throttle lets an account try at once.
    let arrivals = at_once(5, |_| {
        let (mut browser, page) = (browser.clone(), page.clone());
        async move { browser.sign_in(&page, "khai").await }
    })
    .await;
    one_buys(&portal, &arrivals).await;
    town.leave().await;
}

/// identity.md: consent is "remembered until withdrawn", however often the answer arrives.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn consents_of_one_person_at_once_are_all_taken() {
    let town = Town::new().await;
    let replica = town.replica().await;
    let clinic = town.rp("clinic");
    let mut browser = town.browser();
    let page = browser.open(&clinic.url(&[])).await;
    let page = browser.sign_in(&page, "khai").await;
    assert_eq!(page.path(), "/consent");
    let browsers = [browser.clone(), replica.browser_like(&browser)];
    let arrivals = at_once(10, |n| {
        let (mut browser, page) = (browsers[n % 2].clone(), page.clone());
        async move { browser.fill(&page, &[("decision", "allow")]).await }
    })
    .await;
    one_buys(&clinic, &arrivals).await;
    let again = browser.open(&clinic.url(&[])).await;
    assert!(again.parameter("code").is_some(), "asked again: {}", again.url);
    town.leave().await;
}
