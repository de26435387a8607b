//! Signing keys: sign-in.md, "Signing": "`next` (published, not used) → `current` → `retired` […] → gone".

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use motcua::config::keys::Custody;
use motcua::flows::admin::keys;
use motcua::jobs::rotate_keys;
use motcua::jose::jwa::Algorithm;
use motcua::store::signing_keys;

use crate::town::Tokens;
use crate::town::Town;
use crate::town::header_of;

async fn published(town: &Town) -> Vec<String> {
    let set = town.get("/jwks").await.json();
    set["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

pub fn kid_of(jwt: &str) -> String {
    header_of(jwt)["kid"].as_str().unwrap().to_owned()
}

/// A token of this moment.
pub async fn fresh(town: &Town) -> Tokens {
    town.rp("portal").tokens(&mut town.browser(), &[]).await
}

async fn pass(town: &Town, span: Duration) {
    town.clock.pass(span);
    town.heartbeat().await;
}

/// "Two replicas never […] sign with a key that the published JWKS lacks": a key is published for the lead time first.
#[tokio::test]
async fn the_next_key_is_published_before_it_signs() {
    let town = Town::new().await;
    let old = kid_of(fresh(&town).await.access_token());
    pass(&town, Duration::from_secs(1)).await;
    let next = keys::rotate(&town.app, Algorithm::Es256, false, town.app.clock.now()).await.unwrap();
    assert_ne!(next, old);
    assert!(published(&town).await.contains(&next));
    pass(&town, *town.config.keys.lead - Duration::from_secs(1)).await;
    assert_eq!(kid_of(fresh(&town).await.access_token()), old);
    pass(&town, Duration::from_secs(1)).await;
    assert_eq!(kid_of(fresh(&town).await.access_token()), next);
    town.leave().await;
}

/// "`retired` (published until the last token it signed has expired)"
#[tokio::test]
async fn a_retired_key_is_published_until_the_last_token_that_it_signed_has_expired() {
    let town = Town::new().await;
    let day = 86_400;
    let long = include_str!("../town/town.toml").replace(
        "client_id = \"portal\"\n",
        &format!("client_id = \"portal\"\nlifetimes = {{ access_token = {day} }}\n"),
    );
    town.apply(&long).await;
    fresh(&town).await;
    pass(&town, Duration::from_secs(1)).await;
    let last = fresh(&town).await;
    let old = kid_of(last.access_token());
    keys::rotate(&town.app, Algorithm::Es256, true, town.app.clock.now() + Duration::from_micros(1)).await.unwrap();
    pass(&town, Duration::from_secs(day - 1)).await;
    assert!(published(&town).await.contains(&old));
    assert_eq!(town.rp("portal").userinfo(last.access_token()).await.status, StatusCode::OK);
    pass(&town, Duration::from_secs(2)).await;
    assert!(!published(&town).await.contains(&old));
    assert_eq!(town.rp("portal").userinfo(last.access_token()).await.status, StatusCode::UNAUTHORIZED);
    town.leave().await;
}

/// "by hand with `motcua keys rotate`": with `--now` the successor signs at once, beside a published predecessor.
#[tokio::test]
async fn a_key_that_is_rotated_now_signs_at_once() {
    let town = Town::new().await;
    let old = fresh(&town).await;
    pass(&town, Duration::from_secs(1)).await;
    let waiting = keys::rotate(&town.app, Algorithm::Es256, false, town.app.clock.now()).await.unwrap();
    pass(&town, Duration::from_secs(1)).await;
    let now = keys::rotate(&town.app, Algorithm::Es256, true, town.app.clock.now()).await.unwrap();
    assert_eq!(now, waiting, "the key that waits is the successor");
    assert_eq!(kid_of(fresh(&town).await.id_token()), now);
    assert!(published(&town).await.contains(&kid_of(old.id_token())));
    assert_eq!(town.rp("portal").userinfo(old.access_token()).await.status, StatusCode::OK);
    town.leave().await;
}

/// "by a schedule"
#[tokio::test]
async fn a_key_gets_a_successor_at_its_age_and_not_before() {
    let town = Town::new().await;
    let first = kid_of(fresh(&town).await.access_token());
    let es256 = || async {
        let rows = signing_keys::all(&town.app.db).await.unwrap();
        rows.iter().filter(|row| row.alg == "ES256").count()
    };
    pass(&town, *town.config.keys.rotate_after - Duration::from_secs(1)).await;
    rotate_keys::run(Arc::clone(&town.app)).await.unwrap();
    assert_eq!(es256().await, 1);
    pass(&town, Duration::from_secs(1)).await;
    for _ in 0..2 {
        rotate_keys::run(Arc::clone(&town.app)).await.unwrap();
    }
    assert_eq!(es256().await, 2);
    assert_eq!(kid_of(fresh(&town).await.access_token()), first);
    pass(&town, *town.config.keys.lead).await;
    assert_ne!(kid_of(fresh(&town).await.access_token()), first);
    town.leave().await;
}

/// "in an emergency with `motcua keys revoke KID`": no token of it is accepted, it is not published, another signs.
#[tokio::test]
async fn a_revoked_key_is_worth_nothing_at_once() {
    let town = Town::new().await;
    let tokens = fresh(&town).await;
    let kid = kid_of(tokens.access_token());
    assert_eq!(town.rp("portal").userinfo(tokens.access_token()).await.status, StatusCode::OK);
    assert!(keys::revoke(&town.app, &kid, town.app.clock.now()).await.unwrap());
    assert_eq!(town.rp("portal").userinfo(tokens.access_token()).await.status, StatusCode::UNAUTHORIZED);
    assert!(!published(&town).await.contains(&kid));
    let next = kid_of(fresh(&town).await.access_token());
    assert!(next != kid && published(&town).await.contains(&next));
    assert!(!keys::revoke(&town.app, &kid, town.app.clock.now()).await.unwrap(), "revoked before");
    assert!(!keys::revoke(&town.app, "unknown", town.app.clock.now()).await.unwrap());
    town.leave().await;
}

/// A key that has retired does not come back when its successor is revoked.
#[tokio::test]
async fn a_revoked_key_is_followed_by_a_fresh_one_and_not_by_its_predecessor() {
    let town = Town::new().await;
    let first = kid_of(fresh(&town).await.access_token());
    pass(&town, Duration::from_secs(60)).await;
    let second = keys::rotate(&town.app, Algorithm::Es256, true, town.app.clock.now()).await.unwrap();
    pass(&town, Duration::from_secs(7 * 86_400)).await;
    assert!(!published(&town).await.contains(&first), "gone");
    keys::revoke(&town.app, &second, town.app.clock.now()).await.unwrap();
    let third = kid_of(fresh(&town).await.access_token());
    assert!(third != first && third != second);
    assert!(!published(&town).await.contains(&first), "gone is gone");
    let replica = town.replica().await;
    let elsewhere = replica.rp("portal").tokens(&mut replica.browser_like(&town.browser()), &[]).await;
    assert_eq!(kid_of(elsewhere.access_token()), third, "every replica derives the same");
    town.leave().await;
}

/// A next key that is revoked before it ever signed leaves the current one in its place.
#[tokio::test]
async fn a_next_key_that_is_revoked_leaves_the_current_one_signing() {
    let town = Town::new().await;
    let first = kid_of(fresh(&town).await.access_token());
    pass(&town, Duration::from_secs(60)).await;
    let next = keys::rotate(&town.app, Algorithm::Es256, false, town.app.clock.now()).await.unwrap();
    keys::revoke(&town.app, &next, town.app.clock.now()).await.unwrap();
    pass(&town, *town.config.keys.lead * 2).await;
    assert_eq!(kid_of(fresh(&town).await.access_token()), first);
    let again = keys::rotate(&town.app, Algorithm::Es256, false, town.app.clock.now()).await.unwrap();
    assert!(again != next && again != first);
    town.leave().await;
}

fn private_files(keys: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(keys.join("signing")) else { return Vec::new() };
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// "Custody is a file under `keys/` (0600)"
#[tokio::test]
async fn in_the_custody_of_files_a_private_key_is_a_sealed_file_of_its_owner() {
    let town = Town::with(|config| config.keys.custody = Custody::File).await;
    let kid = kid_of(fresh(&town).await.access_token());
    let directory = town.config.keys.directory.clone();
    let path = directory.join("signing").join(format!("{kid}.key"));
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::metadata(directory.join("signing")).unwrap().permissions().mode() & 0o777, 0o700);
    let row = signing_keys::all(&town.app.db).await.unwrap().into_iter().find(|row| row.kid == kid).unwrap();
    assert_eq!((row.custody.as_str(), row.private_key), ("file", None));

    let replica = town.replica().await;
    let again = replica.rp("portal").tokens(&mut replica.browser_like(&town.browser()), &[]).await;
    assert_eq!(kid_of(again.access_token()), kid, "a restart finds the key again");
    keys::revoke(&town.app, &kid, town.app.clock.now()).await.unwrap();
    assert!(!private_files(&directory).contains(&format!("{kid}.key")), "destroyed");
    town.leave().await;
}

/// "the database"
#[tokio::test]
async fn in_the_custody_of_the_database_a_private_key_is_a_sealed_column() {
    let town = Town::new().await;
    let kid = kid_of(fresh(&town).await.access_token());
    let row = || async {
        let rows = signing_keys::all(&town.app.db).await.unwrap();
        rows.into_iter().find(|row| row.kid == kid).unwrap()
    };
    assert!(row().await.private_key.is_some());
    assert_eq!(private_files(&town.config.keys.directory), Vec::<String>::new());
    keys::revoke(&town.app, &kid, town.app.clock.now()).await.unwrap();
    assert_eq!(row().await.private_key, None, "wiped");
    town.leave().await;
}
