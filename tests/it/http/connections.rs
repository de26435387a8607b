//! Connections: who says nothing is let go, nobody takes the places of others, and a stop needs no free place.

use std::net::IpAddr;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;

use axum::Router;
use axum::routing::get;
use motcua::http::listener;
use motcua::http::listener::Options;
use motcua::http::listener::pace::Patience;
use motcua::http::listener::places::Limits;
use motcua::http::tls::Certificate;
use motcua::telemetry::metrics::Metrics;
use rustls_pki_types::CertificateDer;
use tokio::io::AsyncRead;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::net::TcpSocket;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

const HEAD: Duration = Duration::from_millis(300);
const IDLE: Duration = Duration::from_millis(900);
/// Long enough on a busy machine, and far less than for ever.
const SOON: Duration = Duration::from_secs(20);
const HTTP_2: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const SETTINGS: &[u8] = &[0, 0, 0, 4, 0, 0, 0, 0, 0];
/// `GET http://a/` on stream 1 (RFC 7541 appendix A).
const GET: &[u8] = &[0, 0, 6, 1, 5, 0, 0, 0, 1, 0x82, 0x84, 0x86, 0x41, 1, b'a'];

struct Door {
    address: SocketAddr,
    stop: CancellationToken,
    served: JoinHandle<()>,
    metrics: Arc<Metrics>,
}

impl Door {
    async fn open(limits: Limits, patience: Patience, tls: Option<Arc<rustls::ServerConfig>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, stop) = (listener.local_addr().unwrap(), CancellationToken::new());
        let slow = || async {
            tokio::time::sleep(IDLE * 3).await;
            "slow"
        };
        let router = Router::new().route("/", get(|| async { "hello" })).route("/slow", get(slow));
        let metrics = Arc::new(Metrics::default());
        let options = Options { tls, limits, patience, drain: SOON, metrics: Arc::clone(&metrics) };
        let served = tokio::spawn(listener::serve(listener, router, options, stop.clone()));
        Self { address, stop, served, metrics }
    }

    async fn hasty() -> Self {
        Self::open(limits(100, 100, 100), Patience { head: HEAD, idle: IDLE }, None).await
    }

    async fn knock(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// A connection that comes from `address`.
    async fn knock_from(&self, address: &str) -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::new(address.parse::<IpAddr>().unwrap(), 0)).unwrap();
        socket.connect(self.address).await.unwrap()
    }

    async fn close(self) {
        self.stop.cancel();
        timeout(SOON, self.served).await.expect("the stop waits for somebody").unwrap();
    }
}

fn limits(all: u32, address: u32, network: u32) -> Limits {
    Limits { all, address, network, exempt: Vec::new() }
}

/// What is answered until the other side closes, which it does soon.
async fn rest(mut stream: impl AsyncRead + Unpin) -> Vec<u8> {
    let mut all = Vec::new();
    let mut piece = [0; 4096];
    loop {
        match timeout(SOON, stream.read(&mut piece)).await.expect("the connection stays open") {
            Ok(0) | Err(_) => return all,
            Ok(read) => all.extend_from_slice(&piece[..read]),
        }
    }
}

/// Whether a request is answered.
async fn is_let_in(stream: &mut TcpStream) -> bool {
    let _ = stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let (mut answer, mut piece) = (Vec::new(), [0; 4096]);
    while !answer.ends_with(b"hello") {
        match timeout(SOON, stream.read(&mut piece)).await.expect("neither answered nor closed") {
            Ok(0) | Err(_) => return false,
            Ok(read) => answer.extend_from_slice(&piece[..read]),
        }
    }
    answer.starts_with(b"HTTP/1.1 200 OK")
}

/// "A deadline for the first byte": and for the first bytes of HTTP/2's preface, and of a head.
#[tokio::test]
async fn a_connection_without_a_whole_first_request_is_closed() {
    let door = Door::hasty().await;
    let frame_without_end = [HTTP_2, SETTINGS, &[0, 0, 6, 1, 1, 0, 0, 0, 1, 0x82]].concat();
    let headers_without_end =
        [HTTP_2, SETTINGS, &[0, 0, 6, 1, 1, 0, 0, 0, 1, 0x82, 0x84, 0x86, 0x41, 1, b'a']].concat();
    let first_words: [&[u8]; 7] =
        [b"", b"P", &HTTP_2[..20], HTTP_2, b"GET / HTTP/1.1\r\nHost", &frame_without_end, &headers_without_end];
    for first in first_words {
        let mut stream = door.knock().await;
        stream.write_all(first).await.unwrap();
        let begun = Instant::now();
        rest(stream).await;
        assert!(begun.elapsed() >= HEAD / 2, "{first:?} was not waited for");
    }
    door.close().await;
}

/// A head that arrives byte by byte has no more time than another.
#[tokio::test]
async fn a_head_that_drips_is_given_up() {
    let door = Door::hasty().await;
    drip(door.knock().await).await;
    door.close().await;
}

/// The head of a further request has its own deadline, which is not that of idle connections.
#[tokio::test]
async fn a_further_head_that_drips_is_given_up() {
    let door = Door::open(limits(100, 100, 100), Patience { head: HEAD, idle: SOON * 3 }, None).await;
    let mut stream = door.knock().await;
    assert!(is_let_in(&mut stream).await);
    drip(stream).await;
    door.close().await;
}

/// Sends a head without an end, byte by byte, until it is given up.
async fn drip(stream: TcpStream) {
    let (reading, mut writing) = stream.into_split();
    let drip = tokio::spawn(async move {
        let head = "GET / HTTP/1.1\r\n".bytes().chain("x".bytes().cycle());
        for byte in head {
            if writing.write_all(&[byte]).await.is_err() {
                return;
            }
            tokio::time::sleep(HEAD / 10).await;
        }
    });
    timeout(SOON, rest(reading)).await.expect("it is listened to for ever");
    timeout(SOON, drip).await.unwrap().unwrap();
}

/// The same behind a handshake.
#[tokio::test]
async fn a_connection_that_says_nothing_after_its_handshake_is_closed() {
    let directory = tempfile::tempdir().unwrap();
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let (chain, key) = (directory.path().join("chain.pem"), directory.path().join("key.pem"));
    std::fs::write(&chain, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let tls = Certificate::load(&chain, &key, &Arc::default()).unwrap().server_config().unwrap();
    let door = Door::open(limits(100, 100, 100), Patience { head: HEAD, idle: IDLE }, Some(tls)).await;

    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from(made.cert.der().to_vec())).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let client = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let connector = tokio_rustls::TlsConnector::from(Arc::new(client));
    let name = "localhost".try_into().unwrap();
    rest(connector.connect(name, door.knock().await).await.unwrap()).await;
    rest(door.knock().await).await; // and one without a handshake
    door.close().await;
}

/// "Deadlines for idle HTTP/1 keep-alive and idle HTTP/2 connections"
#[tokio::test]
async fn a_connection_that_asks_for_nothing_more_is_closed() {
    let door = Door::hasty().await;
    let mut one = door.knock().await;
    assert!(is_let_in(&mut one).await && is_let_in(&mut one).await, "it is kept for another request");
    rest(one).await;

    let mut two = door.knock().await;
    two.write_all(&[HTTP_2, SETTINGS, GET].concat()).await.unwrap();
    let answers = rest(two).await;
    assert!(answers.windows(5).any(|piece| piece == b"hello"), "{answers:?}");
    door.close().await;
}

/// Who waits for our answer is not idle.
#[tokio::test]
async fn a_request_that_is_being_answered_is_no_idleness() {
    let door = Door::hasty().await;
    let mut one = door.knock().await;
    one.write_all(b"GET /slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await.unwrap();
    let answer = rest(one).await;
    assert!(answer.ends_with(b"slow"), "{answer:?}");
    door.close().await;
}

/// "A limit for each address beside the whole": others come in, and a place that is given back is taken again.
#[tokio::test]
async fn an_address_has_its_share_of_connections_and_others_have_theirs() {
    let door = Door::open(limits(100, 2, 3), Patience::default(), None).await;
    let (mut first, mut second) = (door.knock().await, door.knock().await);
    assert!(is_let_in(&mut first).await && is_let_in(&mut second).await);
    assert!(!is_let_in(&mut door.knock().await).await, "a third from one address");
    let mut neighbour = door.knock_from("127.0.0.2").await;
    assert!(is_let_in(&mut neighbour).await);
    assert!(!is_let_in(&mut door.knock_from("127.0.0.3").await).await, "a fourth from one network");
    assert!(is_let_in(&mut door.knock_from("127.0.1.1").await).await);
    assert!(door.metrics.exposition().contains("motcua_connections_refused_total 2\n"));
    drop(first);
    while !is_let_in(&mut door.knock().await).await {
        tokio::task::yield_now().await;
    }
    door.close().await;
}

/// "`trusted_proxies` exempt": behind a proxy stands everybody.
#[tokio::test]
async fn a_trusted_proxy_has_as_many_connections_as_there_are_places() {
    let limits = Limits { exempt: vec!["127.0.0.0/8".parse().unwrap()], ..limits(100, 1, 1) };
    let door = Door::open(limits, Patience::default(), None).await;
    let mut held = Vec::new();
    for _ in 0..5 {
        let mut stream = door.knock().await;
        assert!(is_let_in(&mut stream).await);
        held.push(stream);
    }
    door.close().await;
}

/// "Stopping works while all places are taken": whoever comes is refused at once, and who is being answered is answered.
#[tokio::test]
async fn a_stop_is_noticed_while_all_places_are_taken() {
    let door = Door::open(limits(1, 10, 10), Patience::default(), None).await;
    let mut busy = door.knock().await;
    busy.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /slow HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    let (mut answer, mut piece) = (Vec::new(), [0; 4096]);
    while !answer.ends_with(b"hello") {
        let read = timeout(SOON, busy.read(&mut piece)).await.unwrap().unwrap();
        answer.extend_from_slice(&piece[..read]);
    }
    let waiting = door.knock().await; // nobody accepts it
    door.stop.cancel();
    let begun = Instant::now();
    while TcpStream::connect(door.address).await.is_ok() {
        assert!(begun.elapsed() < SOON, "the stop is not noticed");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let noticed_at_once = begun.elapsed() < Duration::from_secs(2); // the answer takes longer
    assert!(!noticed_at_once || busy.try_read(&mut piece).is_err(), "the stop waited for a free place");
    assert!(rest(busy).await.ends_with(b"slow"));
    let begun = Instant::now();
    door.close().await;
    assert!(begun.elapsed() < SOON / 2, "{:?}", begun.elapsed());
    drop(waiting);
}
