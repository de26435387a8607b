//! `motcua audit`: the trail as an operator reads it.

use std::time::Duration;

use motcua::flows::admin::audit;
use motcua::flows::admin::audit::Line;
use motcua::flows::admin::audit::Question;

use super::program::Site;
use crate::town::PASSWORD;
use crate::town::Town;

async fn read(town: &Town, person: Option<&str>, client: Option<&str>, ago: [u64; 2], limit: usize) -> Vec<Line> {
    let now = town.app.clock.now();
    let [since, until] = ago.map(|seconds| now - Duration::from_secs(seconds));
    let question = Question { person, client, since, until, limit };
    audit::read(&town.app, &question).await.unwrap().unwrap()
}

fn acts(lines: &[Line]) -> Vec<&str> {
    lines.iter().map(|line| line.act.as_str()).collect()
}

/// "readable, by person, client, time": acts, codes that became tokens, and sign-ins that came to nothing, the latest first.
#[tokio::test]
async fn the_trail_is_read_by_person_by_client_and_by_time() {
    let town = Town::new().await;
    town.live(Duration::from_secs(3600)).await;
    let portal = town.rp("portal");
    for (user_name, password) in [("khai", "wrong, and again"), ("khai", PASSWORD), ("an", PASSWORD)] {
        let mut browser = town.browser();
        let page = browser.open(&portal.url(&[])).await;
        let arrived = browser.fill(&page, &[("username", user_name), ("password", password)]).await;
        if let Some(code) = arrived.parameter("code") {
            portal.redeem(&code, &[]).await;
        }
        town.live(Duration::from_secs(120)).await;
    }
    town.refusals().await; // written
    let khai = read(&town, Some("KHAI"), None, [1800, 0], 100).await;
    assert_eq!(acts(&khai), ["code_redeemed", "signed_in", "sign_in_refused"]);
    assert!(khai.iter().all(|line| line.user_name.as_deref() == Some("khai")));
    let id = khai[0].person.unwrap().to_string();
    assert_eq!(acts(&read(&town, Some(&id), None, [1800, 0], 2).await), ["code_redeemed", "signed_in"]);
    let mut all = read(&town, None, None, [1800, 0], 100).await;
    all.retain(|line| line.act != "key_created");
    assert_eq!(acts(&all), ["code_redeemed", "signed_in", "code_redeemed", "signed_in", "sign_in_refused"]);
    assert!(all.is_sorted_by_key(|line| std::cmp::Reverse(line.at)));
    let of_portal = read(&town, None, Some("portal"), [1800, 0], 100).await;
    assert_eq!(acts(&of_portal), ["code_redeemed", "signed_in", "code_redeemed", "signed_in"]);
    assert_eq!(acts(&read(&town, Some("an"), Some("clinic"), [1800, 0], 100).await), <[&str; 0]>::default());
    // The last two minutes before now saw nobody, those before them An.
    assert_eq!(acts(&read(&town, None, None, [60, 0], 100).await), <[&str; 0]>::default());
    assert_eq!(acts(&read(&town, None, None, [200, 60], 100).await), ["code_redeemed", "signed_in"]);
    assert_eq!(acts(&read(&town, None, Some("portal"), [1800, 0], 3).await).len(), 3);
    town.leave().await;
}

/// At the terminal: one line for each act, or one JSON object.
#[tokio::test]
async fn an_operator_reads_the_trail() {
    let site = Site::empty("", "").await;
    assert!(site.configured(&["audit"]).failed().contains("no database"));
    site.fed("a password of hers", &["people", "add", "mai"]).failed();
    site.configured(&["migrate", "--init"]).succeeded();
    site.fed("a password of hers", &["people", "add", "mai"]).succeeded();
    site.configured(&["people", "disable", "mai"]).succeeded();
    let lines = site.configured(&["audit", "--person", "mai"]).succeeded();
    let lines: Vec<Vec<&str>> = lines.lines().map(|line| line.split_whitespace().skip(1).collect()).collect();
    let by_machine = |act| [act, "person", "mai", "by", "machine"];
    assert_eq!(lines, [by_machine("person_disabled"), by_machine("person_added")]);
    let later = site.configured(&["audit", "--person", "mai", "--since", "2099-01-01"]).succeeded();
    assert_eq!(later, "nothing in that time\n");
    assert_eq!(site.configured(&["audit", "--since", "2020-01-01T00:00:00Z", "--until", "10m"]).succeeded(), later);
    assert!(site.configured(&["audit", "--since", "yesterday"]).failed().contains("2026-11-30"));
    assert!(site.configured(&["audit", "--person", "stranger"]).failed().contains("nobody"));
    let limited = site.configured(&["audit", "--limit", "1", "--json"]).succeeded();
    let value: serde_json::Value = serde_json::from_str(&limited).unwrap();
    assert_eq!((value["act"].as_str(), value["user_name"].as_str()), (Some("person_disabled"), Some("mai")));
    site.leave().await;
}
