//! identity.md: "What an attacker who has the database gets": nothing that opens an account, and nobody's data.

use std::io::Write;
use std::sync::Arc;
use std::sync::Mutex;

use http::Method;
use motcua::base::secret::from_base64url;

use super::columns;
use super::is_postgres;
use super::tables;
use super::texts;
use crate::town::Browser;
use crate::town::PASSWORD;
use crate::town::Town;

/// Log lines of the thread.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Lines {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

/// What must be found nowhere, each with the name of what it is.
struct Needles(Vec<(String, Vec<u8>)>);

impl Needles {
    fn add(&mut self, name: &str, value: impl AsRef<[u8]>) {
        assert!(value.as_ref().len() >= 8, "{name} would be found by chance");
        self.0.push((name.to_owned(), value.as_ref().to_vec()));
    }

    /// The name of each needle that `hay` holds, as it is or in hexadecimal.
    fn found_in(&self, hay: &str) -> Vec<&str> {
        let lower = hay.to_lowercase();
        let holds = |value: &[u8]| {
            let hex: String = value.iter().map(|byte| format!("{byte:02x}")).collect();
            let plain = std::str::from_utf8(value).is_ok_and(|text| hay.contains(text));
            plain || lower.contains(&hex)
        };
        self.0.iter().filter(|(_, value)| holds(value)).map(|(name, _)| name.as_str()).collect()
    }
}

fn personal() -> Needles {
    let mut needles = Needles(Vec::new());
    for (name, value) in [
        ("name", "Nguyễn Thị Minh Khai"),
        ("given name", "Minh Khai"),
        ("identity number", "036187001234"),
        ("e-mail", "khai@songlam.example"),
        ("phone", "84912000412"),
        ("birth date", "1987-04-12"),
        ("address", "12 Đường Bờ Hồ"),
        ("picture", "people.example/khai"),
        ("password", PASSWORD),
        ("wrong password", "typed-by-mistake-0417"),
        ("unknown name", "nobody.of.this.name@else.example"),
        ("client secret", "portal-secret-of-a-test"),
        ("client secret", "clinic-secret-of-a-test"),
        ("client secret", "machine-secret-of-a-test"),
    ] {
        needles.add(name, value);
    }
    needles
}

/// Everything in every table, as text; binary columns in hexadecimal.
async fn dump(town: &Town) -> String {
    let db = &town.app.db;
    let mut text = String::new();
    for table in tables(db).await {
        let sql = if is_postgres(db) {
            format!("SELECT t::text FROM {table} t")
        } else {
            let quoted: Vec<String> =
                columns(db, &table).await.iter().map(|column| format!("quote({column})")).collect();
            format!("SELECT {} FROM {table}", quoted.join(" || ' ' || "))
        };
        for row in texts(db, sql).await {
            text.push_str(&format!("{table} {row}\n"));
        }
    }
    text
}

/// Signs in, is refused, consents, redeems, refreshes, misuses, signs out; returns the secrets that travelled.
async fn live(town: &Town, needles: &mut Needles) {
    let mut browser = town.browser();
    let clinic = town.rp("clinic").with_scope("openid profile email phone offline_access");
    let page = browser.open(&clinic.url(&[])).await;
    for name in ["khai", "036 187 001 234", "nobody.of.this.name@else.example"] {
        let mistaken = browser.fill(&page, &[("username", name), ("password", "typed-by-mistake-0417")]).await;
        assert_eq!(mistaken.path(), "/login");
    }
    let page = browser.open(&clinic.url(&[("login_hint", "khai@songlam.example")])).await;
    let page = browser.sign_in(&page, "khai@songlam.example").await;
    assert_eq!(page.path(), "/consent", "{}", page.body);
    remember_cookies(&browser, needles);
    let arrived = browser.fill(&page, &[("decision", "allow")]).await;
    let code = arrived.parameter("code").unwrap();
    needles.add("code", &code);
    let first = crate::town::Tokens(clinic.redeem(&code, &[]).await.json());
    assert!(clinic.userinfo(first.access_token()).await.body.contains("khai@songlam.example"));
    let second = crate::town::Tokens(clinic.refresh(first.refresh_token(), &[]).await.json());
    for tokens in [&first, &second] {
        needles.add("access token", tokens.access_token());
        needles.add("ID token", tokens.id_token());
        needles.add("refresh token", tokens.refresh_token());
        needles.add("refresh token's MAC", &from_base64url(tokens.refresh_token()).unwrap()[24..]);
    }
    let portal = town.rp("portal");
    portal.tokens(&mut browser, &[("claims", r#"{"userinfo":{"email":null,"birthdate":{"essential":true}}}"#)]).await;
    clinic.redeem(&code, &[]).await; // misuse: revokes
    portal.token_raw(Some("Basic cG9ydGFsOnR5cGVkLWJ5LW1pc3Rha2UtMDQxNw=="), &[("grant_type", "x")]).await;
    remember_cookies(&browser, needles);
    let page = browser.open("/logout").await;
    browser.fill(&page, &[]).await;
    browser.request(Method::GET, "/authorize?client_id=portal&login_hint=khai@songlam.example", None).await;
}

fn remember_cookies(browser: &Browser, needles: &mut Needles) {
    for (name, value) in browser.cookies.iter().filter(|(_, value)| value.len() > 20) {
        needles.add(name, value);
        if name.ends_with("session") {
            needles.add("session secret", &from_base64url(value).unwrap()[16..]);
        }
    }
    assert!(needles.0.iter().any(|(name, _)| name == "session secret"));
}

/// "Columns that identify a person […] are sealed"; "Secrets are digests"; "Logs and error pages carry none of it".
#[tokio::test]
async fn neither_database_nor_log_nor_metrics_hold_what_identifies_a_person_or_opens_an_account() {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    // While there is one subscriber alone, what another test's thread reaches first is switched off for all threads.
    let _second = tracing::Dispatch::new(tracing::subscriber::NoSubscriber::default());
    let _captured = tracing::subscriber::set_default(subscriber);
    let town = Town::new().await;
    let mut needles = personal();
    live(&town, &mut needles).await;

    let stored = dump(&town).await;
    let rows = |table: &str| stored.lines().filter(|line| line.starts_with(&format!("{table} "))).count();
    assert!(rows("people") == 2 && rows("credentials") == 2 && rows("sessions") > 0 && rows("grants") > 1);
    assert!(rows("clients") == 6 && rows("consents") > 0 && rows("audit_events") > 5 && rows("signing_keys") > 0);
    assert_eq!(needles.found_in(&stored), Vec::<&str>::new(), "in the database");

    let log = lines.text();
    assert!(log.contains("sign_in_refused") && log.contains("signed_out"), "nothing was captured: {log}");
    assert_eq!(needles.found_in(&log), Vec::<&str>::new(), "in the log");
    assert_eq!(needles.found_in(&town.app.metrics.exposition()), Vec::<&str>::new(), "in the metrics");
    town.leave().await;
}

#[test]
fn needles_are_found_in_plain_and_in_hexadecimal() {
    let needles = personal();
    assert_eq!(needles.found_in("x khai@songlam.example y"), ["e-mail"]);
    assert_eq!(needles.found_in("X'313938372D30342D3132'"), ["birth date"]);
}
