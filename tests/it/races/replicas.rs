//! Several replicas at once: what one of them does is done once.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use motcua::app::App;
use motcua::base::random::SeededEntropy;
use motcua::base::time::ManualClock;
use motcua::cli::serve::OnEmpty;
use motcua::cli::serve::World;
use motcua::cli::serve::build;
use motcua::config::Config;
use motcua::config::database::SecretUrl;
use motcua::flows::admin::keys;
use motcua::jobs::outbox;
use motcua::jose::jwa::Algorithm;
use motcua::outbound::Unreachable;
use motcua::parts::issue::refresh_token::RefreshToken;
use motcua::parts::keyring;
use motcua::store::migrations;
use uuid::Uuid;

use super::at_once;
use super::error_of;
use crate::town::Database;
use crate::town::ISSUER;
use crate::town::MORNING;
use crate::town::Town;

/// sign-in.md: "Two replicas never rotate at once".
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_that_rotate_a_key_at_once_make_one_successor() {
    let town = Town::new().await;
    let replicas = [town.replica().await, town.replica().await, town.replica().await];
    let apps: Vec<Arc<App>> = std::iter::once(&town.app).chain(replicas.iter().map(|r| &r.app)).cloned().collect();
    keys::rotate(&town.app, Algorithm::EdDsa, false, MORNING).await.unwrap();
    for round in 1..=5 {
        town.clock.pass(std::time::Duration::from_secs(86_400));
        let now = town.app.clock.now();
        let kids = at_once(apps.len(), |n| {
            let app = Arc::clone(&apps[n]);
            async move { keys::rotate(&app, Algorithm::EdDsa, false, now).await.unwrap() }
        })
        .await;
        assert!(kids.iter().all(|kid| *kid == kids[0]), "{kids:?}");
        let rows = motcua::store::signing_keys::all(&town.app.db).await.unwrap();
        assert_eq!(rows.iter().filter(|row| row.alg == "EdDSA").count(), round + 1);
        assert_eq!(keys_made(&town).await, rows.len());
    }
    town.leave().await;
}

/// How many keys were made, as the audit trail tells: none in vain.
async fn keys_made(town: &Town) -> usize {
    town.audit().await.iter().filter(|(act, ..)| act == "key_created").count()
}

/// The first use of an algorithm makes its key: replicas that need it at once agree on one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_that_need_a_first_key_at_once_make_one() {
    let town = Town::new().await;
    let replicas = [town.replica().await, town.replica().await, town.replica().await];
    let apps: Vec<Arc<App>> = replicas.iter().map(|replica| Arc::clone(&replica.app)).collect();
    let signed = at_once(12, |n| {
        let app = Arc::clone(&apps[n % 3]);
        async move { keyring::ensure(&app, Algorithm::Es256.into(), MORNING).await }
    })
    .await;
    for outcome in signed {
        outcome.unwrap();
    }
    let rows = motcua::store::signing_keys::all(&town.app.db).await.unwrap();
    assert_eq!(rows.iter().filter(|row| row.alg == "ES256").count(), 1);
    assert_eq!(keys_made(&town).await, rows.len());
    town.leave().await;
}

/// The declaration of a client that wants to be told at `url`.
fn told(n: usize, url: &str) -> String {
    format!(
        "[[clients]]\nclient_id = \"told-{n}\"\nredirect_uris = [\"https://told-{n}.example/cb\"]\nscope = \"openid\"\n\
         secrets = [\"told-{n}-secret-of-a-test-that-is-long-enough\"]\nbackchannel_logout_uri = \"{url}\"\n"
    )
}

/// OpenID Connect Back-Channel Logout §2.5: of several replicas whose jobs wake at once, one tells each service.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_notice_is_delivered_once_however_many_replicas_try() {
    let town = Town::new().await;
    let replicas = [town.replica().await, town.replica().await, town.replica().await];
    let url = |n: usize| format!("https://told-{n}.example/out");
    let mut browser = town.browser();
    for n in 0..8 {
        town.apply(&told(n, &url(n))).await;
        town.outside.fail(&url(n), Unreachable::Status(503));
        town.rp(&format!("told-{n}")).with_scope("openid").tokens(&mut browser, &[]).await;
    }
    let page = browser.open("/logout").await;
    browser.fill(&page, &[]).await;
    for round in 1..=3 {
        town.clock.pass(Duration::from_secs(300));
        if round == 3 {
            (0..8).for_each(|n| town.outside.put(&url(n), ""));
        }
        at_once(6, |n| {
            let app = Arc::clone(&replicas[n % 3].app);
            async move { outbox::run(app).await.unwrap() }
        })
        .await;
        assert_eq!((0..8).map(|n| town.outside.asked(&url(n)).len()).collect::<Vec<_>>(), [1 + round; 8]);
    }
    assert_eq!(town.outbox().await.len(), 0);
    town.leave().await;
}

/// OpenID Connect Back-Channel Logout §2.3: who got tokens in the moment of the sign-out is told of it, or got none.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_that_is_redeemed_while_the_person_signs_out_buys_nothing_or_its_client_is_told() {
    let town = Town::new().await;
    let url = |n: usize| format!("https://told-{n}.example/out");
    let mut browser = town.browser();
    for n in 0..12 {
        town.apply(&told(n, &url(n))).await;
        town.outside.put(&url(n), "");
    }
    for _ in 0..3 {
        let mut codes = Vec::new();
        for n in 0..12 {
            codes.push(town.rp(&format!("told-{n}")).with_scope("openid").code(&mut browser, &[]).await);
        }
        let before: Vec<usize> = (0..12).map(|n| town.outside.asked(&url(n)).len()).collect();
        let page = browser.open("/logout").await;
        let answers = at_once(13, |n| {
            let (rp, code) = (town.rp(&format!("told-{n}")).with_scope("openid"), codes.get(n).cloned());
            let (mut browser, page) = (browser.clone(), page.clone());
            async move {
                match code {
                    Some(code) => rp.redeem(&code, &[]).await,
                    None => browser.fill(&page, &[]).await,
                }
            }
        })
        .await;
        for (n, answer) in answers[..12].iter().enumerate() {
            let told = town.outside.asked(&url(n)).len() - before[n];
            match answer.status {
                StatusCode::OK => assert_eq!(told, 1, "told-{n} has tokens and was not told"),
                _ => assert_eq!(error_of(answer), (StatusCode::BAD_REQUEST, "invalid_grant".into())),
            }
        }
    }
    town.leave().await;
}

/// Four instances at once on an empty database and an empty key directory: one of each key, each migration once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn instances_that_start_at_once_on_an_empty_database_have_the_same_keys() {
    let database = Database::empty().await;
    let directory = tempfile::tempdir().unwrap();
    let mut config = Config::default();
    config.server.issuer = ISSUER.into();
    config.database.url = SecretUrl(database.url.clone());
    config.database.connections = 2;
    config.keys.directory = directory.path().join("keys");
    let apps = at_once(4, |n| {
        let config = config.clone();
        let entropy = Arc::new(SeededEntropy::new(7000 + n as u64));
        let world = World { clock: Arc::new(ManualClock::at(MORNING)), entropy, ..World::default() };
        async move { build(config, world, OnEmpty::Begin).await.unwrap() }
    })
    .await;
    let secrets = |app: &Arc<App>| {
        let keys = &app.data_keys;
        let peppers: Vec<String> = app.peppers.iter().map(|pepper| pepper.id.clone()).collect();
        (keys.lookup.expose().clone(), keys.refresh.expose().clone(), app.pairwise.expose().clone(), peppers)
    };
    for app in &apps {
        assert!(secrets(app) == secrets(&apps[0]), "keys differ");
    }
    let token = RefreshToken { family: Uuid::nil(), generation: 3 };
    assert_eq!(RefreshToken::open(&apps[3], &token.seal(&apps[0])), Some(token));
    assert_eq!(migrations::pending(&apps[0].db).await.unwrap(), Vec::<i64>::new());
    assert_eq!(migrations::run(&apps[1].db).await.unwrap(), Vec::<i64>::new());
    for app in &apps {
        app.db.close().await;
    }
    database.drop().await;
}

/// RFC 7592 §2.2 and §2.3: an update that meets a removal does not bring the client back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_updates_and_removals_at_once_one_removal_wins_and_the_client_is_gone() {
    let town = Arc::new(crate::oauth::registration::open_town().await);
    for _ in 0..5 {
        let mut body = crate::oauth::registration::least();
        let told = crate::oauth::registration::registered(&town, &body).await;
        body["client_id"] = told["client_id"].clone();
        let answers = at_once(20, |n| {
            let (town, told, body) = (Arc::clone(&town), told.clone(), body.clone());
            async move {
                let method = if n % 2 == 0 { "PUT" } else { "DELETE" };
                let token = told["registration_access_token"].as_str();
                town.send_json(method, told["registration_client_uri"].as_str().unwrap(), token, &body).await.status
            }
        })
        .await;
        assert_eq!(answers.iter().filter(|status| **status == StatusCode::NO_CONTENT).count(), 1, "{answers:?}");
        let known = [StatusCode::OK, StatusCode::NO_CONTENT, StatusCode::UNAUTHORIZED];
        assert!(answers.iter().all(|status| known.contains(status)), "{answers:?}");
        let page = town.browser().open(&town.registered(&told).url(&[])).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{}", page.url);
    }
    Arc::into_inner(town).unwrap().leave().await;
}
