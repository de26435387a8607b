//! The API of officials: who may ask, what they see, and how they are told.

mod access;
mod attacks;
mod bulk;
mod changes;
mod declared;
mod described;
mod description;
mod inquiries;
mod lists;
pub mod matrix;
mod officials;
mod operations;
pub mod people;
mod people_acts;
mod reference;
mod registering;
mod reorganizing;
mod repeated;
mod single;
mod size;
mod watch;

use axum::body::Body;
use axum::extract::Request;
use motcua::flows::admin::rights;
use motcua::flows::admin::rights::Given;
use motcua::flows::admin::rights::look;
use motcua::identity::audit::By;
use motcua::identity::authority::Holder;
use motcua::identity::authority::Role;
use motcua::identity::authority::Wanted;
use serde_json::Value;
use uuid::Uuid;

use crate::authority::country;
use crate::authority::scope;
use crate::town::Page;
use crate::town::Town;

/// What the API is called as a resource.
pub const API: &str = "https://id.example/api/v1";

/// A town of the country, with clients that act by themselves: each may ask for every scope.
pub async fn town() -> Town {
    let town = Town::new().await;
    country::found(&town.app.db).await;
    town.apply(&["clerk", "other"].map(robot).concat()).await;
    town
}

/// The declaration of a client that acts by itself.
pub fn robot(id: &str) -> String {
    let scopes = motcua::http::admin::metadata::scopes().join(" ");
    format!(
        "[[clients]]\nclient_id = \"{id}\"\nsecrets = [\"{id}-secret-of-a-test-that-is-long-enough\"]\n\
         grant_types = [\"client_credentials\"]\nresources = [\"{API}\"]\nscope = \"{scopes}\"\n"
    )
}

/// Gives a client a right, as the machine's operator does.
pub async fn given(town: &Town, client: &str, role: Role, bounds: &str) -> Uuid {
    give(town, Holder::Client(client.to_owned()), role, bounds).await
}

/// The same, whoever gets it.
pub async fn give(town: &Town, holder: Holder, role: Role, bounds: &str) -> Uuid {
    give_all(town, vec![holder], role, bounds).await[0]
}

/// Makes two clients national operators, beside two people, without whom there are none.
pub async fn nation(town: &Town, clients: [&str; 2]) {
    let mut holders = clients.map(|client| Holder::Client(client.to_owned())).to_vec();
    for person in ["an", "khai"] {
        holders.push(Holder::Person(look::person(&town.app, person).await.unwrap().unwrap()));
    }
    give_all(town, holders, Role::NationalOperator, "").await;
}

async fn give_all(town: &Town, holders: Vec<Holder>, role: Role, bounds: &str) -> Vec<Uuid> {
    let from = town.app.clock.now();
    let wanted = |holder| Wanted { holder, role, scope: scope(bounds), may_delegate: true, from, until: None };
    let wanted: Vec<Wanted> = holders.into_iter().map(wanted).collect();
    let by = By::machine().because("a test");
    match rights::grant(&town.app, &by, &wanted, None, from).await.unwrap() {
        Ok(Given::Rights(ids)) => ids,
        Ok(Given::Pending(_)) => panic!("the machine's operator waits for nobody"),
        Err(refusal) => panic!("{}", refusal.words(motcua::i18n::Lang::En)),
    }
}

/// An access token for the API, of a client that acts by itself.
pub async fn token(town: &Town, client: &str, more: &[(&str, &str)]) -> String {
    let page = asked(town, client, more).await;
    assert_eq!(page.status, 200, "{}", page.body);
    page.json()["access_token"].as_str().unwrap().to_owned()
}

/// What comes of asking for one.
pub async fn asked(town: &Town, client: &str, more: &[(&str, &str)]) -> Page {
    let form: Vec<(&str, &str)> =
        [("grant_type", "client_credentials"), ("resource", API)].into_iter().chain(more.iter().copied()).collect();
    town.rp(client).token(&form).await
}

/// Asks the API, in English.
pub async fn get(town: &Town, token: &str, path: &str) -> Page {
    let request = Request::get(path).header("authorization", format!("Bearer {token}"));
    let request = request.header("accept-language", "en").body(Body::empty()).unwrap();
    Page::read(path, town.send(request).await).await
}

/// Asks for a change, with headers beside the token.
pub async fn send(town: &Town, token: &str, what: &str, headers: &[(&str, &str)], body: Option<&Value>) -> Page {
    let (method, path) = what.split_once(' ').unwrap();
    let mut request = Request::builder().method(method).uri(path).header("accept-language", "en");
    request = request.header("authorization", format!("Bearer {token}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let body = match body {
        Some(body) => {
            request = request.header("content-type", "application/json");
            Body::from(body.to_string())
        }
        None => Body::empty(),
    };
    Page::read(path, town.send(request.body(body).unwrap()).await).await
}

/// One member of each item of a list.
pub fn each<'a>(page: &'a serde_json::Value, member: &str) -> Vec<&'a str> {
    page["items"].as_array().unwrap().iter().map(|item| item[member].as_str().unwrap()).collect()
}
