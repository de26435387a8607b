//! What the README says of back-ups, done as it says: the people, tokens and identifiers of one place are those of another.

use super::program::Site;
use super::readme;
use super::readme::shell;
use crate::town::Tokens;

/// A site whose database, where it is a file, lies where the README has it.
async fn site() -> (Site, &'static str, String) {
    let site = Site::of_the_town().await;
    let url = site.database_url().to_owned();
    if url.starts_with("sqlite:") {
        site.change(&url, "sqlite:motcua.db");
        return (site, "sqlite3", url);
    }
    (site, "pg_dump", url)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_backed_up_is_restored_elsewhere() {
    let (here, kind, url) = site().await;
    here.settle();
    let serving = here.serve().await;
    let (portal, mut browser) = (serving.rp("portal").with_scope("openid profile offline_access"), serving.browser());
    let tokens = portal.tokens(&mut browser, &[]).await;
    let done = shell(here.directory.path(), &readme::block("sh", &format!("{kind} ")), &[("DATABASE", &url)]);
    done.succeeded();
    let lost = Tokens(portal.refresh(tokens.refresh_token(), &[]).await.json());
    serving.stop().await;

    let (there, _, url) = site().await;
    for file in ["motcua.dump", "motcua.backup.db", "keys.tar"] {
        let _ = std::fs::rename(here.path(file), there.path(file)); // each kind makes two of them
    }
    here.leave().await;
    let restore = if kind == "sqlite3" { "cp motcua.backup.db" } else { "pg_restore " };
    shell(there.directory.path(), &readme::block("sh", restore), &[("DATABASE", &url)]).succeeded();

    let serving = there.serve().await;
    let portal = serving.rp("portal").with_scope("openid profile offline_access");
    let who = tokens.claims()["sub"].clone();
    let refused = portal.refresh(lost.refresh_token(), &[]).await;
    assert_eq!(refused.json()["error"], "invalid_grant", "what happened after the back-up has not happened");
    let refreshed = Tokens(portal.refresh(tokens.refresh_token(), &[]).await.json());
    assert_eq!(portal.userinfo(refreshed.access_token()).await.json()["sub"], who);
    assert_eq!(portal.userinfo(tokens.access_token()).await.json()["sub"], who, "the same keys verify");
    let still = portal.tokens(&mut browser.at(serving.router()), &[("prompt", "none")]).await;
    assert_eq!(still.claims()["sid"], tokens.claims()["sid"], "whoever was signed in is");
    let again = portal.tokens(&mut serving.browser(), &[]).await;
    assert_eq!(again.claims()["sub"], who, "by the same password, who they were");
    assert_eq!(portal.userinfo(again.access_token()).await.json()["name"], "Nguyễn Thị Minh Khai");
    serving.stop().await;
    there.leave().await;
}
