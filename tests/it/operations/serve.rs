//! `motcua serve`: its listeners, its certificates, its end.

use std::time::Duration;

use serde_json::Value;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::phc;
use super::program::PATIENCE;
use super::program::Serving;
use super::program::Site;
use super::program::http;
use super::program::until;

async fn get(url: &str) -> (u16, String) {
    let response = http().get(url).send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

/// "`/health/live`, `/health/ready` on a listener of their own"
#[tokio::test]
async fn health_and_metrics_stand_on_a_listener_of_their_own() {
    let site = Site::new("", "").await;
    let serving = site.serve().await;
    let operations = |path: &str| format!("http://{}{path}", serving.operations);
    assert_eq!(get(&operations("/health/live")).await, (200, "live\n".into()));
    assert_eq!(get(&operations("/health/ready")).await, (200, "ready\n".into()));
    assert_eq!(get(&serving.url("/.well-known/openid-configuration")).await.0, 200);
    let (status, metrics) = get(&operations("/metrics")).await;
    assert_eq!(status, 200);
    let counted =
        "motcua_http_requests_total{endpoint=\"/.well-known/openid-configuration\",method=\"GET\",status=\"200\"} 1";
    assert!(metrics.contains(counted) && metrics.ends_with("# EOF\n"), "{metrics}");
    for path in ["/health/live", "/health/ready", "/metrics"] {
        assert_eq!(get(&serving.url(path)).await.0, 404, "{path} is not public");
    }
    for path in ["/jwks", "/authorize", "/"] {
        assert_eq!(get(&operations(path)).await.0, 404, "{path}");
    }
    serving.stop().await;
    site.leave().await;
}

/// "an http issuer is accepted on loopback alone"
#[tokio::test]
async fn an_http_issuer_off_loopback_is_refused() {
    let site = Site::new("", "").await;
    let config = std::fs::read_to_string(site.path("motcua.toml")).unwrap();
    site.write("motcua.toml", &config.replace("http://localhost:8080", "http://id.example"));
    let error = site.configured(&["serve"]).failed();
    assert!(error.contains("server.issuer") && error.contains("https"), "{error}");
    site.leave().await;
}

/// A port that is taken is named.
#[tokio::test]
async fn an_address_that_is_taken_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let site = Site::new("", "").await;
    let config = std::fs::read_to_string(site.path("motcua.toml")).unwrap();
    site.write("motcua.toml", &config.replacen("127.0.0.1:0", &address, 1));
    let error = site.configured(&["serve"]).failed();
    assert!(error.contains(&format!("server.listen = {address}: cannot listen")) && error.contains("free"), "{error}");
    site.leave().await;
}

/// Waits until nobody is let in any more.
async fn closed(serving: &Serving) {
    until("the door closes", PATIENCE, || async {
        match TcpStream::connect(&serving.address).await {
            Err(_) => Ok(()),
            Ok(_) => Err("still open".to_owned()),
        }
    })
    .await;
}

/// "Graceful stop: no request in flight is lost."
#[tokio::test]
async fn a_body_that_is_still_being_sent_is_answered_after_the_stop() {
    let site = Site::new("", "").await;
    let serving = site.serve().await;
    let body = "grant_type=client_credentials&client_id=nobody&client_secret=nothing";
    let head = format!(
        "POST /token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    let mut stream = TcpStream::connect(&serving.address).await.unwrap();
    let (first, second) = body.split_at(10);
    stream.write_all(format!("{head}{first}").as_bytes()).await.unwrap();
    // The request is in flight once the server has begun to read it: it counts its connections.
    until("the connection is known", PATIENCE, || async {
        let (_, metrics) = get(&format!("http://{}/metrics", serving.operations)).await;
        if metrics.contains("motcua_connections 2\n") { Ok(()) } else { Err(metrics) }
    })
    .await;
    serving.terminate();
    closed(&serving).await;
    stream.write_all(second.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 401 ") && answer.contains("invalid_client"), "{answer}");
    assert!(serving.ended().await.success());
    site.leave().await;
}

/// The same for a request that waits for the pool of client secrets.
#[tokio::test]
async fn a_secret_that_is_still_being_stretched_is_answered_after_the_stop() {
    let site = Site::new("deadline = \"60s\"", "").await;
    let phc = tokio::task::spawn_blocking(|| phc("a-chosen-secret", 65_536, 24)).await.unwrap();
    site.write(
        "machine.toml",
        &format!(
            "[[clients]]\nclient_id = \"machine\"\nsecrets = [{{ phc = \"{phc}\" }}]\n\
             grant_types = [\"client_credentials\"]\nscope = \"a\"\n"
        ),
    );
    site.configured(&["apply", "machine.toml"]).succeeded();
    let serving = site.serve().await;
    let url = serving.url("/token");
    let asked = tokio::spawn(async move {
        let form = [("grant_type", "client_credentials")];
        let request = http().post(url).basic_auth("machine", Some("a-chosen-secret")).form(&form);
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.json::<Value>().await.unwrap())
    });
    until("the secret is being stretched", PATIENCE, || async {
        let (_, metrics) = get(&format!("http://{}/metrics", serving.operations)).await;
        if metrics.contains("motcua_client_secret_queue 1\n") { Ok(()) } else { Err(metrics) }
    })
    .await;
    serving.terminate();
    closed(&serving).await;
    let (status, body) = asked.await.unwrap();
    assert_eq!(status, 200, "{body}");
    assert!(body["access_token"].is_string(), "{body}");
    assert!(serving.ended().await.success());
    site.leave().await;
}

/// A connection that asks for nothing does not hold up the stop.
#[tokio::test]
async fn idle_connections_are_closed_by_the_stop() {
    let site = Site::new("drain = \"50s\"", "").await;
    let serving = site.serve().await;
    let client = http();
    assert_eq!(client.get(serving.url("/jwks")).send().await.unwrap().status(), 200);
    let idle = TcpStream::connect(&serving.address).await.unwrap();
    let begun = std::time::Instant::now();
    serving.stop().await;
    assert!(begun.elapsed() < Duration::from_secs(40), "{:?}", begun.elapsed());
    drop((client, idle));
    site.leave().await;
}

/// A certificate for localhost with its key; returns the certificate.
fn certificate(site: &Site) -> String {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    site.write("chain.pem", &made.cert.pem());
    site.write("key.pem", &made.signing_key.serialize_pem());
    made.cert.pem()
}

async fn over_tls(serving: &Serving, trusted: &str) -> Result<u16, String> {
    let root = reqwest::Certificate::from_pem(trusted.as_bytes()).unwrap();
    let port = serving.address.rsplit(':').next().unwrap();
    let client = reqwest::Client::builder().no_proxy().tls_certs_only([root]).timeout(PATIENCE).build().unwrap();
    let answer = client.get(format!("https://localhost:{port}/jwks")).send().await;
    answer.map(|answer| answer.status().as_u16()).map_err(|error| format!("{error:?}"))
}

/// "TLS by certificate files (rustls)"; "Certificates are read again when they change"
#[tokio::test]
async fn certificates_are_served_and_read_again_when_they_change() {
    let site = Site::new("tls_certificate = \"chain.pem\"\ntls_key = \"key.pem\"", "").await;
    let first = certificate(&site);
    let mut serving = site.serve().await;
    assert_eq!(over_tls(&serving, &first).await, Ok(200));

    let kept = std::fs::read_to_string(site.path("chain.pem")).unwrap();
    site.write("chain.pem", "no certificate");
    serving.line("the former certificate stays in use").await;
    assert_eq!(over_tls(&serving, &first).await, Ok(200));
    site.write("chain.pem", &kept);

    let second = certificate(&site);
    until("the new certificate is served", PATIENCE, || over_tls(&serving, &second)).await;
    assert!(over_tls(&serving, &first).await.is_err(), "the former is served no more");
    serving.stop().await;
    site.leave().await;
}

/// "A renewed certificate with an older time (`cp -p`) is never read": its time says nothing about when it came.
#[tokio::test]
async fn a_certificate_that_claims_to_be_older_is_read_as_well() {
    let site = Site::new("tls_certificate = \"chain.pem\"\ntls_key = \"key.pem\"", "").await;
    let first = certificate(&site);
    let mut serving = site.serve().await;
    assert_eq!(over_tls(&serving, &first).await, Ok(200));
    let second = certificate(&site);
    let past = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    for name in ["chain.pem", "key.pem"] {
        let file = std::fs::File::options().write(true).open(site.path(name)).unwrap();
        file.set_modified(past).unwrap();
    }
    serving.line("the certificate was read again").await;
    until("the second is served", PATIENCE, || async { over_tls(&serving, &second).await.map(drop) }).await;
    serving.stop().await;
    site.leave().await;
}

/// A certificate that cannot be used is refused at the start, by name.
#[tokio::test]
async fn a_key_of_another_certificate_is_refused_at_the_start() {
    let site = Site::new("tls_certificate = \"chain.pem\"\ntls_key = \"key.pem\"", "").await;
    certificate(&site);
    let chain = std::fs::read_to_string(site.path("chain.pem")).unwrap();
    certificate(&site);
    site.write("chain.pem", &chain);
    let error = site.configured(&["serve"]).failed();
    assert!(error.contains("key.pem"), "{error}");
    site.leave().await;
}

/// What a library between us and the database says is nothing for an operator to read at every start.
#[tokio::test]
async fn a_first_and_a_second_start_log_nothing_of_a_library() {
    let site = Site::empty("", "").await;
    for first in [true, false] {
        let begin: &[&str] = if first { &["--init"] } else { &[] };
        let mut serving = site.serve_with(&[begin, &["--config", "motcua.toml"]].concat(), &[]).await;
        serving.terminate();
        serving.line("stopping: requests in flight are finished first").await;
        serving.closed().await;
        let lines = serving.lines();
        let strange: Vec<&String> = lines.iter().filter(|line| !line.contains("\"target\":\"motcua::")).collect();
        assert!(lines.len() > 1 && strange.is_empty(), "{strange:#?}");
    }
    site.leave().await;
}

/// "structured JSON logs": a line for the start and one for the stop.
#[tokio::test]
async fn log_lines_are_json() {
    let site = Site::new("", "").await;
    let mut serving = site.serve().await;
    let said = serving.line("serving").await;
    assert_eq!(said["issuer"], "http://localhost:8080");
    assert!(said["timestamp"].is_string() && said["level"] == "INFO", "{said}");
    serving.terminate();
    serving.line("stopping: requests in flight are finished first").await;
    assert!(serving.ended().await.success());
    site.leave().await;
}
