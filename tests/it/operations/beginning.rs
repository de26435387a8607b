//! Where an instance begins: which configuration counts, and that nothing is made unless the operator said so.

use super::program::Site;
use super::program::run_in;

/// Names of what lies in the directory.
fn files(site: &Site) -> Vec<String> {
    let mut names: Vec<String> = site
        .directory
        .path()
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// "`./motcua.toml` … is read where it stands, `serve` says which configuration it took"
#[tokio::test]
async fn a_configuration_is_read_where_it_stands_and_serve_says_which() {
    let site = Site::new("", "").await;
    let mut serving = site.serve_with(&[], &[("MOTCUA__SESSION__IDLE", "7m")]).await;
    let said = serving.line("configuration").await;
    let path = site.path("motcua.toml").canonicalize().unwrap();
    assert_eq!(said["file"].as_str(), path.to_str(), "{said}");
    assert_eq!(said["variables"], "MOTCUA__SESSION__IDLE", "{said}");
    serving.stop().await;
    // Other commands read the same one.
    let printed = site.run(&["check-config", "--print"]).succeeded();
    assert!(printed.contains(site.database_url().split('?').next().unwrap().rsplit('/').next().unwrap()), "{printed}");
    site.write("other.toml", "[server]\nissuer = \"https://other.example\"\n");
    let printed = site.run(&["check-config", "--print", "--config", "other.toml"]).succeeded();
    assert!(printed.contains("https://other.example") && !printed.contains("localhost:8080"), "{printed}");
    site.leave().await;
}

/// "first keys are made only where the operator said so": elsewhere nothing is made, and the mend is named.
#[tokio::test]
async fn an_empty_place_is_refused_and_stays_empty() {
    let site = Site::empty("", "").await;
    site.write("nobody.toml", "");
    let before = files(&site);
    for command in [&["serve"][..], &["apply", "nobody.toml"], &["keys", "rotate"], &["people", "enable", "khai"]] {
        let error = site.configured(command).failed();
        assert!(error.contains("motcua serve --init"), "{command:?}: {error}");
        assert_eq!(files(&site), before, "{command:?}");
        assert!(!site.has_database_file(), "{command:?}");
    }
    // A wrong path does not begin an instance either.
    let serving = site.serve_with(&["--init"], &[]).await;
    serving.stop().await;
    let error = run_in(site.directory.path(), &["serve"], &[("MOTCUA__DATABASE__URL", "sqlite:mistyped.db")]).failed();
    assert!(error.contains("sqlite:mistyped.db") && error.contains("correct database.url"), "{error}");
    assert!(!site.path("mistyped.db").exists());
    site.serve().await.stop().await;
    site.serve_with(&["--init"], &[]).await.stop().await;
    site.leave().await;
}

/// Tables alone are no instance.
#[tokio::test]
async fn a_database_without_keys_is_refused() {
    let site = Site::empty("", "").await;
    site.configured(&["migrate"]).succeeded();
    let error = site.configured(&["serve"]).failed();
    assert!(error.contains("motcua serve --init"), "{error}");
    assert!(!site.path("keys").exists());
    let said = site.configured(&["migrate", "--init"]).succeeded();
    assert!(said.contains("made first keys in keys"), "{said}");
    assert_eq!(site.configured(&["migrate", "--init"]).succeeded(), "the database is up to date\n");
    // ASVS 5.0 V6.3.2: no "default user accounts".
    assert!(site.configured(&["people", "count", "--exact"]).succeeded().starts_with("0 "));
    site.serve().await.stop().await;
    site.leave().await;
}

/// SQLite's files are readable by their owner alone, those of a former version as well.
#[tokio::test]
async fn a_database_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let site = Site::new("", "[keys]\ncustody = \"file\"").await;
    let Some(path) = site.database_url().strip_prefix("sqlite:") else { return site.leave().await };
    let mode =
        |ending: &str| std::fs::metadata(format!("{path}{ending}")).map(|meta| meta.permissions().mode() & 0o777).ok();
    for others in [None, Some(0o644)] {
        if let Some(others) = others {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(others)).unwrap();
        }
        let serving = site.serve().await;
        for ending in ["", "-wal", "-shm"] {
            assert_eq!(mode(ending), Some(0o600), "{ending}");
        }
        serving.stop().await;
    }
    site.leave().await;
}
