//! "`motcua export` writes what `apply` would take": applied where it comes from it changes nothing, and elsewhere it makes the
//! same.

use motcua::base::secret::base64url;
use motcua::base::secret::sha256;
use motcua::flows::admin::declaration;
use motcua::flows::admin::declaration::Prune;
use motcua::flows::admin::declaration::Report;
use motcua::flows::admin::declaration::export;
use motcua::flows::admin::declaration::export::Exported;
use motcua::flows::admin::declaration::export::People;
use motcua::flows::admin::declaration::file::Declaration;
use motcua::store::clients;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use super::phc;
use super::program::Site;
use crate::oauth::registration;
use crate::store::texts;
use crate::town::Town;
use crate::units::small;
use crate::units::succeed;
use crate::units::take;

async fn exported(town: &Town, with: People) -> Exported {
    export::export(&town.app, with).await.unwrap()
}

async fn apply(town: &Town, (name, text): (&str, &str), prune: Prune) -> Report {
    let declaration = Declaration::read(name, text.to_owned()).unwrap_or_else(|why| panic!("{why}: {text}"));
    let directory = std::path::Path::new(".");
    let options = declaration::ApplyOptions {
        prune,
        dry_run: false,
        references: Some(declaration::References { environment: &|_| None, directory }),
    };
    declaration::apply(&town.app, &declaration, &options).await.unwrap_or_else(|why| panic!("{why}: {text}"))
}

/// Applied where it comes from, in both notations, with and without pruning, and to another database: there it comes out the
/// same.
async fn is_a_fixpoint(town: &Town) -> String {
    let toml = exported(town, People::Without).await.toml().unwrap();
    let json = exported(town, People::Without).await.json().to_string();
    for file in [("a.toml", toml.as_str()), ("a.json", json.as_str())] {
        assert_eq!(apply(town, file, Prune::Nothing).await.changes, [""; 0], "{toml}");
    }
    let elsewhere = Town::new().await;
    apply(&elsewhere, ("a.toml", &toml), Prune::Everything).await;
    assert_eq!(exported(&elsewhere, People::Without).await.toml().unwrap(), toml);
    for (id, held) in
        clients::page(&town.app.db, "", 10_000).await.unwrap().into_iter().filter(|(_, one)| !one.registered)
    {
        let other = clients::find(&elsewhere.app.db, &id).await.unwrap().unwrap();
        assert_eq!((other.metadata, other.secrets), (held.metadata, held.secrets), "{id}");
    }
    elsewhere.close().await;
    toml
}

#[tokio::test]
async fn what_the_town_exports_changes_nothing_and_makes_the_same_town() {
    let town = Town::new().await;
    let toml = is_a_fixpoint(&town).await;
    for id in ["portal", "clinic", "certified", "app", "machine", "records"] {
        assert!(toml.contains(&format!("client_id = \"{id}\"")), "{toml}");
    }
    assert!(
        !toml.contains("that-is-long-enough") && !toml.contains("036187001234"),
        "no secret in plain, and nobody: {toml}"
    );
    assert!(!toml.contains("profile = \"strict\""), "what a client has where nobody says it is not said: {toml}");
    let json = exported(&town, People::Without).await.json();
    let all: Vec<&str> =
        json["clients"].as_array().unwrap().iter().map(|one| one["client_id"].as_str().unwrap()).collect();
    assert_eq!(all.len(), 6);
    town.leave().await;
}

/// Levels, branches, units, agencies that stand in them, and a right of a client.
#[tokio::test]
async fn the_hierarchy_is_exported_as_it_is_today() {
    let town = Town::new().await;
    let name = |vi: &str| format!("name = {{ vi = \"{vi}\", en = \"{vi} (en)\" }}\n");
    let text = [
        format!("[[levels]]\ncode = \"country\"\nrank = 0\n{}", name("Nước")),
        format!("[[levels]]\ncode = \"province\"\nrank = 1\n{}", name("Tỉnh")),
        format!("[[branches]]\ncode = \"health\"\n{}", name("Y tế")),
        format!("[[branches]]\ncode = \"hospitals\"\nparent = \"health\"\nfrom = \"2019-05-01\"\n{}", name("Bệnh viện")),
        format!("[[units]]\nlevel = \"country\"\ncode = \"VN\"\nfrom = \"1976-07-02\"\n{}", name("Việt Nam")),
        format!("[[units]]\nlevel = \"province\"\ncode = \"01\"\nkind = \"thành phố\"\nparent = \"VN\"\nfrom = \"2008-08-01\"\n{}",
            name("Hà Nội")),
        format!("[[agencies]]\nid = \"ministry\"\nkind = \"state\"\nbranch = \"health\"\nunit = \"country/VN\"\n{}", name("Bộ Y tế")),
        format!("[[agencies]]\nid = \"bachmai\"\nkind = \"private\"\nbranch = \"hospitals\"\nunit = \"01\"\nparent = \"ministry\"\n\
             from = \"2020-01-01\"\nsector = \"health\"\n{}", name("Bạch Mai")),
        "[[rights]]\nclient = \"machine\"\nrole = \"auditor\"\nunit = \"province/01\"\nbranch = \"health\"\nuntil = \"2199-12-31\"\n"
            .to_owned(),
        "[[rights]]\nclient = \"portal\"\nrole = \"support-desk\"\nagency = \"ministry\"\nsubordinates = true\nmay_delegate = true\n\
         from = \"2198-01-01\"\n".to_owned(),
    ];
    town.apply(&text.concat()).await;
    let toml = is_a_fixpoint(&town).await;
    for line in ["unit = \"province/01\"", "from = \"2008-08-01\"", "until = \"2199-12-31\"", "from = \"2198-01-01\""] {
        assert!(toml.contains(line), "{line}: {toml}");
    }
    town.close().await;
}

/// After a reform: units that came of others, an agency that went with its unit, and one whose unit was divided.
#[tokio::test]
async fn what_a_reform_left_is_exported_as_it_stands() {
    let town = small().await;
    let agency = |id: &str, unit: &str| {
        format!("[[agencies]]\nid = \"{id}\"\nunit = \"{unit}\"\nname = {{ vi = \"{id}\", en = \"{id}\" }}\n")
    };
    let right = "[[rights]]\nclient = \"machine\"\nrole = \"auditor\"\nunit = \"commune/00003\"\n\
                 [[rights]]\nclient = \"portal\"\nrole = \"auditor\"\nunit = \"commune/00002\"\n";
    let all = agency("goes", "commune/00002")
        + &agency("stays", "district/201")
        + &agency("divided", "commune/00003")
        + right;
    town.apply(&all).await;
    let rows =
        "level,code,name,parent\ncommune,00011,Xã Mười,102\ncommune,00012,Xã Mới,102\ndistrict,201,Huyện Cửu,01\n";
    take(&town.app, rows, "2026-01-01").await.unwrap();
    succeed(&town.app, "level,from,to,share\ncommune,00002,00001,all\n", "2025-07-01").await.unwrap();
    let split = "level,from,to,share\ncommune,00003,00011,default\ncommune,00003,00012,part\n";
    succeed(&town.app, split, "2026-01-01").await.unwrap();
    let out = exported(&town, People::Without).await;
    let toml = out.toml().unwrap();
    assert_eq!(apply(&town, ("a.toml", &toml), Prune::Nothing).await.changes, [""; 0], "{toml}");
    assert!(out.warnings.iter().any(|warning| warning.contains("nobody decided")), "{:?}", out.warnings);
    for said in ["code = \"00003\"", "code = \"00002\""] {
        assert!(!toml.contains(said), "{said} is no more: {toml}");
    }
    assert!(toml.contains("unit = \"commune/00001\"\nfrom = \"2025-07-01\""), "{toml}");
    let elsewhere = Town::new().await;
    apply(&elsewhere, ("a.toml", &toml), Prune::Everything).await;
    assert_eq!(exported(&elsewhere, People::Without).await.toml().unwrap(), toml);
    elsewhere.close().await;
    town.close().await;
}

#[tokio::test]
async fn people_and_their_rights_are_exported_where_that_is_wanted() {
    let town = Town::new().await;
    town.apply(
        "[[rights]]\nperson = \"an\"\nrole = \"auditor\"\n[[rights]]\nclient = \"machine\"\nrole = \"auditor\"\n",
    )
    .await;
    let without = exported(&town, People::Without).await;
    assert!(
        without.warnings.iter().any(|warning| warning.starts_with("1 rights are of people")),
        "{:?}",
        without.warnings
    );
    assert!(!without.toml().unwrap().contains("[[people]]"));
    let with = exported(&town, People::With).await;
    let toml = with.toml().unwrap();
    assert!(toml.contains("user_name = \"khai\"") && toml.contains("person = \"an\""), "{toml}");
    assert!(!toml.contains("$argon2") && with.warnings.iter().any(|warning| warning.contains("passwords")), "{toml}");
    assert!(town.audit().await.iter().any(|(act, ..)| act == "people_exported"));
    for prune in [Prune::Nothing, Prune::Everything] {
        assert_eq!(apply(&town, ("a.toml", &toml), prune).await.changes, [""; 0], "{toml}");
    }
    town.leave().await;
}

/// Who manages a client by its own registration goes on doing so.
#[tokio::test]
async fn a_client_that_registered_itself_is_left_out_with_a_word() {
    let town = registration::open_town().await;
    let told = registration::registered(&town, &registration::least()).await;
    let out = exported(&town, People::Without).await;
    assert!(!out.toml().unwrap().contains(told["client_id"].as_str().unwrap()));
    assert!(
        out.warnings.iter().any(|warning| warning.contains("1 clients registered themselves")),
        "{:?}",
        out.warnings
    );
    is_a_fixpoint(&town).await;
    town.close().await;
}

#[tokio::test]
async fn an_operator_exports_to_a_file_that_nobody_else_reads() {
    let site = Site::empty("", "").await;
    site.configured(&["migrate", "--init"]).succeeded();
    site.write("town.toml", include_str!("../town/town.toml"));
    site.configured(&["apply", "town.toml"]).succeeded();
    for file in ["all.toml", "all.json"] {
        site.configured(&["export", "--people", "--file", file]).succeeded();
        assert_eq!(site.configured(&["apply", "--prune", file]).succeeded(), "nothing to change\n");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(site.path(file)).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
    let printed = site.configured(&["export"]).succeeded();
    assert!(printed.contains("client_id = \"portal\"") && !printed.contains("[[people]]"), "{printed}");
    let db = site.db().await;
    let told = texts(&db, "SELECT COALESCE(actor, '-') FROM audit_events WHERE act = 'people_exported'".into()).await;
    assert_eq!(told, ["machine", "machine"]);
    db.close().await;
    site.leave().await;
}

/// A text as somebody may have entered it.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<char>().prop_filter("no database has it", |c| *c != '\0').prop_map(String::from),
        proptest::sample::select(vec![
            "\"",
            "'",
            "\\",
            "\"\"\"",
            "'''",
            "\n",
            "\r\n",
            "\t",
            "\u{7f}",
            "\u{feff}",
            "Ủy ban",
            "👩‍👩‍👧",
            "#",
            "=",
            "[[clients]]",
            "e\u{302}\u{301}",
            "\u{1b}[31m",
        ])
        .prop_map(str::to_owned),
    ];
    proptest::collection::vec(piece, 1..12).prop_map(|pieces| pieces.concat())
}

fn line() -> impl Strategy<Value = String> {
    text().prop_map(|text| text.chars().filter(|c| !c.is_control()).take(40).chain(['x']).collect())
}

fn names() -> impl Strategy<Value = Value> {
    (text(), text()).prop_map(|(vi, en)| json!({ "vi": vi, "en": en }))
}

/// How a client proves who it is.
fn proof() -> impl Strategy<Value = Value> {
    let digest = |secret: String| json!({ "secrets": [{ "sha256": base64url(&sha256(secret.as_bytes())) }] });
    let key = |more: (String, String)| {
        let key = json!({ "kty": "EC", "crv": "P-256", "kid": more.0, "note": { more.1: [1, 2.5, true, { "e": {} }] },
            "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM" });
        json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks": { "keys": [key] } })
    };
    prop_oneof![
        text().prop_map(digest),
        text().prop_map(move |secret| {
            let both = [
                digest(secret.clone())["secrets"][0].clone(),
                json!({ "phc": phc("a chosen secret of a test", 19_456, 2) }),
            ];
            json!({ "token_endpoint_auth_method": "client_secret_post", "profile": "oidc", "secrets": both })
        }),
        (text(), text()).prop_map(key),
        Just(json!({ "token_endpoint_auth_method": "none", "application_type": "native" })),
    ]
}

fn client() -> impl Strategy<Value = Value> {
    let more = (
        proptest::option::of(line()),
        proptest::collection::vec(text(), 0..3),
        proptest::option::of(0..100_000_u64),
        proptest::option::of(1..86_400_u64),
        proptest::bool::ANY,
    );
    (line(), proof(), more, proptest::bool::ANY).prop_map(
        |(id, proof, (name, contacts, age, access, pushed), serves)| {
            let mut all = Map::new();
            all.insert("client_id".into(), id.into());
            all.insert("redirect_uris".into(), json!(["http://127.0.0.1/cb"]));
            all.insert("scope".into(), json!("openid profile"));
            all.extend(name.map(|name| ("client_name".to_owned(), name.into())));
            all.insert("contacts".into(), json!(contacts));
            all.extend(age.map(|age| ("default_max_age".to_owned(), age.into())));
            all.extend(access.map(|access| ("lifetimes".to_owned(), json!({ "access_token": access }))));
            all.insert("require_pushed_authorization_requests".into(), pushed.into());
            all.extend(serves.then(|| ("service".to_owned(), json!("a service"))));
            all.extend(proof.as_object().unwrap().clone());
            if all.get("application_type").is_none() {
                all.insert("redirect_uris".into(), json!(["https://rp.example/cb?a='b'"]));
            }
            Value::Object(all)
        },
    )
}

fn declared() -> impl Strategy<Value = Value> {
    let clients = proptest::collection::vec(client(), 25);
    let service = (names(), names(), proptest::sample::select(vec!["consent", "public-task"]));
    (names(), line(), service, clients).prop_map(|(name, sector, (service, purpose, basis), mut clients)| {
        let mut seen = std::collections::BTreeSet::new();
        clients.retain(|client| seen.insert(client["client_id"].to_string()));
        json!({
            "agencies": [{ "id": "an agency", "name": name, "sector": sector }],
            "services": [{ "id": "a service", "agency": "an agency", "name": service, "purpose": purpose, "legal_basis": basis }],
            "clients": clients,
        })
    })
}

/// Whatever was declared comes out so that it goes in again.
#[tokio::test]
async fn what_is_applied_is_exported_and_applied_as_the_same() {
    let (mut runner, mut clients) = (TestRunner::deterministic(), 0);
    for _ in 0..4 {
        let json = declared().new_tree(&mut runner).unwrap().current();
        let town = Town::new().await;
        apply(&town, ("a.json", &json.to_string()), Prune::Everything).await;
        let toml = is_a_fixpoint(&town).await;
        clients += toml.matches("\n[[clients]]\n").count();
        town.close().await;
    }
    assert!(clients > 80, "{clients}");
}
