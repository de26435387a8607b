//! "any version can be compared and restored", and one that does not fit any more is refused with words.

use motcua::flows::admin::versions;
use motcua::flows::admin::versions::Refusal;
use motcua::identity::audit::By;
use motcua::parts::versions::How;
use motcua::parts::versions::Kind;
use motcua::parts::versions::What;
use motcua::store::agencies;
use motcua::store::clients;
use serde_json::json;

use super::versions::DAY;
use super::versions::SECRET;
use super::versions::client;
use super::versions::members;
use super::versions::of;
use super::versions::whats;
use crate::oauth::registration;
use crate::store::execute;
use crate::town::Town;

#[tokio::test]
async fn any_version_can_be_compared_and_restored() {
    let town = Town::new().await;
    let (now, db) = (town.app.clock.now(), &town.app.db);
    let by = By::machine().because("the new address was a slip");
    town.apply(&client(SECRET)).await;
    let changed =
        client(&SECRET.replace("desk", "other")).replace("/cb", "/slip").replace("\"openid\"", "\"openid email\"");
    town.apply(&changed).await;
    let difference = versions::compare(db, Kind::Client, "desk", [1, 2]).await.unwrap().unwrap();
    let expected = "- redirect_uris = [\"https://desk.example/cb\"]\n+ redirect_uris = [\"https://desk.example/slip\"]\n\
                    - scope = \"openid\"\n+ scope = \"openid email\"\n~ secrets";
    assert_eq!(difference.lines().join("\n"), expected);
    assert_eq!(versions::compare(db, Kind::Client, "desk", [2, 2]).await.unwrap().unwrap().lines(), [""; 0]);
    assert_eq!(versions::compare(db, Kind::Client, "desk", [1, 9]).await.unwrap(), Err(Refusal::Unknown(9)));

    let restore =
        async |number| versions::restore(&town.app, &by, (Kind::Client, "desk"), number, How::at(now)).await.unwrap();
    let before = clients::find(db, "desk").await.unwrap().unwrap();
    assert_eq!(restore(1).await, Ok(3));
    let after = clients::find(db, "desk").await.unwrap().unwrap();
    assert_eq!(after.metadata.redirect_uris, ["https://desk.example/cb"]);
    assert_eq!((&after.secrets, after.epoch, after.sector), (&before.secrets, before.epoch, before.sector));
    let all = of(&town, Kind::Client, "desk").await;
    assert_eq!((all[2].what, all[2].restored, all[2].state.clone()), (What::Restored, Some(1), all[0].state.clone()));
    assert_eq!((members(&all)[2].clone(), all[2].by.as_ref()), (vec!["redirect_uris", "scope"], Some(&by)));
    assert!(town.audit().await.iter().any(|(act, ..)| act == "version_restored"));

    town.apply("[[services]]\nid = \"s\"\nagency = \"province\"\nlegal_basis = \"consent\"\nname = { vi = \"a\", en = \"a\" }\n\
                purpose = { vi = \"b\", en = \"b\" }\n").await;
    town.apply("[[services]]\nid = \"s\"\nagency = \"hospital\"\nlegal_basis = \"consent\"\nname = { vi = \"á\", en = \"a\" }\n\
                purpose = { vi = \"c\", en = \"b\" }\n").await;
    let restored = versions::restore(&town.app, &by, (Kind::Service, "s"), 1, How::at(now)).await.unwrap();
    assert_eq!(restored, Ok(3));
    let service = agencies::services(db).await.unwrap().into_iter().find(|service| service.id == "s").unwrap();
    assert_eq!((service.agency.as_str(), service.name.vi.as_str()), ("province", "a"));
    town.leave().await;
}

#[tokio::test]
async fn a_version_that_does_not_fit_any_more_is_refused_with_words() {
    let town = Town::new().await;
    let now = town.app.clock.now();
    let by = By::machine();
    let service = "[[services]]\nid = \"s\"\nagency = \"province\"\nlegal_basis = \"consent\"\n\
                   name = { vi = \"a\", en = \"a\" }\npurpose = { vi = \"b\", en = \"b\" }\n";
    let rest = include_str!("../town/town.toml");
    let restore = async |number| {
        let restored = versions::restore(&town.app, &by, (Kind::Client, "desk"), number, How::at(now)).await.unwrap();
        restored.map_err(|why| why.to_string())
    };
    town.apply(&(service.to_owned() + &client(&format!("{SECRET}\nservice = \"s\"")))).await;
    town.apply(&client("token_endpoint_auth_method = \"none\"")).await;
    town.try_apply(&(rest.to_owned() + &client("token_endpoint_auth_method = \"none\"")), true).await.unwrap();
    assert!(restore(1).await.unwrap_err().contains("its service \"s\" is gone"));
    town.apply(service).await;
    assert!(restore(1).await.unwrap_err().contains("has none now"));
    assert!(restore(7).await.unwrap_err().contains("no version 7"));
    town.apply(&client(&format!("{SECRET}\nid_token_signed_response_alg = \"PS256\""))).await;
    town.apply(&client(SECRET)).await;
    let narrow = town.replica_with(|config| config.keys.algorithms.retain(|alg| alg.as_str() != "PS256")).await;
    let refused = versions::restore(&narrow.app, &by, (Kind::Client, "desk"), 3, How::at(now)).await.unwrap();
    assert!(refused.unwrap_err().to_string().contains("id_token_signed_response_alg"));
    town.try_apply(rest, true).await.unwrap();
    assert!(restore(5).await.unwrap_err().contains("removal"));
    assert!(restore(4).await.unwrap_err().contains("another client"));
    town.clock.pass(DAY);
    town.apply(&client(SECRET)).await;
    assert!(restore(4).await.unwrap_err().contains("bears its id and is another"));
    assert_eq!(whats(&of(&town, Kind::Client, "desk").await).len(), 6, "what is refused is no version");
    town.leave().await;
}

/// Subject identifiers derive from the sector; and what a registration gave stays a registration.
#[tokio::test]
async fn neither_a_sector_nor_a_registration_comes_back_or_goes() {
    let town = registration::open_town().await;
    let (by, now) = (By::machine(), town.app.clock.now());
    town.apply(&client(SECRET)).await;
    execute(&town.app.db, "UPDATE clients SET sector = 'province' WHERE id = 'desk'").await;
    let refused = versions::restore(&town.app, &by, (Kind::Client, "desk"), 1, How::at(now)).await.unwrap();
    assert!(refused.unwrap_err().to_string().contains("other subject identifiers"));

    let told = registration::registered(&town, &registration::least()).await;
    let (id, token) = (told["client_id"].as_str().unwrap(), told["registration_access_token"].as_str().unwrap());
    let update = registration::with(&json!({ "client_id": id, "client_name": "Khác" }));
    town.send_json("PUT", &format!("/register/{id}"), Some(token), &update).await;
    let restored = versions::restore(&town.app, &by, (Kind::Client, id), 1, How::at(now)).await.unwrap();
    assert_eq!(restored, Ok(3));
    let conflict = versions::restore(&town.app, &by, (Kind::Client, id), 1, How::at(now).on(2)).await.unwrap();
    assert!(matches!(conflict, Err(Refusal::Conflict(conflict)) if conflict.there == 3));
    let client = clients::find(&town.app.db, id).await.unwrap().unwrap();
    assert_eq!((client.registered, client.metadata.client_name), (true, None));
    let page = town.send_json("GET", &format!("/register/{id}"), Some(token), &json!({})).await;
    assert_eq!(page.status, http::StatusCode::OK, "its token goes on: {}", page.body);
    town.close().await;
}
