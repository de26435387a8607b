//! `motcua apply`: "a mistake names its line and changes nothing".

use crate::town::Town;

const TOWN: &str = include_str!("../town/town.toml");

/// A change of the town's declaration that is a mistake, the text at whose line it is named, and words of the message.
struct Mistake {
    from: &'static str,
    to: &'static str,
    at: &'static str,
    says: &'static [&'static str],
}

const MISTAKES: &[Mistake] = &[
    mistake("scope = \"records:read", "scpoe = \"records:read", "scpoe", &["scpoe", "scope"]),
    mistake("[[clients]]\nclient_id = \"clinic\"", "[[cleints]]\nclient_id = \"clinic\"", "[[cleints]]", &["cleints"]),
    mistake("legal_basis = \"consent\"", "legal_basis = \"whim\"", "\"whim\"", &["whim", "public-task"]),
    mistake("profile = \"oidc\"", "profile = \"lax\"", "\"lax\"", &["lax", "strict"]),
    mistake("id = \"hospital\"", "id = hospital", "id = hospital", &[]),
    mistake("agency = \"hospital\"", "agency = \"hostel\"", "client_id = \"clinic\"", &["hostel", "neither"]),
    mistake("service = \"appointments\"", "service = \"haircuts\"", "client_id = \"clinic\"", &["haircuts", "neither"]),
    mistake("\"https://clinic.example/cb\"", "\"clinic.example/cb\"", "client_id = \"clinic\"", &["redirect_uris"]),
    mistake("\"https://clinic.example/cb\"", "\"http://clinic.example/cb\"", "client_id = \"clinic\"", &["loopback"]),
    mistake(
        "\"https://clinic.example/cb\"",
        "\"https://clinic.example/cb#a\"",
        "client_id = \"clinic\"",
        &["fragment"],
    ),
    mistake("\"https://clinic.example/cb\"", "\"javascript:alert(1)\"", "client_id = \"clinic\"", &["redirect_uris"]),
    mistake("redirect_uris = [\"https://clinic.example/cb\"]", "", "client_id = \"clinic\"", &["redirect_uris"]),
    mistake(
        "client_id = \"clinic\"",
        "client_id = \"clinic\"\nlifetimes = { refresh_absolute = 158112001 }",
        "client_id = \"clinic\"",
        &["lifetimes", "158112000"],
    ),
    mistake("client_id = \"clinic\"", "client_id = \"portal\"", "client_id = \"portal\"", &["portal", "twice"]),
    mistake("id = \"hospital\"", "id = \"province\"", "id = \"province\"", &["province", "twice"]),
    mistake("user_name = \"an\"", "user_name = \"khai\"", "user_name = \"khai\"", &["khai", "twice"]),
    mistake("user_name = \"an\"", "user_name = \"Khai\"", "user_name = \"Khai\"", &["khai", "user_name"]),
    mistake("\"036052004321\"", "\"036187001234\"", "user_name = \"an\"", &["khai", "identity_number"]),
    mistake(
        "user_name = \"an\"",
        "user_name = \"khai@songlam.example\"",
        "user_name = \"khai@",
        &["khai", "user_name"],
    ),
    mistake(
        "[\"clinic-secret-of-a-test-that-is-long-enough\"]",
        "[{ env = \"A\" }, { env = \"B\" }, { env = \"C\" }]",
        "client_id = \"clinic\"",
        &["secrets", "two"],
    ),
    mistake("secrets = [\"clinic-secret-of-a-test-that-is-long-enough\"]", "", "client_id = \"clinic\"", &["secrets"]),
    mistake("\"clinic-secret-of-a-test-that-is-long-enough\"", "\"short\"", "client_id = \"clinic\"", &["32", "phc"]),
    mistake(
        "\"clinic-secret-of-a-test-that-is-long-enough\"",
        "{ sha256 = \"AAAA\" }",
        "client_id = \"clinic\"",
        &["sha256", "32 bytes"],
    ),
    mistake(
        "\"clinic-secret-of-a-test-that-is-long-enough\"",
        "{ phc = \"$argon2i$v=19$m=64,t=1,p=1$c2FsdA$AAAA\" }",
        "client_id = \"clinic\"",
        &["argon2id"],
    ),
    mistake(
        "\"clinic-secret-of-a-test-that-is-long-enough\"",
        "{ file = \"nowhere\" }",
        "client_id = \"clinic\"",
        &["nowhere"],
    ),
    mistake("\"clinic-secret-of-a-test-that-is-long-enough\"", "{ md5 = \"AAAA\" }", "md5", &["md5"]),
    mistake(
        "token_endpoint_auth_method = \"none\"",
        "token_endpoint_auth_method = \"none\"\nsecrets = [{ env = \"A\" }]",
        "client_id = \"app\"",
        &["public client"],
    ),
    mistake("application_type = \"native\"", "application_type = \"web\"", "client_id = \"app\"", &["example.app:/cb"]),
    mistake("[\"client_credentials\"]", "[\"password\"]", "\"password\"", &["client_credentials"]),
    mistake("[\"client_credentials\"]", "[\"refresh_token\"]", "client_id = \"machine\"", &["authorization_code"]),
    mistake(
        "grant_types = [\"client_credentials\"]",
        "grant_types = [\"client_credentials\"]\njwks = { keys = [{ kty = \"OKP\", crv = \"Ed25519\", d = \"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A\", x = \"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\" }] }",
        "client_id = \"machine\"",
        &["jwks"],
    ),
    mistake(
        "grant_types = [\"client_credentials\"]",
        "grant_types = [\"client_credentials\"]\njwks = { keys = [{ kty = \"oct\", k = \"AAAA\" }] }",
        "client_id = \"machine\"",
        &["jwks"],
    ),
    mistake(
        "grant_types = [\"client_credentials\"]",
        "grant_types = [\"client_credentials\"]\nlifetimes = { access_token = 864000 }",
        "client_id = \"machine\"",
        &["lifetimes", "86400"],
    ),
    mistake("\"https://portal.example\"]", "\"https://portal.example/\"]", "client_id = \"portal\"", &["origins"]),
    mistake("birthdate = \"1987-04-12\"", "birthdate = 1987", "user_name = \"khai\"", &["birthdate", "text"]),
    mistake(
        "email_verified = false",
        "email_verified = \"no\"",
        "user_name = \"an\"",
        &["email_verified", "true or false"],
    ),
    mistake("email_verified = false", "shoe_size = \"43\"", "user_name = \"an\"", &["shoe_size", "standard claim"]),
    mistake(
        "identity_number = \"036052004321\"",
        "password_hash = \"$argon2id$\"",
        "user_name = \"an\"",
        &["password"],
    ),
    mistake(
        "scope = \"openid profile offline_access\"",
        "scope = \"openid profil offline_access\"",
        "client_id = \"app\"",
        &["profil", "profile"],
    ),
    mistake(
        "scope = \"openid profile offline_access\"",
        "scope = \"openid Profile ofline_acess\"",
        "client_id = \"app\"",
        &["Profile", "standard scope"],
    ),
    mistake(
        "scope = \"openid profile offline_access\"",
        "scope = \"opneid\"",
        "client_id = \"app\"",
        &["opneid", "openid"],
    ),
    mistake(
        "birthdate = \"1987-04-12\"",
        "birthdate = \"1987-02-30\"",
        "user_name = \"khai\"",
        &["birthdate", "YYYY-MM-DD"],
    ),
    mistake("birthdate = \"1987-04-12\"", "birthdate = \"12/04/1987\"", "user_name = \"khai\"", &["birthdate", "date"]),
    mistake("email = \"an@songlam.example\"", "email = \"an at songlam\"", "user_name = \"an\"", &["email"]),
    mistake("phone_number = \"+84912000412\"", "phone_number = \"none\"", "user_name = \"khai\"", &["phone_number"]),
    mistake("website = \"https://khai.example\"", "website = \"khai.example\"", "user_name = \"khai\"", &["website"]),
    mistake("\"036052004321\"", "\"36052004321\"", "user_name = \"an\"", &["identity_number", "12 digits"]),
    mistake(
        "user_name = \"an\"",
        "user_name = \"an \u{1f600}\"",
        "user_name = \"an \u{1f600}\"",
        &["user_name", "RFC 8265"],
    ),
    mistake(
        "password = \"correct horse battery\"",
        "password = \"a\u{200b} zero-width space\"",
        "user_name = \"khai\"",
        &["password", "width"],
    ),
    mistake("locality = \"Xã Đồng Nội\"", "locality = 7", "user_name = \"khai\"", &["address"]),
];

const fn mistake(from: &'static str, to: &'static str, at: &'static str, says: &'static [&'static str]) -> Mistake {
    Mistake { from, to, at, says }
}

#[tokio::test]
async fn a_mistake_names_its_line_and_changes_nothing() {
    let town = Town::new().await;
    let before = town.audit().await.len();
    let mut wrong = Vec::new();
    for Mistake { from, to, at, says } in MISTAKES {
        // A change that would be carried out comes along, and must not be.
        let file = TOWN.replacen("name = \"Trần Văn An\"", "name = \"Trần Văn Bình\"", 1);
        assert!(file.contains(from), "{from}");
        let file = file.replacen(from, to, 1);
        let error = town.try_apply(&file, false).await.map(|report| report.changes).expect_err(to);
        let lines = file.lines().enumerate().filter(|(_, line)| line.contains(at)).map(|(n, _)| n + 1);
        let named = lines.into_iter().any(|line| error.contains(&format!("line {line}")));
        if !named || !says.iter().all(|word| error.contains(word)) {
            wrong.push(format!("{to:?} at {at:?} says {says:?}: {error}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(town.audit().await.len(), before);
    assert_eq!(town.apply(TOWN).await.changes, Vec::<String>::new(), "nothing was changed by a mistake");
    town.leave().await;
}

/// A secret that stands in a file with a mistake is not repeated on the terminal.
#[tokio::test]
async fn a_mistake_does_not_repeat_a_secret() {
    let town = Town::new().await;
    for (from, to) in [
        ("\"clinic-secret-of-a-test-that-is-long-enough\"", "\"short-secret\""),
        ("password = \"correct horse battery\"", "password = \"secret\""),
        ("\"clinic-secret-of-a-test-that-is-long-enough\"", "{ plain = \"short-secret\" }"),
    ] {
        let error = town.try_apply(&TOWN.replacen(from, to, 1), false).await.expect_err(to);
        assert!(!error.contains("short-secret") && !error.contains("\"secret\""), "{error}");
    }
    town.leave().await;
}

/// RFC 8265 §3.3.3: "a file may not hold two people who look alike"; both lines are named.
#[tokio::test]
async fn two_people_who_look_alike_are_a_mistake_of_two_lines() {
    let town = Town::new().await;
    for (one, other) in [
        ("vi\u{1ec7}t", "vie\u{323}\u{302}t"),
        ("viet", "ＶＩＥＴ"),
        ("viet", "vi\u{200b}et"),
        ("viet", "viet"),
        ("vi\\u1ec7t", "vie\\u0323\\u0302t"),
    ] {
        let person = |name: &str| format!("[[people]]\nuser_name = \"{name}\"\npassword = \"a password\"\n");
        let error = town.try_apply(&(person(one) + &person(other)), false).await.unwrap_err();
        assert!(error.contains("line 2") && error.contains("line 5"), "{error}");
    }
    town.leave().await;
}

/// "a person who could never sign in": somebody new without a password, or without one that can be.
#[tokio::test]
async fn a_person_who_could_never_sign_in_is_a_mistake() {
    let town = Town::new().await;
    let error = town.try_apply("\n[[people]]\nuser_name = \"mai\"\n", false).await.unwrap_err();
    assert!(error.contains("line 3") && error.contains("never sign in") && error.contains("password_hash"), "{error}");
    // Who is known and has one needs none in the file.
    town.apply("[[people]]\nuser_name = \"an\"\n").await;
    town.leave().await;
}

/// With `--prune`, what stays must not name what goes.
#[tokio::test]
async fn a_pruned_service_is_not_taken_from_a_client_that_stays() {
    let town = Town::new().await;
    let from = TOWN.find("[[clients]]\nclient_id = \"clinic\"").unwrap();
    let to = TOWN.find("[[clients]]\nclient_id = \"certified\"").unwrap();
    let error = town.try_apply(&TOWN[from..to], true).await.unwrap_err();
    assert!(error.contains("line 2") && error.contains("appointments") && error.contains("pruned"), "{error}");
    assert_eq!(town.apply(TOWN).await.changes, Vec::<String>::new());
    town.leave().await;
}

/// JSON names its lines too.
#[test]
fn a_mistake_in_json_names_its_line() {
    use motcua::flows::admin::declaration::file::Declaration;
    let read =
        |text: &str| Declaration::read("x.json", text.to_owned()).and_then(|d| d.check()).unwrap_err().to_string();
    let error = read("{\n  \"clients\": [\n    {\"client_id\": \"a\",\n     \"redirect_uri\": 1}\n  ]\n}");
    assert!(error.contains("line 4") && error.contains("redirect_uri"), "{error}");
    let error = read("{\n  \"clients\": [\n    {\n      \"client_id\": \"a\"\n    }\n  ]\n}");
    assert!(error.contains("line 4") && error.contains("redirect_uris"), "{error}");
    let error =
        read("{\n  \"branches\": [\n    {\"code\": \"a\", \"name\": {\"vi\": \"\\u0000\", \"en\": \"a\"}}\n  ]\n}");
    assert!(error.contains("line 3") && error.contains("U+0000"), "{error}");
}
