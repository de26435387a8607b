//! Commands that only look make nothing, migrate nothing and ask nobody but the database; and what does not need Redis goes
//! on without it.

use super::program::Site;
use super::program::http;

const LOOKS: [&[&str]; 6] = [
    &["keys", "list"],
    &["clients", "list"],
    &["clients", "show", "portal"],
    &["outbox", "list"],
    &["people", "count"],
    &["people", "show", "khai"],
];

fn files(site: &Site) -> Vec<String> {
    let names = std::fs::read_dir(site.directory.path()).unwrap();
    let mut names: Vec<String> = names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// A site whose Redis is not there, before there is an instance.
async fn without_redis() -> Site {
    let site = Site::empty("", "").await;
    let config = std::fs::read_to_string(site.path("motcua.toml")).unwrap();
    let (before, after) = config.split_once("[ephemeral]\nurl = \"").unwrap();
    let (_, after) = after.split_once('"').unwrap();
    site.write("motcua.toml", &format!("{before}[ephemeral]\nurl = \"redis://127.0.0.1:1\"{after}"));
    site
}

/// "Without a database they say that there is none"
#[tokio::test]
async fn who_looks_where_nothing_is_learns_that_and_makes_nothing() {
    let site = without_redis().await;
    let before = files(&site);
    for command in LOOKS {
        let error = site.configured(command).failed();
        assert!(error.contains("there is no database yet"), "{command:?}: {error}");
    }
    assert_eq!(files(&site), before);
    assert!(!site.has_database_file());
    site.leave().await;
}

/// "With pending migrations they say so"
#[tokio::test]
async fn who_looks_at_an_older_database_learns_what_it_lacks_and_migrates_nothing() {
    let site = without_redis().await;
    site.configured(&["migrate", "--init"]).succeeded();
    let before = files(&site);
    for command in [LOOKS[0], LOOKS[1], LOOKS[3]] {
        let said = site.configured(command).succeeded();
        let keys = said.lines().filter(|line| !line.starts_with("data key 0 ")).count();
        assert_eq!(keys, 0, "{command:?}: {said}");
    }
    let db = site.db().await;
    let newest = {
        use motcua::store::db::Pool;
        const NEWEST: &str = "DELETE FROM _sqlx_migrations WHERE version = (SELECT MAX(version) FROM _sqlx_migrations) \
                              RETURNING version";
        let newest: i64 = match &db.writes {
            Pool::Sqlite(pool) => sqlx::query_scalar(NEWEST).fetch_one(pool).await.unwrap(),
            Pool::Postgres(pool) => sqlx::query_scalar(NEWEST).fetch_one(pool).await.unwrap(),
        };
        newest
    };
    db.close().await;
    for _ in 0..2 {
        for command in LOOKS {
            let error = site.configured(command).failed();
            assert!(error.contains(&format!("lacks the migrations {newest}:")), "{command:?}: {error}");
        }
    }
    assert_eq!(files(&site), before);
    site.leave().await;
}

/// "`keys list` fails, too, when another key's file is garbage": what is looked at is not opened.
#[tokio::test]
async fn keys_are_listed_whatever_is_wrong_with_their_files() {
    let site = Site::new("", "[keys]\ncustody = \"file\"\n").await;
    let made = site.configured(&["keys", "rotate", "--alg", "ES256"]).succeeded();
    let kid = made.trim().rsplit(' ').next().unwrap().to_owned();
    let mut garbled = 0;
    for entry in std::fs::read_dir(site.path("keys/signing")).unwrap() {
        std::fs::write(entry.unwrap().path(), "garbage").unwrap();
        garbled += 1;
    }
    assert!(garbled > 0);
    let listed = site.configured(&["keys", "list"]).succeeded();
    assert!(listed.contains(&kid) && listed.contains("ES256"), "{listed}");
    site.leave().await;
}

/// "Redis away at the start: `serve` does not start and `keys revoke` refuses."
#[tokio::test]
async fn without_redis_the_provider_starts_and_a_key_is_revoked() {
    let site = without_redis().await;
    site.configured(&["migrate", "--init"]).succeeded();
    let serving = site.serve().await;
    let keys = http().get(serving.url("/jwks")).send().await.unwrap();
    assert_eq!(keys.status(), 200);
    let made = site.configured(&["keys", "rotate", "--alg", "ES256"]).succeeded();
    let kid = made.trim().rsplit(' ').next().unwrap();
    assert!(site.configured(&["keys", "revoke", kid]).succeeded().contains(kid));
    assert!(!site.configured(&["keys", "list"]).succeeded().contains(kid));
    serving.stop().await;
    site.leave().await;
}
