//! `motcua apply`: one declarative file, idempotent.

use http::StatusCode;
use motcua::base::secret::base64url;
use motcua::base::secret::sha256;
use motcua::flows::admin::declaration;
use motcua::flows::admin::declaration::file::Declaration;
use motcua::identity::person::SignInName;
use motcua::store::credentials;
use motcua::store::people;

use super::phc;
use crate::town::Page;
use crate::town::Town;

const TOWN: &str = include_str!("../town/town.toml");

/// A client of its own that asks for nobody, with these secrets.
fn machine(secrets: &str) -> String {
    format!(
        "[[clients]]\nclient_id = \"batch\"\nsecrets = [{secrets}]\ngrant_types = [\"client_credentials\"]\nscope = \"a\"\n"
    )
}

async fn token(town: &Town, secret: &str) -> Page {
    let form = [("grant_type", "client_credentials"), ("client_id", "batch"), ("client_secret", secret)];
    let basic = {
        use base64::Engine;
        base64::engine::general_purpose::STANDARD.encode(format!("batch:{secret}"))
    };
    town.rp("batch").token_raw(Some(&format!("Basic {basic}")), &form[..1]).await
}

/// "idempotent, prints what it changed"
#[tokio::test]
async fn a_declaration_that_is_applied_again_changes_nothing() {
    let town = Town::new().await;
    let before = town.audit().await;
    for prune in [false, true] {
        let report = town.try_apply(TOWN, prune).await.unwrap();
        assert_eq!(report.changes, Vec::<String>::new());
    }
    assert_eq!(town.audit().await, before, "an application that changes nothing is no act");
    town.leave().await;
}

/// The law spares a public task's people every question but one: whoever declares that one is told, once.
#[tokio::test]
async fn a_public_task_that_asks_for_access_while_people_are_away_is_pointed_out() {
    let town = Town::new().await;
    let client = |id: &str, service: &str, scope: &str| {
        format!(
            "[[clients]]\nclient_id = \"{id}\"\nservice = \"{service}\"\nscope = \"{scope}\"\n\
             redirect_uris = [\"https://{id}.example/cb\"]\nsecrets = [{{ env = \"SECRET\" }}]\n"
        )
    };
    for (service, scope, expected) in [
        ("licences", "openid offline_access", 1),
        ("licences", "openid profile", 0),
        ("appointments", "openid offline_access", 0),
    ] {
        let toml = client(&format!("of-{service}-{}", scope.len()), service, scope);
        let warnings = town.apply(&toml).await.warnings;
        assert_eq!(warnings.len(), expected, "{warnings:?}");
        assert!(warnings.iter().all(|warning| warning.contains("offline_access") && warning.contains("public task")));
        assert_eq!(town.apply(&toml).await.warnings, Vec::<String>::new(), "it was said before");
    }
    town.leave().await;
}

/// The first application creates each thing once.
#[tokio::test]
async fn everything_that_is_created_is_reported() {
    let town = Town::new().await;
    let toml = "[[agencies]]\nid = \"ministry\"\nname = { vi = \"Bộ\", en = \"Ministry\" }\n\
         [[services]]\nid = \"passports\"\nagency = \"ministry\"\nlegal_basis = \"consent\"\n\
         name = { vi = \"Hộ chiếu\", en = \"Passports\" }\npurpose = { vi = \"cấp\", en = \"issuing\" }\n\
         [[clients]]\nclient_id = \"passports-web\"\nservice = \"passports\"\nscope = \"openid\"\n\
         redirect_uris = [\"https://passports.example/cb\"]\nsecrets = [{ env = \"SECRET\" }]\n\
         [[people]]\nuser_name = \"binh\"\npassword = \"a password of a test\"\n";
    let report = town.apply(toml).await;
    assert_eq!(
        report.changes,
        ["created agency ministry", "created service passports", "created client passports-web", "created person binh"]
    );
    assert_eq!(report.warnings.len(), 1, "the password stands in plain: {:?}", report.warnings);
    assert_eq!(town.apply(toml).await.changes, Vec::<String>::new());
    let trail = town.audit().await.into_iter().filter(|(act, ..)| act == "declaration_applied");
    let details: Vec<_> = trail.map(|(_, client, detail)| (client, detail.unwrap())).collect();
    let said = |what: &str| (None, what.to_owned());
    let client = (Some("passports-web".to_owned()), "created client passports-web".to_owned());
    for one in [said("created agency ministry"), said("created service passports"), client, said("created person")] {
        assert!(details.contains(&one), "each change is in the trail, and nobody's name: {details:?}");
    }
    town.leave().await;
}

/// "prints what it changed": members by name, values not at all.
#[tokio::test]
async fn changes_are_reported_by_member() {
    let town = Town::new().await;
    let changed = TOWN
        .replace("scope = \"records:read records:write\"", "scope = \"records:read\"")
        .replace("client_id = \"portal\"\nservice = \"licences\"", "client_id = \"portal\"\nservice = \"appointments\"")
        .replace("clinic-secret-of-a-test-that-is-long-enough", "clinic-secret-of-a-test-that-is-another")
        .replace("en = \"Tâm An Hospital\"", "en = \"Tam An Hospital\"")
        .replace("en = \"filling in your form\"", "en = \"filling in forms\"")
        .replace("name = \"Trần Văn An\"", "name = \"Trần Văn Ân\"");
    let report = town.apply(&changed).await;
    assert_eq!(
        report.changes,
        [
            "changed agency hospital",
            "changed service licences",
            "changed client portal: service",
            "changed client clinic: secrets",
            "changed client machine: scope",
            "changed person an: data",
        ]
    );
    town.leave().await;
}

/// "what the file does not name stays, unless `--prune`"
#[tokio::test]
async fn what_the_file_does_not_name_stays_unless_pruned() {
    let town = Town::new().await;
    let alone = machine("\"batch-secret-of-a-test-that-is-long-enough\"");
    assert_eq!(town.apply(&alone).await.changes, ["created client batch"]);
    let page = town.browser().open(&town.rp("portal").url(&[])).await;
    assert_eq!(page.path(), "/login");
    let report = town.try_apply(&alone, true).await.unwrap();
    let mut kinds: Vec<&str> = report.changes.iter().map(|line| line.rsplit_once(' ').unwrap().0).collect();
    kinds.dedup();
    assert_eq!(kinds, ["removed client", "removed service", "removed agency", "disabled person"]);
    assert_eq!(report.changes.len(), 6 + 2 + 2 + 2);
    let page = town.browser().open(&town.rp("portal").url(&[])).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    assert_eq!(token(&town, "batch-secret-of-a-test-that-is-long-enough").await.status, StatusCode::OK);
    town.leave().await;
}

/// A person who was disabled cannot sign in, and can again when the file names them again.
#[tokio::test]
async fn a_person_whom_prune_disabled_signs_in_again_when_named_again() {
    let town = Town::new().await;
    let portal = town.rp("portal");
    let (others, _) = TOWN.split_once("[[people]]\nuser_name = \"an\"").unwrap();
    town.try_apply(others, true).await.unwrap();
    assert_eq!(town.audit().await.iter().filter(|(act, ..)| act == "person_disabled").count(), 1);
    let mut browser = town.browser();
    let page = browser.open(&portal.url(&[])).await;
    assert_eq!(browser.sign_in(&page, "an").await.path(), "/login");
    assert_eq!(town.apply(TOWN).await.changes, ["changed person an: data"]);
    assert!(browser.sign_in(&page, "an").await.parameter("code").is_some());
    town.leave().await;
}

/// "one declarative TOML or JSON file"
#[tokio::test]
async fn json_says_the_same_as_toml() {
    let town = Town::new().await;
    let value: serde_json::Value = serde_json::to_value(TOWN.parse::<toml::Table>().unwrap()).unwrap();
    let declaration = Declaration::read("town.json", serde_json::to_string_pretty(&value).unwrap()).unwrap();
    let (prune, directory) = (declaration::Prune::Everything, town.keys_directory());
    let options = declaration::ApplyOptions {
        prune,
        dry_run: false,
        references: Some(declaration::References { environment: &|_| None, directory }),
    };
    let report = declaration::apply(&town.app, &declaration, &options).await.unwrap();
    assert_eq!(report.changes, Vec::<String>::new());
    town.leave().await;
}

/// "Secrets may be given in plain for trials (stored as digests, with a warning), as digests or PHC strings, or by
/// reference to a file or an environment variable"
#[tokio::test]
async fn a_secret_authenticates_in_every_form_in_which_it_can_be_given() {
    let town = Town::new().await;
    let secret = "a-random-secret-of-a-test-0123456789";
    let file = town.keys_directory().join("batch.secret");
    std::fs::write(&file, format!("{secret}\n")).unwrap();
    let forms = [
        (format!("\"{secret}\""), 1),
        (format!("{{ plain = \"{secret}\" }}"), 1),
        (format!("{{ sha256 = \"{}\" }}", base64url(&sha256(secret.as_bytes()))), 0),
        (format!("{{ phc = \"{}\" }}", phc(secret, 64, 1)), 0),
        (format!("{{ file = \"{}\" }}", file.display()), 0),
        ("{ file = \"batch.secret\" }".to_owned(), 0),
    ];
    for (form, warnings) in forms {
        town.apply(&machine("\"another-secret-meanwhile-0123456789\"")).await;
        assert_eq!(token(&town, secret).await.status, StatusCode::UNAUTHORIZED, "{form}");
        let report = town.apply(&machine(&form)).await;
        assert_eq!(report.changes, ["changed client batch: secrets"], "{form}");
        assert_eq!(report.warnings.len(), warnings, "{form}");
        assert_eq!(token(&town, secret).await.status, StatusCode::OK, "{form}");
        assert_eq!(
            token(&town, "another-secret-meanwhile-0123456789").await.status,
            StatusCode::UNAUTHORIZED,
            "{form}"
        );
    }
    town.apply(&machine("{ env = \"BATCH\" }")).await;
    assert_eq!(token(&town, "value-of-BATCH-in-the-environment").await.status, StatusCode::OK);
    town.leave().await;
}

/// "`{ env }` keeps a newline that `{ file }` trims; a BOM is part of the secret": what editors and shells put around a
/// line is no part of a secret, wherever it comes from.
#[tokio::test]
async fn the_end_of_a_line_and_a_byte_order_mark_are_no_part_of_a_secret() {
    let town = Town::new().await;
    let secret = "a-random-secret-of-a-test-0123456789";
    town.apply(&machine(&format!("\"{secret}\""))).await;
    for around in [format!("{secret}\n"), format!("{secret}\r\n"), format!("\u{feff}{secret}\n"), secret.to_owned()] {
        std::fs::write(town.keys_directory().join("batch.secret"), &around).unwrap();
        for form in ["{ file = \"batch.secret\" }", "{ env = \"BATCH\" }"] {
            let text = format!("\u{feff}{}", machine(form));
            let declaration = Declaration::read("batch.toml", text).unwrap();
            let environment = |_: &str| Some(around.clone());
            let directory = town.keys_directory();
            let options = declaration::ApplyOptions {
                prune: declaration::Prune::Nothing,
                dry_run: false,
                references: Some(declaration::References { environment: &environment, directory }),
            };
            let report = declaration::apply(&town.app, &declaration, &options).await.unwrap();
            assert_eq!(report.changes, Vec::<String>::new(), "{form} {around:?}");
        }
    }
    assert_eq!(token(&town, secret).await.status, StatusCode::OK);
    town.leave().await;
}

/// A chosen secret is remembered by digest once it was right; a wrong one stays wrong, and both end with the PHC string.
#[tokio::test]
async fn a_stretched_secret_is_right_again_and_again_until_it_is_replaced() {
    let town = Town::new().await;
    town.apply(&machine(&format!("{{ phc = \"{}\" }}", phc("short", 64, 1)))).await;
    for _ in 0..2 {
        assert_eq!(token(&town, "short").await.status, StatusCode::OK);
        assert_eq!(token(&town, "Short").await.status, StatusCode::UNAUTHORIZED);
    }
    town.apply(&machine(&format!("{{ phc = \"{}\" }}", phc("other", 64, 1)))).await;
    assert_eq!(token(&town, "short").await.status, StatusCode::UNAUTHORIZED);
    town.leave().await;
}

/// "a client may have two live secrets, so that one can be replaced without a pause"
#[tokio::test]
async fn two_secrets_live_and_one_dies_when_it_is_removed() {
    let town = Town::new().await;
    let (old, new) = ("old-secret-of-a-test-that-is-long-enough", "new-secret-of-a-test-that-is-long-enough");
    town.apply(&machine(&format!("\"{old}\", \"{new}\""))).await;
    assert_eq!(token(&town, old).await.status, StatusCode::OK);
    assert_eq!(token(&town, new).await.status, StatusCode::OK);
    town.apply(&machine(&format!("\"{new}\""))).await;
    assert_eq!(token(&town, old).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(token(&town, new).await.status, StatusCode::OK);
    town.leave().await;
}

/// identity.md: "rows imported without it are marked, and hashed anew at the next sign-in"
#[tokio::test]
async fn an_imported_password_signs_in_and_is_hashed_anew_with_the_pepper() {
    let town = Town::new().await;
    let imported = phc("imported password", 64, 1);
    let toml = format!("[[people]]\nuser_name = \"binh\"\npassword_hash = \"{imported}\"\n");
    assert_eq!(town.apply(&toml).await.changes, ["created person binh"]);
    let digest = SignInName::parse("binh").unwrap().digest(town.app.data_keys.lookup.expose());
    let person = people::find_by_name(&town.app.db, &digest).await.unwrap().unwrap().id;
    let stored = credentials::password(&town.app.db, person).await.unwrap().unwrap();
    assert_eq!((&stored.phc, &stored.pepper), (&imported, &None));

    let mut browser = town.browser();
    let page = browser.open(&town.rp("portal").url(&[])).await;
    let wrong = browser.fill(&page, &[("username", "binh"), ("password", "Imported password")]).await;
    assert_eq!(wrong.path(), "/login");
    for _ in 0..2 {
        let mut browser = town.browser();
        let page = browser.open(&town.rp("portal").url(&[])).await;
        let arrived = browser.fill(&page, &[("username", "binh"), ("password", "imported password")]).await;
        assert!(arrived.parameter("code").is_some(), "{}", arrived.body);
        let stored = credentials::password(&town.app.db, person).await.unwrap().unwrap();
        assert_ne!(stored.phc, imported);
        assert_eq!(stored.pepper.as_ref(), Some(&town.app.peppers[0].id));
    }
    assert_eq!(town.apply(&toml).await.changes, Vec::<String>::new(), "hashed anew is not changed");
    town.leave().await;
}

/// A password in plain that is already the person's is left as it is.
#[tokio::test]
async fn a_password_that_changes_is_reported_and_replaces_the_former() {
    let town = Town::new().await;
    let changed = TOWN.replacen("correct horse battery", "another horse battery", 1);
    assert_eq!(town.apply(&changed).await.changes, ["changed person khai: password"]);
    let mut browser = town.browser();
    let page = browser.open(&town.rp("portal").url(&[])).await;
    assert_eq!(browser.sign_in(&page, "khai").await.path(), "/login");
    let arrived = browser.fill(&page, &[("username", "khai"), ("password", "another horse battery")]).await;
    assert!(arrived.parameter("code").is_some());
    town.leave().await;
}
