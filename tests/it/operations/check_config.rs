//! `motcua check-config`: what `serve` would stumble over, said before, with the key, its value, what is accepted, and the mend.

use super::program::Site;
use super::program::run_in;

/// A configuration that is valid.
const ISSUER: &str = "[server]\nissuer = \"https://id.example\"\n";

/// "an unknown key or a bad value is an error that names the key and what it accepts"
#[test]
fn check_config_names_what_is_wrong() {
    let directory = tempfile::tempdir().unwrap();
    let check = |text: &str, environment: &[(&str, &str)]| {
        let text = match text.strip_prefix("[server]\n") {
            _ if text.starts_with("[server]") && text.contains("issuer") || text.starts_with("[server\n") => {
                text.to_owned()
            }
            Some(rest) => format!("{ISSUER}{rest}"),
            None => format!("{ISSUER}{text}"),
        };
        std::fs::write(directory.path().join("c.toml"), text).unwrap();
        run_in(directory.path(), &["check-config", "--config", "c.toml"], environment)
    };
    assert_eq!(check(ISSUER, &[]).succeeded(), "c.toml: the configuration is valid\n");
    for (text, says) in [
        ("[session]\nidel = \"5m\"", &["session", "idel", "idle"][..]),
        ("[sesion]\nidle = \"5m\"", &["sesion", "session"]),
        ("[session]\nidle = \"soon\"", &["session.idle", "15m"]),
        ("[server]\nissuer = \"http://id.example\"", &["server.issuer", "https", "loopback"]),
        ("[server]\nissuer = \"https://id.example/\"", &["server.issuer", "trailing slash"]),
        ("[server]\ntls_key = \"k.pem\"", &["server.tls_certificate", "both or none"]),
        (
            "[server]\nlisten = \"localhost\"",
            &["server.listen = \"localhost\"", "address to listen on", "127.0.0.1:8080"],
        ),
        (
            "[server]\ntrusted_proxies = [\"10.0.0.0/99\"]",
            &["server.trusted_proxies", "10.0.0.0/99", "Networks of the proxies"],
        ),
        ("[passwords]\nqueue = \"long\"", &["passwords.queue = \"long\"", "Default: 256"]),
        ("[database]\nurl = \"mysql://x\"", &["database.url", "sqlite:"]),
        ("[ephemeral]\nurl = \"memcached://x\"", &["ephemeral.url", "redis://"]),
        ("[passwords]\nmemory_kib = 1024", &["passwords.memory_kib", "19456"]),
        ("[passwords]\niterations = 1", &["passwords.iterations", "2 to"]),
        ("[passwords]\nrefused_file = \"r.txt\"", &["passwords.refused_file = r.txt", "No such file"]),
        ("[tokens]\ncode = \"5m\"", &["tokens.code", "60s"]),
        ("[keys]\nalgorithms = [\"ES256\"]", &["keys.algorithms", "RS256"]),
        ("[keys]\nalgorithms = [\"HS256\"]", &["keys.algorithms", "ES256"]),
        ("[keys]\ncustody = \"pocket\"", &["keys.custody", "database", "file"]),
        ("[operations]\nlog_format = \"xml\"", &["operations.log_format", "json"]),
        ("[registration]\npolicy = \"anybody\"", &["registration.policy", "initial_access_token", "open"]),
        ("[registration]\npolicy = \"initial_access_token\"", &["registration.initial_access_tokens", "at least one"]),
        (
            "[registration]\ninitial_access_tokens = [\"x\"]",
            &["registration.initial_access_tokens", "registration-token"],
        ),
        ("[registration]\nsoftware_statement = \"required\"", &["registration.software_statement_issuers"]),
        (
            "[registration]\nsoftware_statement_issuers = [{ issuer = \"a\" }]",
            &["registration.software_statement_issuers", "jwks_uri"],
        ),
        ("[server\n", &["1"]),
        ("[server]\nissuer = \"\"", &["server.issuer", "MOTCUA__SERVER__ISSUER", "https"]),
        ("[operations]\nlisten = \"127.0.0.1:8080\"", &["operations.listen = 127.0.0.1:8080", "server.listen"]),
        ("[operations]\nlisten = \"0.0.0.0:8080\"", &["operations.listen = 0.0.0.0:8080", "another port"]),
        ("[operations]\nlog = \"info,motcua==debug\"", &["operations.log", "info,motcua==debug", "levels such as"]),
        ("[operations]\nlog = \"inof\"", &["operations.log", "inof", "levels such as"]),
        ("[session]\nidle = \"0m\"", &["session.idle = 0s", "1s or more"]),
        ("[session]\nidle = \"13h\"", &["session.idle = 13h", "session.absolute (12h)"]),
        ("[tokens]\nrefresh_idle = \"181d\"", &["tokens.refresh_idle = 181d", "tokens.refresh_absolute (180d)"]),
        ("[tokens]\naccess_token = \"0s\"", &["tokens.access_token = 0s", "1s to 1d"]),
        ("[tokens]\nlogin = \"0s\"", &["tokens.login = 0s", "1s or more"]),
        ("[throttle]\nwindow = \"0s\"", &["throttle.window = 0s", "1s or more"]),
        ("[keys]\nrotate_after = \"1h\"", &["keys.rotate_after = 1h", "keys.lead (1h)"]),
        ("[pages]\nhelp = \"javascript:alert(1)\"", &["pages.help = \"javascript:alert(1)\"", "telephone", "mailto:"]),
        ("[pages]\nhelp = \"help@id.example\"", &["pages.help", "mailto:"]),
        ("[pages]\nprivacy = \"data:text/html,x\"", &["pages.privacy", "https:"]),
        ("[pages]\naccessibility = \"//evil.example\"", &["pages.accessibility", "https:"]),
        ("[pages]\nprivacy = '/\\evil.example'", &["pages.privacy", "https:"]),
        ("[registration]\nop_tos_uri = \"javascript:1\"", &["registration.op_tos_uri = \"javascript:1\"", "https:"]),
        ("[database]\nurl = \"postgres://m:a/b@db/x\"", &["database.url = postgres:***", "%2F"]),
        ("[ephemeral]\nurl = \"redis://\"", &["ephemeral.url", "rediss://"]),
        ("[mail]\nhost = \"post.example:25\"", &["mail.host = \"post.example:25\"", "without a port"]),
        ("[mail]\nhost = \"post.example\"", &["mail.from", "no-reply@id.example"]),
        ("[mail]\nfrom = \"a@id.example\"", &["mail.from", "mail.host"]),
        ("[mail]\nhost = \"post.example\"\nfrom = \"Một Cửa <a@id.example>\"", &["mail.from", "an address such as"]),
        ("[mail]\nhost = \"post.example\"\nfrom = \"a@id.example\"\ntls = \"none\"", &["mail.tls", "loopback only"]),
        ("[mail]\ntls = \"maybe\"", &["mail.tls = \"maybe\"", "implicit", "starttls"]),
        ("[mail]\nhost = \"post.example\"\nfrom = \"a@id.example\"\nport = 587", &["mail.port = 587", "starttls"]),
        (
            "[mail]\nhost = \"post.example\"\nfrom = \"a@id.example\"\nuser_name = \"a\"",
            &["mail.user_name", "mail.password_file", "both or none"],
        ),
        (
            "[mail]\nhost = \"post.example\"\nfrom = \"a@id.example\"\nuser_name = \"a\"\npassword_file = \"p\"",
            &["mail.password_file = p", "No such file"],
        ),
        (
            "[mail]\nhost = \"post.example\"\nfrom = \"a@id.example\"\nextra_ca = \"ca.pem\"",
            &["mail.extra_ca: ca.pem", "No such file"],
        ),
        (
            "[mail]\nhost = \"p.example\"\nfrom = \"a@id.example\"\ntimeout = \"2m\"",
            &["mail.timeout = 2m", "1s to 60s"],
        ),
        ("[mail]\nhost = \"p.example\"\nfrom = \"a@id.example\"\nat_once = 0", &["mail.at_once = 0", "1 to 64"]),
        ("[sms]\nurl = \"http://sms.example/\"", &["sms.url", "https", "loopback"]),
        ("[sms]\nurl = \"https://{to}.example/{text}\"", &["sms.url", "path or query"]),
        ("[sms]\nurl = \"https://sms.example/\"\nbody = '{\"to\":\"{to}\"}'", &["sms.body", "{text}"]),
        (
            "[sms]\nurl = \"https://sms.example/\"\nbody = '{\"to\":{to},\"x\":\"{text}\"}}'",
            &["sms.body", "expected JSON"],
        ),
        ("[sms]\nurl = \"https://sms.example/\"\naccepted = [404]", &["sms.accepted = [404]", "200 to 299"]),
        ("[sms]\nurl = \"https://sms.example/\"\ncountry_code = \"+84\"", &["sms.country_code = +84", "digits"]),
        ("[sms]\nmethod = \"PATCH\"", &["sms.method = \"PATCH\"", "POST", "GET"]),
        (
            "[sms]\nurl = \"https://sms.example/\"\nheaders = { Authorization = { file = \"sms.header\" } }",
            &["sms.headers = sms.header", "No such file"],
        ),
        (
            "[sms]\nurl = \"https://sms.example/\"\nheaders = { Authorization = { env = \"NOT_SET_HERE\" } }",
            &["sms.headers", "NOT_SET_HERE"],
        ),
        ("[sms]\nurl = \"https://sms.example/\"\nheaders = { \"a b\" = \"x\" }", &["sms: a b is no header"]),
        ("[outbound]\nextra_ca = \"ca.pem\"", &["outbound.extra_ca = ca.pem", "No such file"]),
        ("[pages]\nemblem = \"e.svg\"", &["pages.emblem = e.svg", "No such file"]),
        ("[pages]\ntokens = \"t.css\"", &["pages.tokens = t.css", "No such file"]),
        (
            "[database]\nurl = \"sqlite:nowhere/motcua.db\"",
            &["database.url = sqlite:nowhere/motcua.db", "no directory"],
        ),
        (
            "[server]\nissuer = \"https://id.example\"\ntls_certificate = \"c.pem\"\ntls_key = \"k.pem\"",
            &["server.tls_certificate = c.pem", "No such file", "may read"],
        ),
        (
            "[registration]\nsoftware_statement_issuers = [{ issuer = \"a\", jwks = \"set.json\" }]",
            &["registration.software_statement_issuers.jwks = set.json", "No such file"],
        ),
    ] {
        let error = check(text, &[]).failed();
        for word in says {
            assert!(error.contains(word), "{text:?}: {word} is missing: {error}");
        }
    }
    let error = check("", &[("MOTCUA__TOKENS__CODE", "5m")]).failed();
    assert!(error.contains("MOTCUA__TOKENS__CODE: tokens.code = 5m"), "who set it: {error}");
    let error = check("", &[("MOTCUA_SERVER_LISTEN", "127.0.0.1:1")]).failed();
    assert!(error.contains("MOTCUA_SERVER_LISTEN") && error.contains("MOTCUA__SERVER__LISTEN"), "{error}");
    let error = check("", &[("MOTCUA_SERVER_TLS_KEY", "k.pem")]).failed();
    assert!(error.contains("MOTCUA__SERVER__TLS_KEY"), "keys without a default as well: {error}");
    // What a cluster names after its service is none of ours.
    check("", &[("MOTCUA_SERVER_PORT", "tcp://10.0.0.1:80"), ("MOTCUA_PORT", "1")]).succeeded();
    let error = check("", &[("MOTCUA__SERVER__DRAIN", "x")]).failed();
    assert!(error.contains("server.drain"), "{error}");
    let error = run_in(directory.path(), &["check-config", "--config", "nowhere.toml"], &[]).failed();
    assert!(error.contains("nowhere.toml"), "{error}");
}

/// "`serve` must refuse the same"
#[test]
fn serve_refuses_what_check_config_refuses() {
    let directory = tempfile::tempdir().unwrap();
    for text in [
        "",
        "[server]\nissuer = \"https://id.example\"\n[session]\nidle = \"0m\"",
        "[server]\nissuer = \"https://id.example\"\n[operations]\nlog = \"inof\"",
        "[server]\nissuer = \"https://id.example\"\n[pages]\nemblem = \"e.svg\"",
        "[server]\nissuer = \"https://id.example\"\ntls_certificate = \"c.pem\"\ntls_key = \"k.pem\"",
    ] {
        std::fs::write(directory.path().join("motcua.toml"), text).unwrap();
        let checked = run_in(directory.path(), &["check-config"], &[]).failed();
        assert_eq!(run_in(directory.path(), &["serve", "--init"], &[]).failed(), checked, "{text}");
    }
}

/// A byte order mark before the file is none of its content.
#[test]
fn a_byte_order_mark_is_passed_over() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("motcua.toml"), format!("\u{feff}{ISSUER}")).unwrap();
    run_in(directory.path(), &["check-config"], &[]).succeeded();
}

/// "It opens what it names": a certificate and a key that belong together, root secrets that are whole.
#[test]
fn check_config_opens_certificates_and_root_secrets() {
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name);
    let make = || rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let (made, other) = (make(), make());
    std::fs::write(at("c.pem"), made.cert.pem()).unwrap();
    std::fs::write(at("k.pem"), made.signing_key.serialize_pem()).unwrap();
    std::fs::write(at("motcua.toml"), format!("{ISSUER}tls_certificate = \"c.pem\"\ntls_key = \"k.pem\"\n")).unwrap();
    run_in(directory.path(), &["check-config"], &[]).succeeded();
    std::fs::write(at("k.pem"), other.signing_key.serialize_pem()).unwrap();
    let error = run_in(directory.path(), &["check-config"], &[]).failed();
    assert!(error.contains("server.tls_key") && error.contains("k.pem"), "{error}");
    std::fs::write(at("k.pem"), made.signing_key.serialize_pem()).unwrap();
    std::fs::create_dir(at("keys")).unwrap();
    std::fs::write(at("keys/sealing.key"), "garbage\n").unwrap();
    let error = run_in(directory.path(), &["check-config"], &[]).failed();
    assert!(error.contains("keys.directory = keys") && error.contains("32 bytes in base64url"), "{error}");
    let line = motcua::base::secret::base64url(&[7; 32]);
    std::fs::write(at("keys/sealing.key"), line).unwrap();
    let error = run_in(directory.path(), &["check-config"], &[]).failed();
    assert!(error.contains("No such file") && error.contains("from the backup"), "one of four: {error}");
}

/// A first start that broke off after some files were made is begun again.
#[tokio::test]
async fn a_first_start_that_broke_off_is_begun_again() {
    let site = Site::empty("", "").await;
    std::fs::create_dir(site.path("keys")).unwrap();
    site.write("keys/sealing.key", &motcua::base::secret::base64url(&[7; 32]));
    site.serve_with(&["--init"], &[]).await.stop().await;
    site.serve().await.stop().await;
    site.leave().await;
}

/// "with `--connect`, tries database, Redis"
#[tokio::test]
async fn check_config_tries_what_it_is_to_connect_to() {
    let site = Site::empty("", "").await;
    let said = site.configured(&["check-config", "--connect"]).succeeded();
    assert!(said.contains("database.url = ") && said.contains("motcua serve --init"), "{said}");
    assert!(!site.has_database_file() && !site.path("keys").exists(), "nothing is made");
    site.configured(&["migrate", "--init"]).succeeded();
    let said = site.configured(&["check-config", "--connect"]).succeeded();
    assert!(said.contains("answers, and the files of keys.directory belong to it"), "{said}");
    let connect = |name: &str, value: &str| {
        run_in(site.directory.path(), &["check-config", "--connect"], &[(name, value)]).failed()
    };
    let error = connect("MOTCUA__EPHEMERAL__URL", "redis://127.0.0.1:1/");
    assert!(error.contains("127.0.0.1:1") && error.contains("ephemeral.url"), "{error}");
    let error = connect("MOTCUA__DATABASE__URL", "postgres://motcua:sesame@127.0.0.1:1/motcua");
    for word in ["database.url", "motcua at 127.0.0.1:1", "nobody listens there"] {
        assert!(error.contains(word), "{word}: {error}");
    }
    assert!(!error.contains("sesame"), "{error}");
    let other = Site::new("", "").await;
    std::fs::remove_dir_all(site.path("keys")).unwrap();
    let from = other.path("keys");
    std::fs::create_dir(site.path("keys")).unwrap();
    for name in from.read_dir().unwrap().map(|entry| entry.unwrap().file_name()) {
        std::fs::copy(from.join(&name), site.path("keys").join(&name)).unwrap();
    }
    let error = site.configured(&["check-config", "--connect"]).failed();
    assert!(error.contains("encryption.key") && error.contains("another database"), "{error}");
    site.leave().await;
    other.leave().await;
}

/// "password authentication failed at line 334": what a server refuses names host, user and key, and no line of its source.
#[tokio::test]
async fn what_a_database_refuses_names_host_user_and_key() {
    let Ok(url) = std::env::var("MOTCUA_TEST_DATABASE") else { return };
    let site = Site::empty("", "").await;
    let mut url = url::Url::parse(&url).unwrap();
    url.set_path("/no_such_database");
    let variable = [("MOTCUA__DATABASE__URL", url.as_str())];
    let error = run_in(site.directory.path(), &["check-config", "--connect"], &variable).failed();
    for word in ["database.url", url.host_str().unwrap_or("/"), "no_such_database", "createdb"] {
        assert!(error.contains(word), "{word}: {error}");
    }
    assert!(!error.contains("at line"), "{error}");
    site.leave().await;
}

/// Accepts TLS as a PostgreSQL would, with a certificate of nobody whom we know, or one that cannot be read.
async fn database_with(certificate: Vec<u8>, key: rcgen::KeyPair) -> u16 {
    use tokio::io::AsyncReadExt;
    use tokio::io::AsyncWriteExt;
    let der = rustls_pki_types::PrivatePkcs8KeyDer::from(key.serialize_der()).into();
    let signer = rustls::crypto::ring::sign::any_supported_type(&der).unwrap();
    let certified = rustls::sign::CertifiedKey::new(vec![certificate.into()], signer);
    let config = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_cert_resolver(std::sync::Arc::new(rustls::sign::SingleCertAndKey::from(certified)));
    let acceptor = tokio_rustls::TlsAcceptor::from(std::sync::Arc::new(config));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 8];
            stream.read_exact(&mut request).await.unwrap();
            stream.write_all(b"S").await.unwrap();
            let _ = acceptor.accept(stream).await;
        }
    });
    port
}

/// "a database whose TLS certificate cannot be read says so with the mend (`sslmode`, `sslrootcert`)"
#[tokio::test(flavor = "multi_thread")]
async fn a_database_whose_certificate_cannot_be_read_is_refused_with_the_mend() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let unknown = database_with(made.cert.der().to_vec(), made.signing_key).await;
    let unreadable = database_with(vec![0x30, 0x03, 0x02, 0x01, 0x05], rcgen::KeyPair::generate().unwrap()).await;
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("motcua.toml"), ISSUER).unwrap();
    for (port, mode) in [(unknown, "verify-full"), (unreadable, "prefer"), (unreadable, "require")] {
        let url = format!("postgres://motcua:sesame@localhost:{port}/motcua?sslmode={mode}");
        let error =
            run_in(directory.path(), &["check-config", "--connect"], &[("MOTCUA__DATABASE__URL", &url)]).failed();
        for word in ["database.url", "localhost", "certificate", "sslrootcert=FILE", "sslmode=disable"] {
            assert!(error.contains(word), "{mode}: {word}: {error}");
        }
        assert!(!error.contains("sesame"), "{error}");
    }
}

/// "`motcua check-config --print` shows the effective configuration with secrets as `***`"
#[test]
fn check_config_prints_the_effective_configuration_without_secrets() {
    let directory = tempfile::tempdir().unwrap();
    let text = "[server]\nissuer = \"https://id.example\"\n[database]\nurl = \"postgres://motcua:sesame-one@db.example/motcua\"\n\
         [ephemeral]\nurl = \"redis://:sesame-two@redis.example/0\"\n[session]\nidle = \"20m\"\n";
    std::fs::write(directory.path().join("c.toml"), text).unwrap();
    let environment =
        [("MOTCUA__SESSION__ABSOLUTE", "8h"), ("MOTCUA__SERVER__TRUSTED_PROXIES", "10.0.0.0/8, fd00::/8")];
    let printed =
        run_in(directory.path(), &["check-config", "--print", "--config", "c.toml"], &environment).succeeded();
    assert!(!printed.contains("sesame"), "{printed}");
    let table: toml::Table = printed.parse().unwrap();
    assert_eq!(table["session"]["idle"].as_str(), Some("20m"));
    assert_eq!(table["session"]["absolute"].as_str(), Some("8h"));
    assert_eq!(table["server"]["trusted_proxies"].as_array().unwrap().len(), 2);
    assert_eq!(table["tokens"]["code"].as_str(), Some("1m"), "defaults too");
    assert!(table["database"]["url"].as_str().unwrap().contains("***"), "{printed}");
    assert!(table["ephemeral"]["url"].as_str().unwrap().contains("***"), "{printed}");
}

/// A password in the query of a URL is one too.
#[test]
fn check_config_knows_a_password_wherever_the_url_holds_it() {
    let directory = tempfile::tempdir().unwrap();
    for url in
        ["postgres:///motcua?host=db&user=m&password=sesame-one", "postgres://m@db/motcua?password=sesame-one&x=1"]
    {
        std::fs::write(directory.path().join("c.toml"), format!("{ISSUER}[database]\nurl = \"{url}\"\n")).unwrap();
        let printed = run_in(directory.path(), &["check-config", "--print", "--config", "c.toml"], &[]).succeeded();
        assert!(!printed.contains("sesame") && printed.contains("***"), "{printed}");
    }
}

/// "`check-config --print` shows the password of a URL that does not parse"
#[test]
fn check_config_shows_no_password_of_a_url_that_does_not_parse() {
    let directory = tempfile::tempdir().unwrap();
    for (key, url) in [
        ("database", "postgres://m:sesame/one@db/motcua"),
        ("database", "postgres://m:sesame@[db/motcua"),
        ("ephemeral", "redis://:sesame/x@redis:port/0"),
        ("ephemeral", "rediss://u:sesame@redis:66000/0"),
    ] {
        std::fs::write(directory.path().join("c.toml"), format!("{ISSUER}[{key}]\nurl = \"{url}\"\n")).unwrap();
        let ran = run_in(directory.path(), &["check-config", "--print", "--config", "c.toml"], &[]);
        assert!(!ran.out.contains("sesame") && !ran.err.contains("sesame"), "{}{}", ran.out, ran.err);
    }
}
