//! A key that cannot be read harms no other: sign-in.md, "in an emergency with `motcua keys revoke KID`".

use std::path::PathBuf;
use std::time::Duration;

use http::StatusCode;
use motcua::config::keys::Custody;
use motcua::flows::admin::keys;
use motcua::flows::health;
use motcua::jose::jwa::Algorithm;

use crate::town::Replica;
use crate::town::Town;
use crate::town::header_of;

/// A town that keeps its keys in files, with one of EdDSA beside that of ES256.
async fn town() -> (Town, PathBuf) {
    let town = Town::with(|config| config.keys.custody = Custody::File).await;
    town.rp("portal").tokens(&mut town.browser(), &[]).await;
    let kid = keys::rotate(&town.app, Algorithm::EdDsa, true, town.app.clock.now()).await.unwrap();
    let path = town.config.keys.directory.join("signing").join(format!("{kid}.key"));
    (town, path)
}

async fn ready(replica: &Replica) -> Result<(), String> {
    health::ready(&replica.app).await.map_err(|why| why.to_string())
}

/// One file is garbage: a process starts, says so, and does all that needs another key.
#[tokio::test]
async fn a_garbled_key_file_is_told_of_and_harms_no_other_key() {
    let (town, path) = town().await;
    let intact = std::fs::read(&path).unwrap();
    std::fs::write(&path, b"garbage").unwrap();
    let replica = town.replica().await;
    let why = ready(&replica).await.unwrap_err();
    assert!(why.contains(path.file_stem().unwrap().to_str().unwrap()), "{why}");
    assert!(replica.app.metrics.exposition().contains("motcua_keys_unreadable 1\n"));
    let portal = replica.rp("portal");
    let mut browser = replica.browser_like(&town.browser());
    let tokens = portal.tokens(&mut browser, &[]).await;
    let jwks = browser.open("/jwks").await;
    assert_eq!(jwks.status, StatusCode::OK);
    let kid = header_of(tokens.access_token())["kid"].as_str().unwrap().to_owned();
    assert!(jwks.body.contains(&kid));
    // An emergency elsewhere is heard, whatever else cannot be read.
    assert!(keys::revoke(&town.app, &kid, town.app.clock.now()).await.unwrap());
    replica.heartbeat().await;
    assert_eq!(portal.userinfo(tokens.access_token()).await.status, StatusCode::UNAUTHORIZED);
    assert!(!browser.open("/jwks").await.body.contains(&kid));
    // It is tried again until it works.
    std::fs::write(&path, intact).unwrap();
    replica.heartbeat().await;
    assert_eq!(ready(&replica).await, Ok(()));
    town.leave().await;
}

/// A key that should sign and cannot be read has no stand-in that is about to go: nothing is signed until it can be read.
#[tokio::test]
async fn nothing_is_signed_in_place_of_a_key_that_cannot_be_read() {
    let (town, path) = town().await;
    town.live(Duration::from_secs(1)).await;
    let next = keys::rotate(&town.app, Algorithm::Es256, true, town.app.clock.now()).await.unwrap();
    let path = path.with_file_name(format!("{next}.key"));
    let intact = std::fs::read(&path).unwrap();
    std::fs::write(&path, b"garbage").unwrap();
    let replica = town.replica().await;
    let portal = replica.rp("portal");
    let mut browser = replica.browser_like(&town.browser());
    let code = portal.code(&mut browser, &[]).await;
    assert_eq!(portal.redeem(&code, &[]).await.status, StatusCode::SERVICE_UNAVAILABLE);
    std::fs::write(&path, intact).unwrap();
    replica.heartbeat().await;
    let tokens = portal.tokens(&mut browser, &[]).await;
    assert_eq!(header_of(tokens.access_token())["kid"], next.as_str());
    town.leave().await;
}
