//! "credentials (add, name, remove; never the last one …)": what is refused is still there, and opens the account.

use http::StatusCode;

use crate::account::signed_in;
use crate::races::at_once;
use crate::store::execute;
use crate::store::texts;
use crate::town::Browser;
use crate::town::Device;
use crate::town::Town;

const HELD: &str = "SELECT kind FROM authenticators ORDER BY kind";

/// The ids of the passkeys on the page of how somebody signs in, and the proof that it is theirs.
async fn own(browser: &mut Browser) -> (String, Vec<String>) {
    let page = browser.open("/account/security").await;
    let (mut confirm, mut ids) = (String::new(), Vec::new());
    for one in page.passkeys() {
        let page = browser.open(&one).await;
        confirm = page.hidden_value("confirm");
        ids.push(page.hidden_value("id"));
    }
    (confirm, ids)
}

fn removal<'a>(confirm: &'a str, id: &'a str) -> [(&'static str, &'a str); 4] {
    [("confirm", confirm), ("id", id), ("action", "remove"), ("name", "")]
}

async fn opens(town: &Town, device: &mut Device) -> bool {
    let mut browser = town.browser();
    let page = browser.open("/sign-in").await;
    browser.use_passkey(&page, device).await.path() == "/"
}

/// Without a password, and beside one that opens nothing any more.
#[tokio::test]
async fn the_last_passkey_stays_and_opens_the_account_after_it_was_not_removed() {
    const GONE: [&str; 2] = ["DELETE FROM credentials", "UPDATE credentials SET failures = 100"];
    for gone in GONE {
        let town = Town::new().await;
        let (mut browser, mut device) = (signed_in(&town, "khai").await, Device::new());
        browser.enrol(&mut device).await;
        execute(&town.app.db, gone).await;
        let (confirm, ids) = own(&mut browser).await;
        for _ in 0..2 {
            let page = browser.submit("/account/passkeys/change", &removal(&confirm, &ids[0])).await;
            assert_eq!(page.status, StatusCode::BAD_REQUEST, "{}", page.body);
            assert!(page.body.contains("This is your last way to sign in"), "{}", page.body);
        }
        assert_eq!(texts(&town.app.db, HELD.into()).await, ["passkey"], "{gone}");
        let digests = "SELECT 'there' FROM names JOIN authenticators ON authenticators.lookup = names.digest";
        assert_eq!(texts(&town.app.db, digests.into()).await, ["there"], "it is found by its id: {gone}");
        assert!(opens(&town, &mut device).await, "{gone}");
        assert!(town.audit().await.iter().all(|(act, ..)| act != "credential_removed"), "{gone}");
        assert_eq!(own(&mut browser).await.1, ids, "{gone}");
        town.leave().await;
    }
}

/// An app and codes on paper open nothing by themselves: a passkey is the last way in beside them as well.
#[tokio::test]
async fn what_opens_nothing_by_itself_does_not_count_as_a_way() {
    let town = Town::new().await;
    let (mut browser, mut device) = (signed_in(&town, "khai").await, Device::new());
    browser.enrol(&mut device).await;
    browser.add_app(town.app.clock.now()).await;
    execute(&town.app.db, "DELETE FROM credentials").await;
    let (confirm, ids) = own(&mut browser).await;
    let page = browser.submit("/account/passkeys/change", &removal(&confirm, &ids[0])).await;
    assert!(page.body.contains("This is your last way to sign in"), "{}", page.body);
    assert_eq!(texts(&town.app.db, HELD.into()).await, ["passkey", "totp"]);
    assert!(opens(&town, &mut device).await);
    town.leave().await;
}

/// The last two at once, at two replicas: one remains, and opens the account.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_the_last_two_removed_at_once_one_remains() {
    for _ in 0..4 {
        let town = Town::new().await;
        let replica = town.replica().await;
        let (mut browser, mut devices) = (signed_in(&town, "khai").await, [Device::new(), Device::new()]);
        for device in &mut devices {
            browser.enrol(device).await;
        }
        execute(&town.app.db, "DELETE FROM credentials").await;
        let (confirm, ids) = own(&mut browser).await;
        assert_eq!(ids.len(), 2);
        let doors = [browser.clone(), replica.browser_like(&browser)];
        let answers = at_once(2, |n| {
            let (mut browser, confirm, id) = (doors[n].clone(), confirm.clone(), ids[n].clone());
            async move { browser.submit("/account/passkeys/change", &removal(&confirm, &id)).await }
        })
        .await;
        let mut seen: Vec<u16> = answers.iter().map(|page| page.status.as_u16()).collect();
        seen.sort_unstable();
        assert_eq!(seen, [200, 400], "one is refused");
        assert_eq!(texts(&town.app.db, HELD.into()).await, ["passkey"]);
        let [first, second] = &mut devices;
        let opened = [opens(&town, first).await, opens(&town, second).await];
        assert_eq!(opened.iter().filter(|opened| **opened).count(), 1, "{opened:?}");
        town.leave().await;
    }
}
