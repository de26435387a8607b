//! Passwords: names, refusals that tell nobody anything, and hashes that follow the configured cost.

use http::StatusCode;
use motcua::store::credentials;

use crate::town::PASSWORD;
use crate::town::Page;
use crate::town::Town;

/// Disables khai, as an operator does who applies a file without her.
pub async fn disable_khai(town: &Town) {
    let all = include_str!("../town/town.toml");
    let (before, rest) = all.split_once("[[people]]\nuser_name = \"khai\"").unwrap();
    let others = rest.split_once("[[people]]").unwrap().1;
    town.try_apply(&format!("{before}[[people]]{others}"), true).await.unwrap();
}

async fn try_once(town: &Town, name: &str, password: &str) -> Page {
    let mut browser = town.browser().speaking("en");
    let page = browser.open(&town.rp("portal").url(&[])).await;
    browser.fill(&page, &[("username", name), ("password", password)]).await
}

/// The page without what the person typed and what is sealed.
fn words(page: &Page, name: &str) -> String {
    let login = page.hidden().remove(0).1;
    let (before, kept) = page.body.split_once("again=").expect("the link to the other language keeps what was typed");
    let after = kept.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    format!("{before}{after}").replace(&login, "LOGIN").replace(name, "NAME")
}

/// The same status and words for an unknown user, a wrong password and a person who was disabled.
#[tokio::test]
async fn a_refusal_does_not_tell_whether_the_person_exists() {
    let town = Town::new().await;
    let wrong = try_once(&town, "an", "not the password").await;
    let unknown = try_once(&town, "nobody", PASSWORD).await;
    disable_khai(&town).await;
    let disabled = try_once(&town, "khai", PASSWORD).await;
    assert!(wrong.body.contains("What you entered or the password is not right"), "{}", wrong.body);
    for (other, name) in [(unknown, "nobody"), (disabled, "khai")] {
        assert_eq!((other.status, other.path()), (wrong.status, wrong.path()));
        assert_eq!(words(&other, &format!("value=\"{name}\"")), words(&wrong, "value=\"an\""));
        let names = |page: &Page| page.headers.keys().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(names(&other), names(&wrong));
    }
    town.leave().await;
}

/// What was typed stays in the form, the password does not.
#[tokio::test]
async fn a_refused_page_keeps_the_name_and_forgets_the_password() {
    let town = Town::new().await;
    let page = try_once(&town, "an", "not the password").await;
    assert!(page.body.contains("value=\"an\"") && !page.body.contains("not the password"));
    town.leave().await;
}

/// A person signs in with the identity number (spaces or not), the e-mail address or the user name in any case.
#[tokio::test]
async fn every_name_of_a_person_signs_the_person_in() {
    let town = Town::new().await;
    for name in [
        "khai",
        "KHAI",
        " Khai ",
        "036187001234",
        "036 187 001 234",
        " 036187 001234",
        "khai@songlam.example",
        "Khai@SongLam.EXAMPLE",
    ] {
        let arrived = try_once(&town, name, PASSWORD).await;
        assert!(arrived.parameter("code").is_some(), "{name}: {}", arrived.url);
    }
    town.leave().await;
}

/// A password is compared as it was typed.
#[tokio::test]
async fn case_and_spaces_of_a_password_matter() {
    let town = Town::new().await;
    for password in ["Correct horse battery", " correct horse battery", "correct horse battery ", "correct horse"] {
        assert_eq!(try_once(&town, "an", password).await.path(), "/login", "{password}");
    }
    town.leave().await;
}

/// NIST SP 800-63B-4 §3.1.1.2: "Verifiers SHALL verify the entire submitted password (i.e., not truncate it)", and "SHALL NOT
/// require users to change passwords periodically".
#[tokio::test]
async fn the_whole_of_a_long_password_counts_for_years() {
    let town = Town::new().await;
    let long: String = "ngựa đúng pin ghim ".chars().cycle().take(256).collect();
    town.apply(&format!("[[people]]\nuser_name = \"mai\"\npassword = \"{long}\"\n")).await;
    let mut other: Vec<char> = long.chars().collect();
    *other.last_mut().unwrap() = 'z';
    let other: String = other.into_iter().collect();
    assert_eq!(try_once(&town, "mai", &other).await.path(), "/login");
    assert!(try_once(&town, "mai", &long).await.parameter("code").is_some());
    town.clock.pass(std::time::Duration::from_secs(5 * 366 * 86_400));
    assert!(try_once(&town, "mai", &long).await.parameter("code").is_some());
    town.leave().await;
}

/// argon2id: "rehash on sign-in when it changed".
#[tokio::test]
async fn a_password_stored_at_another_cost_is_hashed_anew_at_the_sign_in() {
    let town = Town::new().await;
    // What another system imported: argon2id of PASSWORD at m=128, without our pepper.
    let person = "[[people]]\nuser_name = \"mai\"\npassword_hash = ";
    town.apply(&format!("{person}\"{}\"\n", imported())).await;
    let stored = || async {
        let name = motcua::identity::person::SignInName::parse("mai").unwrap();
        let digest = name.digest(town.app.data_keys.lookup.expose());
        let person = motcua::store::people::find_by_name(&town.app.db, &digest).await.unwrap().unwrap();
        credentials::password(&town.app.db, person.id).await.unwrap().unwrap()
    };
    assert_eq!(stored().await.phc, imported());
    assert_eq!(try_once(&town, "mai", "wrong").await.status, StatusCode::OK);
    assert_eq!(stored().await.phc, imported());
    assert!(try_once(&town, "mai", PASSWORD).await.parameter("code").is_some());
    let after = stored().await;
    assert!(after.phc.starts_with("$argon2id$v=19$m=64,t=1,p=1$") && after.pepper.is_some(), "{}", after.phc);
    assert!(try_once(&town, "mai", PASSWORD).await.parameter("code").is_some());
    assert_eq!(stored().await.phc, after.phc);
    town.leave().await;
}

fn imported() -> String {
    use argon2::PasswordHasher;
    let params = argon2::Params::new(128, 1, 1, None).unwrap();
    let hasher = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    hasher.hash_password_with_salt(PASSWORD.as_bytes(), b"salt-of-the-test").unwrap().to_string()
}
