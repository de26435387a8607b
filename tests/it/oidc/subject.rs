//! Subject identifiers: OpenID Connect Core §8.

use std::collections::BTreeSet;

use super::client;
use crate::town::Browser;
use crate::town::Town;

async fn sub(town: &Town, browser: &mut Browser, client: &str) -> String {
    let tokens = town.rp(client).with_scope("openid").tokens(browser, &[]).await;
    tokens.claims()["sub"].as_str().unwrap().to_owned()
}

fn agency(id: &str, more: &str) -> String {
    format!("[[agencies]]\nid = \"{id}\"\nname = {{ vi = \"{id}\", en = \"{id}\" }}\n{more}\n")
}

fn service(id: &str, agency: &str) -> String {
    format!(
        "[[services]]\nid = \"{id}\"\nagency = \"{agency}\"\nlegal_basis = \"public-task\"\n\
         name = {{ vi = \"{id}\", en = \"{id}\" }}\npurpose = {{ vi = \"p\", en = \"p\" }}\n"
    )
}

/// §8: pairwise "provides a different sub value to each Client, so as not to enable Clients to correlate".
#[tokio::test]
async fn five_clients_of_five_sectors_see_five_subs() {
    let town = Town::new().await;
    let mut browser = town.browser();
    let mut seen = BTreeSet::new();
    for n in 1..=5 {
        let (agency_id, service_id, id) = (format!("agency{n}"), format!("service{n}"), format!("client{n}"));
        let toml =
            format!("{}{}{}", agency(&agency_id, ""), service(&service_id, &agency_id), client(&id, &service_id, ""));
        town.apply(&toml).await;
        let first = sub(&town, &mut browser, &id).await;
        assert_eq!(sub(&town, &mut browser, &id).await, first);
        seen.insert(first);
    }
    assert_eq!(seen.len(), 5);
    town.leave().await;
}

/// §8.1: "the Sector Identifier": clients of one sector, by one agency or by two that share it, see the same sub.
#[tokio::test]
async fn clients_of_one_sector_see_the_same_sub() {
    let town = Town::new().await;
    town.apply(&(agency("health1", "sector = \"health\"") + &agency("health2", "sector = \"health\""))).await;
    for (id, owner) in [("a", "health1"), ("b", "health1"), ("c", "health2")] {
        town.apply(&(service(&format!("of-{id}"), owner) + &client(id, &format!("of-{id}"), ""))).await;
    }
    let mut browser = town.browser();
    let first = sub(&town, &mut browser, "a").await;
    assert_eq!(sub(&town, &mut browser, "b").await, first);
    assert_eq!(sub(&town, &mut browser, "c").await, first);
    assert_ne!(sub(&town, &mut browser, "portal").await, first);
    town.leave().await;
}

/// §8: a sub is "never reassigned"; it does not change because an office was renamed or a service moved within its sector.
#[tokio::test]
async fn a_sub_outlives_a_renamed_agency_and_a_service_that_moves() {
    let town = Town::new().await;
    town.apply(&(agency("old", "sector = \"land\"") + &service("plots", "old") + &client("plots", "plots", ""))).await;
    let mut browser = town.browser();
    let before = sub(&town, &mut browser, "plots").await;
    town.apply("[[agencies]]\nid = \"old\"\nsector = \"land\"\nname = { vi = \"Tên mới\", en = \"New name\" }\n").await;
    assert_eq!(sub(&town, &mut browser, "plots").await, before);
    town.apply(&(agency("new", "sector = \"land\"") + &service("plots", "new") + &client("plots", "plots", ""))).await;
    assert_eq!(sub(&town, &mut browser, "plots").await, before);
    town.leave().await;
}

/// §8: public "provides the same sub value to all Clients", and two people have two.
#[tokio::test]
async fn public_clients_of_different_sectors_see_one_sub_for_a_person() {
    let town = Town::new().await;
    let public = "subject_type = \"public\"";
    town.apply(&(client("x", "licences", public) + &client("y", "appointments", public))).await;
    let mut browser = town.browser();
    let khai = sub(&town, &mut browser, "x").await;
    assert_eq!(sub(&town, &mut browser, "y").await, khai);
    assert_ne!(sub(&town, &mut browser, "portal").await, khai);
    let mut other = town.browser();
    let page = other.open(&town.rp("x").with_scope("openid").url(&[])).await;
    other.sign_in(&page, "an").await;
    assert_ne!(sub(&town, &mut other, "x").await, khai);
    town.leave().await;
}
