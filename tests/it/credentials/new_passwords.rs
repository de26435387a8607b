//! Passwords that somebody chooses: NIST SP 800-63B-4 §3.1.1.2, OWASP ASVS 5.0 V6.2.

use motcua::config::Config;
use motcua::http::pages::why_not;
use motcua::i18n::Lang;
use motcua::identity::credential::blocklist::Blocklist;
use motcua::identity::credential::new_password::Refusal;
use motcua::identity::credential::new_password::Standing;
use motcua::identity::person::PersonalData;
use motcua::parts::new_password;

use crate::operations::program::Site;
use crate::operations::program::run_in;
use crate::town::Town;

/// ASVS 5.0 V6.2.12: "Verify that passwords submitted during account registration or password changes are checked against a
/// set of breached passwords." SHA-1 of "a horse that was stolen", among others.
const STOLEN: &str = "00000000000000000000:12\nSHA1:7\nffffffffffffffffffff:3\n";

fn sha1_of(password: &str) -> String {
    motcua::base::digest::Digest::Sha1.of(password.as_bytes()).iter().map(|byte| format!("{byte:02X}")).collect()
}

fn listed(password: &str) -> String {
    STOLEN.replace("SHA1", &sha1_of(password)[..20])
}

/// A password in plain in a file is as good as one that a person chooses; one that was stored before is no new one.
#[tokio::test]
async fn a_file_declares_no_password_that_nobody_may_choose() {
    let town = Town::new().await;
    let person = |password: &str| {
        format!(
            "[[people]]\nuser_name = \"mai\"\npassword = \"{password}\"\n[people.claims]\nname = \"Đỗ Tuyết Mai\"\n\
             birthdate = \"1990-12-24\"\n"
        )
    };
    for (password, says) in [
        ("fourteen chars", "15 characters"),
        ("1234567890qwerty", "many people"),
        ("do-tuyet-mai-24-12-1990", "own names"),
        ("motcua motcua 1", "own names"),
    ] {
        let error = town.try_apply(&person(password), false).await.unwrap_err();
        assert!(error.contains("line 2") && error.contains("password: ") && error.contains(says), "{error}");
        assert!(!error.contains(password), "{error}");
    }
    let hash = crate::operations::phc("mai 1990", 64, 1);
    town.apply(&person("x").replace("password = \"x\"", &format!("password_hash = \"{hash}\""))).await;
    assert_eq!(town.apply(&person("mai 1990")).await.changes, Vec::<String>::new());
    town.leave().await;
}

/// NIST SP 800-63B-4 §3.1.1.2: shorter ones "only used as part of multi-factor authentication processes".
#[tokio::test]
async fn a_second_factor_lets_a_shorter_password_stand() {
    let town = Town::new().await;
    let check = |typed, standing| new_password::check(&town.app, typed, &PersonalData::default(), standing);
    assert_eq!(check("kx3 vw7q", Standing::Alone).unwrap_err(), [Refusal::Short(15)]);
    let acceptable = check("kx3 vw7q", Standing::WithSecondFactor).unwrap();
    assert!(!format!("{acceptable:?}").contains("kx3"));
    assert_eq!(acceptable.into_secret().expose(), "kx3 vw7q");
    town.leave().await;
}

/// ASVS 5.0 V6.1.2: what everybody who comes here reads at the head of each page is no secret, in either language.
#[tokio::test]
async fn the_name_of_the_deployment_is_no_password() {
    let town = Town::with(|config| {
        config.pages.name.vi = "Cổng công dân Sông Lam".into();
        config.pages.name.en = "Lam River Citizen Portal".into();
    })
    .await;
    let check = |typed| new_password::check(&town.app, typed, &PersonalData::default(), Standing::Alone);
    for typed in ["cổng công dân sông lam", "Lam River Citizen Portal 1"] {
        assert_eq!(check(typed).unwrap_err(), [Refusal::Own], "{typed}");
    }
    assert!(check("a horse that is at home").is_ok());
    let mut browser = town.browser().speaking("en");
    town.rp("portal").code(&mut browser, &[]).await;
    let page = browser.open("/account/password").await;
    let fields = [("current", crate::town::PASSWORD), ("new", "Lam River Citizen Portal 1")];
    let page = browser.fill(&page, &fields).await;
    assert!(page.status == 400 && page.body.contains("own names"), "{}", page.body);
    town.leave().await;
}

#[tokio::test]
async fn an_operators_list_of_breached_passwords_counts_from_the_start() {
    let stolen = "a horse that was stolen";
    let site = Site::empty("", "[passwords]\nrefused_file = \"breached.txt\"\n").await;
    site.write("breached.txt", &listed(stolen));
    site.configured(&["check-config"]).succeeded();
    site.configured(&["migrate", "--init"]).succeeded();
    for arguments in [&["people", "add", "mai"][..], &["hash-password"]] {
        assert!(site.fed(stolen, arguments).failed().contains("many people have"), "{arguments:?}");
        site.fed("a horse that is at home", arguments).succeeded();
    }
    site.leave().await;
}

#[test]
fn a_list_that_is_none_is_refused_at_the_start_with_its_line() {
    let directory = tempfile::tempdir().unwrap();
    let configuration = "[server]\nissuer = \"https://id.example\"\n[passwords]\nrefused_file = \"r.txt\"\n";
    std::fs::write(directory.path().join("motcua.toml"), configuration).unwrap();
    let endless = "a".repeat(1_000_000);
    for (text, says) in [
        ("0018A45C4D1DEF81644B:1\npassword\n", "line 2: expected 10 to 40 hexadecimal digits"),
        ("0018A45C4D\n0018A45C4D1\n", "line 2: expected 10 digits"),
        (endless.as_str(), "line 1: expected 10 to 40"),
        ("\n\n", "no line"),
    ] {
        std::fs::write(directory.path().join("r.txt"), text).unwrap();
        let checked = run_in(directory.path(), &["check-config"], &[]).failed();
        assert!(checked.contains("passwords.refused_file = r.txt") && checked.contains(says), "{checked}");
        assert_eq!(run_in(directory.path(), &["serve", "--init"], &[]).failed(), checked);
    }
}

#[test]
fn an_operators_list_is_found_in_any_order() {
    let (directory, mut config) = (tempfile::tempdir().unwrap(), Config::default());
    let lines: Vec<String> = (0..5_000).map(|n| format!("{}:{n}", sha1_of(&format!("stolen {n}")))).collect();
    let file = directory.path().join("breached.txt");
    std::fs::write(&file, lines.join("\r\n")).unwrap();
    config.passwords.refused_file = Some(file);
    let list: Blocklist = config.passwords.blocklist().unwrap();
    assert_eq!(list.len(), 5_000);
    assert!((0..5_000).all(|n| list.has(&format!("stolen {n}"))));
    assert!((5_000..5_050).all(|n| !list.has(&format!("stolen {n}"))));
}

/// "refused with the reason", in both languages.
#[test]
fn every_refusal_says_what_to_do() {
    for lang in Lang::all() {
        let refusals = [Refusal::Short(15), Refusal::Long, Refusal::Unseen, Refusal::Common, Refusal::Own];
        let said = refusals.map(|refusal| why_not(lang, refusal));
        assert!(said[0].contains("15") && said[1].contains("256"), "{said:?}");
        let asks = match lang {
            Lang::En => [
                ["at least", "Use"],
                ["at most", "Use"],
                ["nobody can see", "Type"],
                ["Many people", "Choose"],
                ["own names", "Choose"],
            ],
            Lang::Vi => [
                ["ít nhất", "Hãy đặt"],
                ["nhiều nhất", "Hãy đặt"],
                ["không nhìn thấy", "hãy tự gõ"],
                ["Nhiều người", "Hãy chọn"],
                ["của bạn", "Hãy chọn"],
            ],
        };
        for (said, [why, what_to_do]) in said.iter().zip(asks) {
            assert!(said.contains(why) && said.contains(what_to_do), "{said}");
        }
    }
}
