//! The four files of root secrets: whose they are, what becomes of a server without them, and how they are replaced.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use motcua::base::random::SeededEntropy;
use motcua::base::time::ManualClock;
use motcua::cli::serve::OnEmpty;
use motcua::cli::serve::World;
use motcua::cli::serve::build;
use motcua::config::Config;
use motcua::store::db::Pool;
use motcua::store::db::by_itself;

use super::keys::fresh;
use super::keys::kid_of;
use super::program::Site;
use crate::town::MORNING;
use crate::town::Town;

/// Every root secret is a file of its owner alone.
#[tokio::test]
async fn root_secrets_are_readable_by_their_owner_alone() {
    let town = Town::new().await;
    for name in ROOTS {
        let meta = fs::metadata(town.config.keys.directory.join(name)).unwrap();
        assert_eq!(meta.permissions().mode() & 0o777, 0o600, "{name}");
    }
    let names = fs::read_dir(&town.config.keys.directory).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(names.into_iter().all(|name| !name.to_str().unwrap().contains("draft")));
    town.leave().await;
}

const ROOTS: [&str; 4] = ["encryption.key", "sealing.key", "pairwise.key", "pepper.key"];

async fn start(config: &Config) -> Result<(), String> {
    let entropy = Arc::new(SeededEntropy::new(99_000));
    let world = World { clock: Arc::new(ManualClock::at(MORNING)), entropy, ..World::default() };
    match build(config.clone(), world, OnEmpty::Refuse).await {
        Ok(app) => {
            app.db.close().await;
            Ok(())
        }
        Err(fault) => Err(fault.to_string()),
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for name in ROOTS {
        fs::copy(from.join(name), to.join(name)).unwrap();
    }
}

/// A key directory that was lost is not replaced by a new one beside a database that needs the old.
#[tokio::test]
async fn a_missing_root_secret_is_refused_where_the_database_has_keys() {
    let town = Town::new().await;
    for name in ROOTS {
        let mut config = town.config.clone();
        config.keys.directory = town.keys_directory().join(format!("without-{name}"));
        copy(&town.config.keys.directory, &config.keys.directory);
        start(&config).await.unwrap();
        fs::remove_file(config.keys.directory.join(name)).unwrap();
        let why = start(&config).await.unwrap_err();
        assert!(why.contains(name) && why.contains("restore it from the backup"), "{why}");
        assert!(!config.keys.directory.join(name).exists(), "{name} was made anew");
    }
    town.leave().await;
}

/// "All four carry a mark of the database that they belong to, and a server refuses to start" with a foreign one.
#[tokio::test]
async fn root_secrets_of_another_instance_are_refused() {
    let (town, other) = (Town::new().await, Town::new().await);
    for name in ROOTS {
        let config = elsewhere(&town, &format!("foreign-{name}"));
        fs::copy(other.config.keys.directory.join(name), config.keys.directory.join(name)).unwrap();
        let why = start(&config).await.unwrap_err();
        let path = config.keys.directory.join(name);
        assert!(why.contains(path.to_str().unwrap()), "{why}");
        assert!(why.contains("another database") && why.contains("restore the file"), "{why}");
        assert_eq!(why.contains("motcua keys adopt"), ["sealing.key", "pepper.key"].contains(&name), "{why}");
    }
    start(&town.config).await.unwrap();
    town.leave().await;
    other.leave().await;
}

/// "database restored with its keys works": a copy of the files beside the database that they belong to.
#[tokio::test]
async fn a_copy_of_the_root_secrets_serves_as_they_did() {
    let town = Town::new().await;
    start(&elsewhere(&town, "restored")).await.unwrap();
    town.leave().await;
}

/// Takes from a database what it learned of the files: it is one that a former version made.
async fn forget_marks(town: &Town) {
    const FORGET: &str = "DELETE FROM data_keys WHERE purpose IN ('sealing-check', 'pepper-check')";
    let gone = match &town.app.db.writes {
        Pool::Sqlite(pool) => sqlx::query(FORGET).execute(pool).await.unwrap().rows_affected(),
        Pool::Postgres(pool) => sqlx::query(FORGET).execute(pool).await.unwrap().rows_affected(),
    };
    assert_eq!(gone, 2);
}

/// A database of a former version learns its files at the first start, and knows them from then on.
#[tokio::test]
async fn a_database_that_knows_no_file_yet_learns_those_that_it_was_used_with() {
    let (town, other) = (Town::new().await, Town::new().await);
    forget_marks(&town).await;
    start(&town.config).await.unwrap();
    let config = elsewhere(&town, "foreign");
    fs::copy(other.config.keys.directory.join("sealing.key"), config.keys.directory.join("sealing.key")).unwrap();
    assert!(start(&config).await.unwrap_err().contains("sealing.key"));
    town.leave().await;
    other.leave().await;
}

/// It does not learn a pepper that no password in it was hashed with.
#[tokio::test]
async fn a_database_that_knows_no_file_yet_tells_a_foreign_pepper_by_its_passwords() {
    let (town, other) = (Town::new().await, Town::new().await);
    forget_marks(&town).await;
    let config = elsewhere(&town, "foreign");
    fs::copy(other.config.keys.directory.join("pepper.key"), config.keys.directory.join("pepper.key")).unwrap();
    assert!(start(&config).await.unwrap_err().contains("pepper.key"));
    start(&town.config).await.unwrap();
    town.leave().await;
    other.leave().await;
}

/// Of replicas that teach a new database files of their own, one is believed: the others do not start.
#[tokio::test]
async fn of_replicas_with_different_files_that_start_at_once_one_is_believed() {
    let town = Town::new().await;
    forget_marks(&town).await;
    let configs: Vec<Config> = (0..4)
        .map(|n| {
            let config = elsewhere(&town, &format!("replica-{n}"));
            fs::write(config.keys.directory.join("sealing.key"), line(n)).unwrap();
            config
        })
        .collect();
    let starts = configs.iter().map(|config| by_itself(start(config)));
    let outcomes = futures_util::future::join_all(starts).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
    town.leave().await;
}

/// Of replicas with the same files that start at once, all do.
#[tokio::test]
async fn replicas_with_the_same_files_start_at_once() {
    let town = Town::new().await;
    forget_marks(&town).await;
    let path = town.config.keys.directory.join("sealing.key");
    fs::write(&path, fs::read_to_string(&path).unwrap() + &line(1)).unwrap();
    let starts = (0..4).map(|_| by_itself(start(&town.config)));
    let outcomes = futures_util::future::join_all(starts).await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    town.leave().await;
}

/// "two steps (a new key accepted first, then used)": replicas restart one after the other, and what one of them sealed
/// opens at the others all the while.
#[tokio::test]
async fn a_sealing_key_is_replaced_in_two_steps_while_replicas_serve() {
    let town = Town::new().await;
    let path = town.config.keys.directory.join("sealing.key");
    let (former, fresh) = (fs::read_to_string(&path).unwrap(), line(7));
    let steps = [format!("{former}{fresh}"), format!("{fresh}{former}"), fresh.clone()];
    let mut before = town.replica().await;
    for step in steps {
        fs::write(&path, step).unwrap();
        let after = town.replica().await;
        for (here, there) in [(&before, &after), (&after, &before)] {
            let mut browser = here.browser_like(&town.browser());
            let code = here.rp("portal").code(&mut browser, &[]).await;
            let tokens = there.rp("portal").redeem(&code, &[]).await;
            assert_eq!(tokens.status, http::StatusCode::OK, "{}", tokens.body);
        }
        before = after;
    }
    town.leave().await;
}

/// A secret that is lost for good is replaced when the operator says so, and not before.
#[tokio::test]
async fn a_lost_file_is_made_anew_when_the_operator_says_so() {
    let site = Site::new("", "").await;
    for name in ["sealing.key", "pepper.key"] {
        fs::remove_file(site.path("keys").join(name)).unwrap();
        let refused = site.configured(&["serve"]).failed();
        assert!(refused.contains(name) && refused.contains("restore it from the backup"), "{refused}");
        let said = site.configured(&["keys", "adopt", name]).succeeded();
        assert!(said.contains(name) && said.contains("every replica"), "{said}");
        site.serve().await.stop().await;
    }
    let refused = site.configured(&["keys", "adopt", "pairwise.key"]).failed();
    assert!(refused.contains("sealing.key") && refused.contains("pepper.key"), "{refused}");
    site.leave().await;
}

/// One line of a key file.
fn line(byte: u8) -> String {
    format!("{}\n", motcua::base::secret::base64url(&[byte; 32]))
}

/// The configuration of a machine to which the town's files were copied.
fn elsewhere(town: &Town, name: &str) -> Config {
    let mut config = town.config.clone();
    config.keys.directory = town.keys_directory().join(name);
    copy(&town.config.keys.directory, &config.keys.directory);
    config
}

/// `encryption.key`: "a further line is a former secret that still opens what it sealed".
#[tokio::test]
async fn a_root_secret_can_be_replaced_by_a_line_above_it() {
    let town = Town::new().await;
    let kid = kid_of(fresh(&town).await.access_token());
    for name in ["encryption.key", "sealing.key", "pepper.key"] {
        let path = town.config.keys.directory.join(name);
        let former = fs::read_to_string(&path).unwrap();
        let fresh = motcua::base::secret::base64url(&[7; 32]);
        fs::write(&path, format!("{fresh}\n{former}")).unwrap();
    }
    let replica = town.replica().await;
    let tokens = replica.rp("portal").tokens(&mut replica.browser_like(&town.browser()), &[]).await;
    assert_eq!(kid_of(tokens.access_token()), kid);
    town.leave().await;
}
