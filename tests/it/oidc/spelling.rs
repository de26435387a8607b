//! Names and passwords on other keyboards: RFC 8265.

use motcua::base::id;
use motcua::identity::credential::password::StoredPassword;
use motcua::identity::person::PersonalData;
use motcua::identity::person::SignInName;
use motcua::parts::canonical_names;
use motcua::parts::people as sealed;
use motcua::store::credentials;
use motcua::store::people;
use motcua::store::people::Digests;
use uuid::Uuid;

use crate::operations::phc;
use crate::store::execute;
use crate::town::MORNING;
use crate::town::Page;
use crate::town::Town;

/// Composed; decomposed, as a Mac's file names are; as Windows' Vietnamese keyboard types it, the tone apart.
const NAMES: [&str; 3] = [
    "nguy\u{1ec5}n \u{1b0}\u{1edb}c",
    "nguye\u{302}\u{303}n u\u{31b}o\u{31b}\u{301}c",
    "nguy\u{ea}\u{303}n \u{1b0}\u{1a1}\u{301}c",
];
const PASSWORDS: [&str; 3] = [
    "m\u{1ead}t kh\u{1ea9}u c\u{169} mang theo",
    "ma\u{323}\u{302}t kha\u{302}\u{309}u cu\u{303} mang theo",
    "m\u{e2}\u{323}t kh\u{e2}\u{309}u cu\u{303} mang theo",
];

async fn signs_in(town: &Town, name: &str, password: &str) -> bool {
    let mut browser = town.browser();
    let page = browser.open(&town.rp("portal").url(&[])).await;
    let page: Page = browser.fill(&page, &[("username", name), ("password", password)]).await;
    page.parameter("code").is_some()
}

/// RFC 8265 §3.3.3, §4.2.3: names and passwords are compared in their enforced form.
#[tokio::test]
async fn a_person_signs_in_on_every_keyboard() {
    let town = Town::new().await;
    town.apply(&format!("[[people]]\nuser_name = \"{}\"\npassword = \"{}\"\n", NAMES[2], PASSWORDS[1])).await;
    for (name, password) in NAMES.into_iter().zip(PASSWORDS) {
        assert!(signs_in(&town, name, password).await, "{name}");
        assert!(signs_in(&town, &name.to_uppercase(), PASSWORDS[0]).await, "{name} in capitals");
        assert!(!signs_in(&town, name, &password.to_uppercase()).await, "case counts in a password");
    }
    assert!(!signs_in(&town, "nguyen uoc", PASSWORDS[0]).await, "a letter without its marks is another");
    for name in [
        "ｋｈａｉ",
        "kh\u{200b}ai\u{feff}",
        "０３６１８７００１２３４",
        "036\u{a0}187 001\u{2009}234",
        "khai@ｓonglam.example",
    ] {
        assert!(signs_in(&town, name, crate::town::PASSWORD).await, "{name:?}");
    }
    town.leave().await;
}

/// Somebody whom a former version stored: the name as it was typed, in lower case, the hash of the bytes of the password.
async fn stored_before(town: &Town, name: &str, password: &str) -> Uuid {
    let app = &town.app;
    let id = id::new(MORNING, &*app.entropy);
    let data = PersonalData { user_name: Some(name.to_owned()), ..PersonalData::default() };
    let name = SignInName::parse(name).unwrap();
    let digest = name.former_digest(app.data_keys.lookup.expose()).expect("it maps to another form");
    let digests = Digests { user_name: Some(digest.to_vec()), ..Digests::default() };
    let mut tx = app.db.begin().await.unwrap();
    people::put(&mut tx, id, &sealed::seal(app, &data, MORNING).unwrap(), &digests, MORNING).await.unwrap();
    let password = StoredPassword { phc: phc(password, 64, 1), pepper: None };
    credentials::put_password(&mut tx, id::beside(id, MORNING, &*app.entropy), id, &password, MORNING).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// "passwords stored before are still found", and so are people.
#[tokio::test]
async fn who_was_stored_before_is_found_as_before_and_then_on_every_keyboard() {
    let town = Town::new().await;
    let person = stored_before(&town, NAMES[2], PASSWORDS[2]).await;
    execute(&town.app.db, "DELETE FROM passes").await;
    assert!(signs_in(&town, NAMES[2], PASSWORDS[2]).await, "as before");
    assert!(!signs_in(&town, NAMES[0], PASSWORDS[2]).await, "nobody has gone over the names yet");
    while canonical_names::go_on(&town.app, MORNING).await.unwrap() {}
    for (name, password) in NAMES.into_iter().zip(PASSWORDS) {
        assert!(
            signs_in(&town, name, password).await,
            "the hash was replaced at the sign-in, the name is found: {name}"
        );
    }
    let stored = credentials::password(&town.app.db, person).await.unwrap().unwrap();
    assert!(stored.pepper.is_some());
    // What is written next takes the former form away, and no more.
    town.apply(&format!(
        "[[people]]\nuser_name = \"{}\"\npassword = \"{}\"\n[people.claims]\nname = \"Ước\"\n",
        NAMES[0], PASSWORDS[0]
    ))
    .await;
    let named = sealed::named(&town.app, &SignInName::parse(NAMES[2]).unwrap()).await.unwrap().unwrap();
    assert_eq!(named.id, person);
    let former = SignInName::parse(NAMES[2]).unwrap().former_digest(town.app.data_keys.lookup.expose()).unwrap();
    assert!(people::find_by_name(&town.app.db, &former).await.unwrap().is_none());
    town.leave().await;
}

/// Before a declaration is applied everybody is gone over: nobody is made a second time.
#[tokio::test]
async fn who_was_stored_before_is_not_made_again_by_a_declaration() {
    let town = Town::new().await;
    let person = stored_before(&town, NAMES[1], PASSWORDS[1]).await;
    execute(&town.app.db, "DELETE FROM passes").await;
    let file = format!("[[people]]\nuser_name = \"{}\"\npassword = \"{}\"\n", NAMES[0], PASSWORDS[1]);
    assert_eq!(town.apply(&file).await.changes, [format!("changed person {}: data", NAMES[0])]);
    let named = sealed::named(&town.app, &SignInName::parse(NAMES[0]).unwrap()).await.unwrap().unwrap();
    assert_eq!(named.id, person);
    town.leave().await;
}

/// Two who were stored before with names that have become one: each signs in by the name as it was.
#[tokio::test]
async fn two_who_were_stored_with_one_name_are_told_apart_by_how_they_type_it() {
    let town = Town::new().await;
    let first = stored_before(&town, NAMES[1], "the first one's").await;
    let second = stored_before(&town, NAMES[2], "the second one's").await;
    execute(&town.app.db, "DELETE FROM passes").await;
    while canonical_names::go_on(&town.app, MORNING).await.unwrap() {}
    assert!(signs_in(&town, NAMES[1], "the first one's").await && signs_in(&town, NAMES[2], "the second one's").await);
    let named = sealed::named(&town.app, &SignInName::parse(NAMES[0]).unwrap()).await.unwrap().unwrap();
    assert!(named.id == first || named.id == second);
    town.leave().await;
}
